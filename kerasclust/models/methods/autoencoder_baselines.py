"""Classical methods in the latent space of an autoencoder: what deep clustering has to beat."""

import keras

from kerasclust.models.families.classical import (
    ClassicalModel,
    GaussianMixtureClusters,
    KMeansClusters,
    SubKMeansClusters,
)
from kerasclust.models.registry import register_method


@register_method("ae_kmeans", kind="autoencoder, then k-means", paper="ACe/DeC paper, section 3")
@keras.saving.register_keras_serializable(package="kerasclust")
class AEKMeans(KMeansClusters, ClassicalModel):
    """An autoencoder, then `sklearn.cluster.KMeans` in its latent space.

    Args:
        n_clusters: number of clusters k.
        **shared: settings of `ClassicalModel`.

    Reference:
        ACe/DeC paper, table 1: AE + k-means.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AEKMeans(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """


@register_method("ae_subkmeans", kind="autoencoder, then SubKmeans", paper="ACe/DeC paper, section 3")
@keras.saving.register_keras_serializable(package="kerasclust")
class AESubKMeans(SubKMeansClusters, ClassicalModel):
    """An autoencoder, then SubKmeans (`kerasclust.initializers.SubspaceKMeans`) in its latent space.

    Args:
        n_clusters: number of clusters k.
        **shared: settings of `ClassicalModel`.

    Reference:
        ACe/DeC paper, tables 1 and 3: AE + SubKmeans.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AESubKMeans(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """


@register_method("ae_gmm", kind="autoencoder, then a Gaussian mixture", paper="survey, section 6.3")
@keras.saving.register_keras_serializable(package="kerasclust")
class AEGaussianMixture(GaussianMixtureClusters, ClassicalModel):
    """An autoencoder, then `sklearn.mixture.GaussianMixture` with full covariances in its latent space.

    Args:
        n_clusters: number of components k.
        **shared: settings of `ClassicalModel`.

    Reference:
        Survey, section 6.3: what VaDE trains jointly.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AEGaussianMixture(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """
