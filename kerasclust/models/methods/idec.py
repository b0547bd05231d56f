"""IDEC: improved deep embedded clustering."""

import keras

from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.parts.checks import weight
from kerasclust.models.registry import register_method


@register_method("idec", kind="autoencoder, KL divergence + reconstruction", paper="CDC paper, section 2")
@keras.saving.register_keras_serializable(package="kerasclust")
class IDEC(CentroidModel):
    """DEC that keeps the decoder: the reconstruction loss preserves what the latent space knows of the data.

    Args:
        n_clusters: number of clusters k.
        gamma: weight of the clustering loss.
        **shared: settings of `CentroidModel`.

    Reference:
        X. Guo, L. Gao, X. Liu, J. Yin, "Improved deep embedded clustering with local structure preservation",
        IJCAI 2017: eq. 2, 8 and 9; ACe/DeC paper, section 3.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = IDEC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    def __init__(self, n_clusters, *, gamma=0.1, **shared):
        super().__init__(n_clusters, **shared)
        self.gamma = weight("gamma", gamma)

    def objective(self, losses):
        """L = L_rec + gamma L_c."""
        return self.shares(self.gamma * losses["clustering_loss"], losses["reconstruction_loss"])
