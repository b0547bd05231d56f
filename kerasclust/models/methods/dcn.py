"""DCN: deep clustering network."""

from typing import Any

import keras
import tensorflow as tf

from kerasclust.compute.gradients import Tape
from kerasclust.models.checks import weight
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.parts.hard_clusters import CENTER_UPDATE, HardClusters, hard_targets
from kerasclust.models.registry import register_method
from kerasclust.models.settings import CENTERS, REFINEMENT, Setting
from kerasclust.types import Array, Labels, Tensor


@register_method("dcn", kind="autoencoder, k-means loss", paper="survey, 6.1.1; ACe/DeC paper, eq. 3 and 4")
class DCN(RefinedModel):
    """Autoencoder and k-means trained together.

    Latent points move towards the center of their cluster.

    The loss moves encoder and decoder; the centers follow the points by k-means' own rule, not by gradient.

    Reference:
        B. Yang, X. Fu, N. D. Sidiropoulos, M. Hong, "Towards k-means-friendly spaces: simultaneous deep learning and
        clustering", ICML 2017; ACe/DeC paper, eq. 3 and 4, section 2.1 and 2.2.

    Differs from the paper:
        - The counts of mini-batch k-means restart from the sizes of the clusters at each look at all samples, so that
          centers can follow points that move for many passes. In the paper the counts only grow.
        - The learning rate rises over the first tenth of refinement, and then falls. Otherwise Adam's first steps would
          move the points away from the centers, which follow slowly.
        - The model returns Student's t as soft assignment; the method itself has hard clusters alone.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DCN(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (
        *REFINEMENT,
        *CENTERS,
        Setting("lam", 1.0, weight, "lambda, the weight of the k-means loss"),
        CENTER_UPDATE,
    )
    cost = 20
    refine_share = 1.0  # as in the ACe/DeC paper: the reconstruction loss stabilizes the encoder
    refine_rise = 0.1

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the k-means loss and the counts of its centers."""
        super().set_up(values)
        self.hard_clusters = HardClusters(self.n_clusters, self.center_update)

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """Weights of encoder and decoder: the centers are not trained by gradient."""
        return self.autoencoder_variables

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = lambda / 2 L_km + L_rec (eq. 4).

        Squared distances are sums over their dimensions.
        """
        return self.scheduled(0.5 * self.lam * losses["clustering_loss"], self.summed(losses["reconstruction_loss"]))

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration: encoder and decoder lower L, then mini-batch k-means moves centers."""
        with Tape() as tape:
            z, losses = self.autoencode(index, x, view)
            losses["clustering_loss"] = self.hard_clusters.loss(self, index, z)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        self.hard_clusters.move_centers(self, index, z)
        return self.logs(losses)

    def new_targets(self, n: int) -> tf.Variable | None:
        """Return a variable for the cluster of each of n samples."""
        return hard_targets(n)

    def renew_targets(self, z: Array) -> Labels:
        """Assign all samples by their latent points z (n, d); return their clusters (n,)."""
        return self.hard_clusters.renew(self, z)
