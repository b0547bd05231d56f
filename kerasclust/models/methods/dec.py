"""DEC: deep embedded clustering."""

from kerasclust.compute.gradients import Tape
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.registry import register_method
from kerasclust.models.settings import CENTERS, REFINEMENT
from kerasclust.types import Tensor


@register_method("dec", kind="autoencoder, KL divergence", paper="survey, 3.2.2 and eq. 5 to 7")
class DEC(RefinedModel):
    """Encoder refined without its decoder: soft assignments approach a sharpened target.

    Reference:
        J. Xie, R. Girshick, A. Farhadi, "Unsupervised deep embedding for clustering analysis", ICML 2016: eq. 1 to 3;
        survey, eq. 5 and 7.

    Differs from the paper:
        - Adam takes the place of SGD, and its rate falls over each phase.
        - The autoencoder is trained as a whole. The paper's layerwise pretraining is
          `kerasclust.models.autoencoders.StackedAutoencoder`.
        - Distances are in units of the typical distance of a point from its center (`StudentTAssignment`).
        - Targets are renewed at ends of epochs, about every 32 updates; the paper renews them every 140 updates.
        - Refinement takes at most 1,500 updates by default, and its rate is 0.3 of that of pretraining.
        - The loss is the mean over a batch, the paper's a sum.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DEC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (*REFINEMENT, *CENTERS)
    cost = 22

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = L_c, with L_rec where a schedule is set."""
        return self.scheduled(losses["clustering_loss"], losses.get("reconstruction_loss", 0.0))

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of refinement: encoder and centers lower L = KL(P, Q).

        The decoder is dropped, unless a schedule is set.
        """
        if self.schedule is not None:
            return super().refine_step(index, x, view)
        with Tape() as tape:
            z = self.encoder(view, training=True)
            losses = {"clustering_loss": self.clustering_loss(index, z)}  # KL(P, Q), survey eq. 7
            losses["loss"] = self.objective(losses)
        variables = [*self.encoder.trainable_variables, self.assignment.centers]
        tape.minimize((self.optimizer, losses["loss"], variables))
        return self.logs(losses)
