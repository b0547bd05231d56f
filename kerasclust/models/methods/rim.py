"""RIM: regularized information maximization, on raw data and in the latent space of an autoencoder."""

import keras

from kerasclust.models.families.classical import ClassicalModel, RawDataModel, RIMClusters
from kerasclust.models.registry import register_method


@register_method("rim", kind="discriminative, raw data", paper="DANCE paper, eq. 5 to 7")
@keras.saving.register_keras_serializable(package="kerasclust")
class RIM(RIMClusters, RawDataModel):
    """Small nets that cut raw data where few points lie, into clusters of like size.

    Args:
        n_clusters: number of clusters k.
        n_tries: nets, of which the one with the lowest conditional entropy is taken.
        **shared: settings of `RawDataModel`: frontend, random_state.

    Reference:
        R. Gomes, A. Krause, P. Perona, "Discriminative clustering by regularized information maximization", NIPS 2010;
        DANCE paper, eq. 5 to 7 and algorithm 1.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = RIM(2, n_tries=4, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> np.bincount(model.predict_clusters(x)).tolist()
        [30, 30]
    """


@register_method("ae_rim", kind="autoencoder, then RIM", paper="DANCE paper, table V: RIM alone")
@keras.saving.register_keras_serializable(package="kerasclust")
class AERIM(RIMClusters, ClassicalModel):
    """An autoencoder, then RIM in its latent space.

    Args:
        n_clusters: number of clusters k.
        n_tries: nets, of which the one with the lowest conditional entropy is taken.
        **shared: settings of `ClassicalModel`.

    Reference:
        DANCE paper, eq. 5 to 7 and algorithm 1; table V.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AERIM(2, n_tries=4, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """
