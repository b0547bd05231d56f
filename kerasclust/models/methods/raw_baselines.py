"""Classical methods on raw data, with the interface of all models."""

from kerasclust.models.families.classical import RawDataModel
from kerasclust.models.parts.clusterers import GaussianMixtureClusterer, KMeansClusterer, SubKMeansClusterer
from kerasclust.models.registry import register_method

MATRIX = 2000  # most features, because matrices (features, features) take hours for more


@register_method("kmeans", kind="classical, raw data", paper="survey, section 1")
class KMeans(RawDataModel):
    """k-means on raw data: `sklearn.cluster.KMeans`.

    Reference:
        S. Lloyd, "Least squares quantization in PCM", 1982.

    Differs from the paper:
        - Starts are those of k-means++, and the best of several starts is kept.
        - Of more than 100,000 samples a random part is clustered, and the others get the nearest center.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = KMeans(2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> np.bincount(model.predict_clusters(x)).tolist()
        [30, 30]
    """

    cost, compared = 1, True
    clusterer = KMeansClusterer


@register_method("gmm", kind="classical, raw data", paper="survey, section 1")
class GaussianMixture(RawDataModel):
    """Gaussian mixture on raw data: `sklearn.mixture.GaussianMixture` with full covariances.

    Reference:
        C. M. Bishop, "Pattern recognition and machine learning", 2006, section 9.2.

    Differs from the paper:
        - The best of several starts by k-means is kept.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = GaussianMixture(2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> np.bincount(model.predict_clusters(x)).tolist()
        [30, 30]
    """

    cost = 2
    clusterer = GaussianMixtureClusterer
    most_features = MATRIX


@register_method("subkmeans", kind="classical, subspace of raw data", paper="ACe/DeC paper, section 3")
class SubKMeans(RawDataModel):
    """SubKmeans on raw data: k-means in a subspace that is found with the clusters.

    The search is `kerasclust.initializers.SubspaceKMeans`.

    Reference:
        D. Mautz, W. Ye, C. Plant, C. Boehm, "Towards an optimal subspace for k-means", KDD 2017.

    Differs from the paper:
        - Directions that explain less than a thousandth of the scatter do not count for the subspace.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = SubKMeans(2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.diagnostics()["n_cluster_dims"]
        1
    """

    cost = 1.5
    clusterer = SubKMeansClusterer
    most_features = MATRIX
