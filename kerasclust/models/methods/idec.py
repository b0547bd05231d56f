"""IDEC: improved deep embedded clustering."""

from kerasclust.models.checks import weight
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.registry import register_method
from kerasclust.models.settings import CENTERS, REFINEMENT, Setting
from kerasclust.types import Tensor


@register_method("idec", kind="autoencoder, KL divergence + reconstruction", paper="CDC paper, section 2")
class IDEC(RefinedModel):
    """DEC that keeps the decoder, so the latent space preserves the structure of the data.

    Reference:
        X. Guo, L. Gao, X. Liu, J. Yin, "Improved deep embedded clustering with local structure preservation",
        IJCAI 2017: eq. 2, 8 and 9; ACe/DeC paper, section 3.

    Differs from the paper:
        - Reconstruction and clustering loss are means over a batch, and the reconstruction also over the features, as
          in the authors' program. In the paper both are sums, so the same gamma means another balance.
        - The learning rate of refinement is 0.3 of that of pretraining and falls.
        - Targets are renewed at ends of epochs, about every 32 updates; the paper renews them every 140 updates.
        - Distances are in units of the typical distance of a point from its center (`StudentTAssignment`).

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = IDEC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (*REFINEMENT, *CENTERS, Setting("gamma", 0.1, weight, "weight of the clustering loss"))
    cost, compared = 21, True

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = L_rec + gamma L_c (eq. 2)."""
        return self.scheduled(self.gamma * losses["clustering_loss"], losses["reconstruction_loss"])
