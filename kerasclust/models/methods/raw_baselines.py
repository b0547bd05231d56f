"""Classical methods on raw data, by the interface of all models."""

import keras

from kerasclust.models.families.classical import (
    GaussianMixtureClusters,
    KMeansClusters,
    RawDataModel,
    SubKMeansClusters,
)
from kerasclust.models.registry import register_method

MATRIX = 2000  # features beyond which matrices (features, features) take hours


@register_method("kmeans", kind="classical, raw data", paper="survey, section 1")
@keras.saving.register_keras_serializable(package="kerasclust")
class KMeans(KMeansClusters, RawDataModel):
    """k-means on raw data: `sklearn.cluster.KMeans`.

    Args:
        n_clusters: number of clusters k.
        **shared: settings of `RawDataModel`: n_tries, frontend, random_state.

    Reference:
        S. Lloyd, "Least squares quantization in PCM", 1982.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = KMeans(2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> np.bincount(model.predict_clusters(x)).tolist()
        [30, 30]
    """


@register_method("gmm", kind="classical, raw data", paper="survey, section 1")
@keras.saving.register_keras_serializable(package="kerasclust")
class GaussianMixture(GaussianMixtureClusters, RawDataModel):
    """Gaussian mixture on raw data: `sklearn.mixture.GaussianMixture` with full covariances.

    Args:
        n_clusters: number of components k.
        **shared: settings of `RawDataModel`: n_tries, frontend, random_state.

    Reference:
        C. M. Bishop, "Pattern recognition and machine learning", 2006, section 9.2.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = GaussianMixture(2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> np.bincount(model.predict_clusters(x)).tolist()
        [30, 30]
    """

    most_features = MATRIX


@register_method("subkmeans", kind="classical, subspace of raw data", paper="ACe/DeC paper, section 3")
@keras.saving.register_keras_serializable(package="kerasclust")
class SubKMeans(SubKMeansClusters, RawDataModel):
    """SubKmeans on raw data: k-means and its subspace (`kerasclust.initializers.SubspaceKMeans`).

    Args:
        n_clusters: number of clusters k.
        **shared: settings of `RawDataModel`: n_tries, frontend, random_state.

    Reference:
        D. Mautz, W. Ye, C. Plant, C. Boehm, "Towards an optimal subspace for k-means", KDD 2017.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = SubKMeans(2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.diagnostics()["n_cluster_dims"]
        1
    """

    most_features = MATRIX
