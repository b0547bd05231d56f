"""Autoencoder whose interpolations a critic cannot tell from data: pretraining of ACAI."""

from dataclasses import replace
from typing import Any

import keras

from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.interpolation import INTERPOLATION, InterpolationCritic
from kerasclust.models.settings import OF_AUTOENCODERS
from kerasclust.training.logged import CRITIC, CRITIC_RATE, LEARNING_RATE, RECONSTRUCTION, Logged
from kerasclust.training.phase import Phase
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class ACAIAutoencoder(Autoencoder):
    """Autoencoder whose decoded interpolations look like data to a critic.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019, section 2.

    Example:
        >>> ACAIAutoencoder(latent_dim=2).interpolation_weight
        2.5
    """

    takes = (*OF_AUTOENCODERS, *INTERPOLATION)
    losses = (RECONSTRUCTION, Logged("interpolation_loss", "adversary", "interpolation"), CRITIC)
    further_logs = (LEARNING_RATE, CRITIC_RATE)
    critic: InterpolationCritic

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the critic."""
        super().set_up(values)
        self.critic = InterpolationCritic.of(self)

    def pretraining(self) -> Phase:
        """Return the phase in which autoencoder and critic play against each other."""
        return replace(super().pretraining(), before=self.critic.measure_variance)

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the views, and the losses L_rec, ||d(x_alpha)||^2 and L_d."""
        return self.critic.autoencode(self.encoder, self.decoder, x, view, self.noise)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_f,g = L_rec + lambda ||d(x_alpha)||^2."""
        return self.critic.autoencoder_objective(losses)
