"""Critic of interpolations between latent points, from ACAI."""

from typing import TYPE_CHECKING, Any, Self

import keras
from keras import ops

from kerasclust.compute.draws import partners, uniform
from kerasclust.compute.missing import filled
from kerasclust.losses import interpolation_critic_loss, interpolation_loss, observed_mean_squared_error
from kerasclust.models.checks import share, weight
from kerasclust.models.parts.critic import Critic
from kerasclust.models.parts.feature_variance import mean_variance
from kerasclust.models.settings import Setting
from kerasclust.training.phase import Run
from kerasclust.types import Tensor

if TYPE_CHECKING:
    from kerasclust.models.representation import RepresentationModel

# lambda in units of the variance of the features. The paper's 0.5 is for pixels from -1 to 1, which have a variance of
# 0.2 in its MNIST images of 32 x 32.
LAMBDA = 2.5
INTERPOLATION = (
    Setting(
        "interpolation_weight",
        LAMBDA,
        weight,
        "lambda, the weight of the critic's guess in the autoencoder's loss, in units of the features' variance",
    ),
    Setting(
        "gamma",
        0.2,
        share,
        "share of the sample itself in the mean of sample and reconstruction that the critic gets",
    ),
)


class InterpolationCritic(Critic):
    """Critic d_omega, which guesses the share of a second latent point in a decoded mixture.

    The paper's symbols: encoder f_theta, decoder g_phi, critic d_omega. The architecture is that of the encoder.

    Args:
        interpolation_weight: lambda.
        gamma: share of the sample itself in the reference, a mean of sample and reconstruction.
        **critic: arguments of `Critic`.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019, section 2.
    """

    def __init__(self, interpolation_weight: float, gamma: float, **critic: Any) -> None:
        super().__init__(**critic)
        self.interpolation_weight, self.gamma = interpolation_weight, gamma
        self.feature_variance = self.add_weight(shape=(), initializer="ones", trainable=False, name="feature_variance")

    @classmethod
    def of(cls, model: "RepresentationModel") -> Self:
        """Return the critic of a model that has the settings `INTERPOLATION`."""

        def new_network(seed: int) -> keras.Model:
            return model.new_autoencoder(seed)[0]

        settings = {name: model.settings[name] for name in ("interpolation_weight", "gamma")}
        optimizer, rate = model.new_optimizer(), model.learning_rate
        return cls(**settings, new_network=new_network, optimizer=optimizer, learning_rate=rate)

    def measure_variance(self, run: Run) -> None:
        """Measure the variance of the features, the unit of lambda."""
        self.feature_variance.assign(mean_variance(run.samples.x))

    def guessed(self, x: Tensor) -> Tensor:
        """Return d_omega(x), the critic's guess of alpha (b,) for features x (b, ...).

        It is the mean of the critic's outputs.
        """
        return ops.mean(ops.cast(self(x, training=True), "float32"), axis=1)

    def mixed(self, z: Tensor, noise: keras.random.SeedGenerator) -> tuple[Tensor, Tensor]:
        """Return alpha (b,) and the mixed points alpha z_1 + (1 - alpha) z_2 (b, d).

        z_1 are the points z (b, d), and z_2 are other points of the same batch.

        Each point is mixed with the point before it in the batch, and the first point with the last. The order of a
        batch is random. The authors reverse the batch, which mixes the middle point of an odd number with itself.
        """
        alpha = uniform((ops.shape(z)[0],), noise, 0.0, 0.5)
        return alpha, alpha[:, None] * z + (1.0 - alpha[:, None]) * partners(z)

    def autoencode(
        self, encoder: keras.Model, decoder: keras.Model, x: Tensor, view: Tensor, noise: keras.random.SeedGenerator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the views, and the losses L_rec, ||d(x_alpha)||^2 and L_d."""
        z = encoder(view, training=True)  # f_theta(x)
        alpha, mixed = self.mixed(z, noise)
        decoded = decoder(ops.concatenate([z, mixed], axis=0), training=True)
        restored, interpolated = ops.split(decoded, 2, axis=0)  # g_phi(f_theta(x)) and x_alpha
        guesses = self.guessed(interpolated)
        reference = self.gamma * filled(x, restored) + (1.0 - self.gamma) * restored
        critic_loss = interpolation_critic_loss(guesses, alpha, self.guessed(ops.stop_gradient(reference)))
        return z, {
            "reconstruction_loss": observed_mean_squared_error(x, restored),
            "interpolation_loss": ops.mean(interpolation_loss(guesses)),
            "critic_loss": ops.mean(critic_loss),
        }

    def autoencoder_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_f,g = L_rec + lambda ||d(x_alpha)||^2, with L_rec the mean over the features."""
        weight = self.interpolation_weight * self.feature_variance
        return losses["reconstruction_loss"] + weight * losses["interpolation_loss"]
