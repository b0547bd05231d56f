"""Classical methods in the latent space of an autoencoder, as baselines."""

from kerasclust.models.families.classical import ClassicalModel
from kerasclust.models.parts.clusterers import GaussianMixtureClusterer, KMeansClusterer, SubKMeansClusterer
from kerasclust.models.registry import register_method


@register_method("ae_kmeans", kind="autoencoder, then k-means", paper="ACe/DeC paper, section 3")
class AEKMeans(ClassicalModel):
    """An autoencoder, then `sklearn.cluster.KMeans` in its latent space.

    Reference:
        ACe/DeC paper, table 1: AE + k-means.

    Differs from the paper:
        - The autoencoder is that of this package, with other widths and fewer updates by default.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AEKMeans(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    cost, compared = 10, True
    clusterer = KMeansClusterer


@register_method("ae_subkmeans", kind="autoencoder, then SubKmeans", paper="ACe/DeC paper, section 3")
class AESubKMeans(ClassicalModel):
    """An autoencoder, then SubKmeans in its latent space.

    The search is `kerasclust.initializers.SubspaceKMeans`.

    Reference:
        ACe/DeC paper, tables 1 and 3: AE + SubKmeans.

    Differs from the paper:
        - The autoencoder is that of this package, with other widths and fewer updates by default.
        - Directions that explain less than a thousandth of the scatter do not count for the subspace.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AESubKMeans(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    cost = 12
    clusterer = SubKMeansClusterer


@register_method("ae_gmm", kind="autoencoder, then a Gaussian mixture", paper="survey, section 6.3")
class AEGaussianMixture(ClassicalModel):
    """An autoencoder, then a Gaussian mixture in its latent space.

    The mixture is `sklearn.mixture.GaussianMixture` with full covariances.

    Reference:
        Survey, section 6.3, where VaDE trains both jointly.

    Differs from the paper:
        - Nothing: the survey names the combination without settings.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AEGaussianMixture(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    cost, compared = 11, True
    clusterer = GaussianMixtureClusterer
