"""CDC: correlation losses for deep clustering."""

from dataclasses import replace
from typing import Any

import keras

from kerasclust.compute.gradients import Tape
from kerasclust.losses import affinity_loss
from kerasclust.models.checks import above_zero, weight
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.parts.correlation import CORRELATION_WEIGHT, autoencode_correlated, correlated_objective
from kerasclust.models.registry import register_method
from kerasclust.models.settings import CENTERS, REFINEMENT, Setting, with_defaults
from kerasclust.training.logged import CLUSTERING, RECONSTRUCTION, Logged
from kerasclust.training.phase import Phase, Steered
from kerasclust.types import Tensor

MOMENTUM = 0.9


@register_method("cdc", kind="autoencoder, correlation and affinity losses", paper="CDC paper, algorithm 1")
class CDC(RefinedModel):
    """Autoencoder with a correlation loss and an affinity loss.

    The correlation loss keeps pairs of the data close in the latent space. The affinity loss brings points with similar
    assignments closer.

    The paper's symbols: encoder f_W, decoder g_W', centers mu; each is updated by a loss of its own. Refinement is by
    stochastic gradient descent with momentum 0.9, at a constant learning rate.

    Reference:
        T.-A.-L. Trinh, T.-A. Pham, "Learning discriminative representations for deep clustering": algorithm 1, eq. 5 to
        13; weights, batch size and learning rate of its section 3.4 and 4.4.

    Differs from the paper:
        - Algorithm 1 updates mu by L_c + eta L_a in step 12. Here step 12 has L_c alone, because L_a has no gradient in
          mu: its target C_Q is a constant, and C_Z does not depend on mu.
        - The three gradients are taken at the same point. In algorithm 1 each update follows the update before.
        - L_c is a mean over samples (eq. 9: a sum), L_r a mean over samples and features (eq. 1: a sum). L_a and L_cr
          are sums over pairs, as in the paper. So the same eta weighs L_a more than in the paper, by the factor of
          the batch size. The same lambda and beta weigh L_cr more, by the factor of the number of features.
        - Refinement has 1,500 updates by default and stops when the labels settle; the paper has T = 5000 and no stop.
        - Targets are renewed at ends of epochs, about every 32 updates; the paper renews them every 50 or 80 updates.
        - alpha is the degrees of freedom in eq. 8 alone; eq. 5 and 11 have 1.
        - Distances in eq. 8 are in units of the typical distance of a point from its center; those in eq. 5 are not.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = CDC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (
        *with_defaults(REFINEMENT, batch_size=64),
        *CENTERS,
        Setting("eta", 0.75, weight, "weight of the affinity loss"),
        Setting("beta", 0.001, weight, "weight of the correlation losses as regularization"),
        CORRELATION_WEIGHT,
        Setting("refine_learning_rate", 0.01, above_zero, "learning rate of the descent that refines"),
    )
    cost = 25
    losses = (
        RECONSTRUCTION,
        Logged("correlation_loss", "autoencoder", "correlation", shown=False),
        CLUSTERING,
        Logged("affinity_loss", "clustering", "affinity", shown=False),
    )

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the optimizer of refinement."""
        super().set_up(values)
        self.refine_optimizer = self.new_optimizer(keras.optimizers.SGD(self.refine_learning_rate, momentum=MOMENTUM))

    def build_further(self) -> None:
        """Create the centers and the optimizer's momenta."""
        super().build_further()
        self.refine_optimizer.build(self.trained_variables)

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """All optimizers of the model, with the optimizer of refinement."""
        return [*super().optimizers, self.refine_optimizer]

    def refinement(self) -> Phase:
        """Return the phase that refines by stochastic gradient descent at a constant rate."""
        descent = Steered(
            self.refine_optimizer, self.refine_learning_rate, setting="refine_learning_rate", constant=True
        )
        return replace(super().refinement(), steers=(descent,))

    # Losses -----------------------------------------------------------------------------------------------------------

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the views, with L_r and L_cr(Z, X) + L_cr(Z, X') (eq. 7 and 12)."""
        return autoencode_correlated(self.encoder, self.decoder, x, view)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_AE = lambda [L_cr(Z, X) + L_cr(Z, X')] + L_r (eq. 7)."""
        return correlated_objective(self.correlation_weight, losses)

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_DC = L_c + eta L_a + beta L_re (eq. 13), the loss of W."""
        clustering = losses["clustering_loss"] + self.eta * losses["affinity_loss"]
        return self.scheduled(clustering, self.beta * losses["correlation_loss"])

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make steps 12 to 14 of algorithm 1: mu lowers L_c, W' lowers L_AE, W lowers L_DC.

        In the paper mu lowers L_c + eta L_a, but L_a has no gradient in mu.
        """
        with Tape() as tape:
            z, losses = self.autoencode(index, x, view)  # eq. 1 and 6
            losses["clustering_loss"] = self.clustering_loss(index, z)  # L_c, eq. 9
            losses["affinity_loss"] = affinity_loss(self.soft_assignment(z), z)  # L_a, eq. 11
            losses["loss"] = self.objective(losses)  # L_DC, eq. 13
            autoencoder_loss = self.pretrain_objective(losses)  # L_AE, eq. 7
        descent = self.refine_optimizer
        tape.minimize(
            (descent, losses["clustering_loss"], [self.assignment.centers]),  # step 12: mu
            (descent, autoencoder_loss, self.decoder.trainable_variables),  # step 13: W'
            (descent, losses["loss"], self.encoder.trainable_variables),  # step 14: W
        )
        return self.logs(losses)
