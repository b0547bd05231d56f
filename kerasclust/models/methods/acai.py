"""ACAI: k-means in a latent space with adversarially constrained interpolation."""

from dataclasses import replace
from typing import Any

from kerasclust.models.autoencoders.interpolation import ACAIAutoencoder
from kerasclust.models.families.classical import ClassicalModel
from kerasclust.models.parts.clusterers import KMeansClusterer
from kerasclust.models.parts.interpolation import INTERPOLATION, InterpolationCritic
from kerasclust.models.registry import register_method
from kerasclust.models.settings import with_defaults
from kerasclust.training.logged import CRITIC_RATE
from kerasclust.training.phase import Phase
from kerasclust.types import Tensor


@register_method(
    "acai",
    kind="autoencoder + interpolation critic, then k-means",
    paper="Berthelot et al. 2019; DANCE paper, section II",
)
class ACAI(ClassicalModel):
    """k-means in a latent space whose decoded interpolations look like data to a critic.

    Phases: "pretrain" (autoencoder and critic), "initialize" (k-means in the latent space). The critic guesses the
    share of a second point in a mixture, and the autoencoder learns to make the critic guess 0. The best of several
    tries of k-means is kept. The paper's symbols: encoder f_theta, decoder g_phi, critic d_omega.

    Pretraining starts from a given autoencoder. A given `ACAIAutoencoder` is not trained any further, and the settings
    of the critic have no effect.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019: section 2, L_d and L_f,g.

    Differs from the paper:
        - The latent points are not whitened before k-means. Whitening would amplify noise where the data have fewer
          dimensions than the latent space. k-means starts 20 times, in the paper 1000 times.
        - lambda counts in units of the features' variance.
        - Each point is mixed with the point before it in the batch. The authors reverse the batch, which mixes the
          middle point of an odd number with itself.
        - Autoencoder and critic are updated at the same point, from one pass through the networks.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = ACAI(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (*with_defaults(ClassicalModel.takes, n_tries=20), *INTERPOLATION)
    cost = 27.5
    clusterer = KMeansClusterer
    losses = ACAIAutoencoder.losses
    further_logs = (*ClassicalModel.further_logs, CRITIC_RATE)
    critic: InterpolationCritic

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the critic."""
        super().set_up(values)
        self.is_constrained = isinstance(values["autoencoder"], ACAIAutoencoder)
        self.critic = InterpolationCritic.of(self)

    def pretraining(self) -> Phase:
        """Return the phase in which autoencoder and critic play against each other.

        Its step is None for a given `ACAIAutoencoder`, which has been through it.
        """
        phase = super().pretraining()
        if self.is_constrained:
            return replace(phase, step=None)
        return replace(phase, step=self.pretrain_step, before=self.critic.measure_variance)

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the views, and the losses L_rec, ||d(x_alpha)||^2 and L_d."""
        return self.critic.autoencode(self.encoder, self.decoder, x, view, self.noise)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_f,g = L_rec + lambda ||d(x_alpha)||^2."""
        return self.critic.autoencoder_objective(losses)
