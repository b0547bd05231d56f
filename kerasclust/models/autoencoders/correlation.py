"""The autoencoder that keeps pairs of points as close as they are: CDC's pretraining."""

import keras

from kerasclust.compute.distribution import gathered
from kerasclust.losses import correlation_loss
from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.checks import weight


class CorrelationPreserving:
    """What CDC's correlation losses add to an autoencoder: a mixin before the model's class.

    A model sets `correlation_weight`, lambda of eq. 7.
    """

    def autoencode(self, index, x, view):
        """z (b, d) of the views, with L_r and L_cr(Z, X) + L_cr(Z, X') (eq. 7 and 12) of a batch."""
        z = self.encoder(view, training=True)
        restored = self.decoder(z, training=True)
        pairs = [correlation_loss(gathered(z), gathered(other)) for other in (x, restored)]
        return z, {"reconstruction_loss": keras.ops.mean((x - restored) ** 2), "correlation_loss": sum(pairs)}

    def pretrain_objective(self, losses):
        """L_AE = lambda [L_cr(Z, X) + L_cr(Z, X')] + L_r (eq. 7), with L_r the mean over the features."""
        return losses["reconstruction_loss"] + self.correlation_weight * losses["correlation_loss"]


@keras.saving.register_keras_serializable(package="kerasclust")
class CorrelationPreservingAutoencoder(CorrelationPreserving, Autoencoder):
    """Reconstructs, and keeps the probability of each pair of a batch to belong together.

    Args:
        correlation_weight: lambda, the weight of the correlation losses.
        **shared: settings of `RepresentationModel`.

    Reference:
        CDC paper, eq. 5 to 7.

    Example:
        >>> CorrelationPreservingAutoencoder(latent_dim=2).correlation_weight
        0.001
    """

    loss_names = ("loss", "reconstruction_loss", "correlation_loss")

    def __init__(self, *, correlation_weight=0.001, **shared):
        super().__init__(**shared)
        self.correlation_weight = weight("correlation_weight", correlation_weight)
