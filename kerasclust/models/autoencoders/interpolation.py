"""The autoencoder whose interpolations a critic cannot tell from data: ACAI's pretraining."""

import keras
from keras import ops

from kerasclust.compute.distribution import drawn, gathered, own_rows
from kerasclust.losses import interpolation_critic_loss, interpolation_loss
from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.adversary import Adversarial
from kerasclust.models.parts.checks import share, weight
from kerasclust.models.parts.feature_variance import WeighedByVariance

# lambda in units of the variance of the features. The paper's 0.5 is for pixels from -1 to 1, which have a variance of
# 0.2 in its MNIST images of 32 x 32.
LAMBDA = 2.5


class InterpolationConstrained(WeighedByVariance, Adversarial):
    """What ACAI's critic adds to an autoencoder: a mixin before the model's class.

    The paper's symbols: encoder f_theta, decoder g_phi, critic d_omega. A model calls `constrain` in its constructor.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019, section 2.
    """

    def constrain(self, interpolation_weight, gamma):
        """Keep lambda and gamma, and give the critic an optimizer."""
        self.interpolation_weight = weight("interpolation_weight", interpolation_weight)
        self.gamma = share("gamma", gamma)
        self.critic_optimizer = self.new_optimizer()

    def new_critic(self, seed):
        """d_omega, whose architecture is that of the encoder, as in the paper."""
        return self.new_autoencoder(seed)[0]

    def guessed(self, x):
        """d_omega(x): the alpha (b,) that the critic guesses of features x (b, ...), the mean of its outputs."""
        return ops.mean(ops.cast(self.critic(x, training=True), "float32"), axis=1)

    def mixed(self, z):
        """alpha (b,) and alpha z_1 + (1 - alpha) z_2 (b, d), with z_1 = z (b, d) and z_2 from the same batch.

        Each point is mixed with the one before it, the first with the last. The order of a batch is random. (The
        authors reverse the batch, where the middle one of an odd number is mixed with itself.)
        """
        b = ops.shape(z)[0]
        alpha = drawn(lambda n: keras.random.uniform((n,), 0.0, 0.5, seed=self.noise, dtype="float32"), b)
        others = own_rows(ops.roll(gathered(z), 1, axis=0), b)
        return alpha, alpha[:, None] * z + (1.0 - alpha[:, None]) * others

    def autoencode(self, index, x, view):
        """z (b, d) of the views and the losses of a batch: L_rec, ||d(x_alpha)||^2 of L_f,g, and L_d."""
        z = self.encoder(view, training=True)  # f_theta(x)
        alpha, mixed = self.mixed(z)
        decoded = self.decoder(ops.concatenate([z, mixed], axis=0), training=True)
        restored, interpolated = ops.split(decoded, 2, axis=0)  # g_phi(f_theta(x)) and x_alpha
        guesses = self.guessed(interpolated)
        reference = self.gamma * x + (1.0 - self.gamma) * restored
        critic_loss = interpolation_critic_loss(guesses, alpha, self.guessed(ops.stop_gradient(reference)))
        return z, {
            "reconstruction_loss": ops.mean((x - restored) ** 2),
            "interpolation_loss": ops.mean(interpolation_loss(guesses)),
            "critic_loss": ops.mean(critic_loss),
        }

    def pretrain_objective(self, losses):
        """L_f,g = L_rec + lambda ||d(x_alpha)||^2, with L_rec the mean over the features, as the authors have it."""
        weight = self.interpolation_weight * self.feature_variance
        return losses["reconstruction_loss"] + weight * losses["interpolation_loss"]


@keras.saving.register_keras_serializable(package="kerasclust")
class ACAIAutoencoder(InterpolationConstrained, Autoencoder):
    """Reconstructs, and decodes what lies between latent points to what a critic takes for data.

    Args:
        interpolation_weight: lambda, the weight of the critic's guess in the autoencoder's loss, in units of the
            features' variance.
        gamma: share of the sample itself in the mean of sample and reconstruction that the critic is shown.
        **shared: settings of `RepresentationModel`.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019, section 2.

    Example:
        >>> ACAIAutoencoder(latent_dim=2).interpolation_weight
        2.5
    """

    loss_names = ("loss", "reconstruction_loss", "interpolation_loss", "critic_loss")

    def __init__(self, *, interpolation_weight=LAMBDA, gamma=0.2, **shared):
        super().__init__(**shared)
        self.constrain(interpolation_weight, gamma)
