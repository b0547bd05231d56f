"""RIM: regularized information maximization, on raw data and in a latent space."""

from kerasclust.models.families.classical import ClassicalModel, RawDataModel
from kerasclust.models.parts.clusterers import RIMClusterer
from kerasclust.models.registry import register_method
from kerasclust.models.settings import with_defaults


@register_method("rim", kind="discriminative, raw data", paper="DANCE paper, eq. 5 to 7")
class RIM(RawDataModel):
    """Small nets that cut raw data where few points lie, into clusters of similar size.

    Reference:
        R. Gomes, A. Krause, P. Perona, "Discriminative clustering by regularized information maximization", NIPS 2010;
        DANCE paper, eq. 5 to 7 and algorithm 1.

    Differs from the paper:
        - Nets have a hidden layer, as in the DANCE paper. Gomes et al. have logistic regression or kernels.
        - Points are standardized, and biases are not regularized.
        - Of several tries the one is kept whose clusters of neighbors tell most about each other. The paper keeps the
          one with the lowest conditional entropy, which was worse in the mean over labelled sets.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = RIM(2, n_tries=4, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> np.bincount(model.predict_clusters(x)).tolist()
        [30, 30]
    """

    takes = with_defaults(RawDataModel.takes, n_tries=32)
    cost = 5
    clusterer = RIMClusterer


@register_method("ae_rim", kind="autoencoder, then RIM", paper="DANCE paper, table V: RIM alone")
class AERIM(ClassicalModel):
    """An autoencoder, then RIM in its latent space.

    Reference:
        DANCE paper, eq. 5 to 7 and algorithm 1; table V.

    Differs from the paper:
        - Points are standardized, and biases are not regularized.
        - Of several tries the one is kept whose clusters of neighbors tell most about each other. The paper keeps the
          one with the lowest conditional entropy, which was worse in the mean over labelled sets.
        - The autoencoder is that of this package.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = AERIM(2, n_tries=4, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = with_defaults(ClassicalModel.takes, n_tries=32)
    cost, compared, leads = 17, True, True
    clusterer = RIMClusterer
