"""Autoencoder that preserves how close pairs of points are: the pretraining of CDC."""

import keras

from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.correlation import CORRELATION_WEIGHT, autoencode_correlated, correlated_objective
from kerasclust.models.settings import OF_AUTOENCODERS
from kerasclust.training.logged import RECONSTRUCTION, Logged
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class CorrelationPreservingAutoencoder(Autoencoder):
    """Autoencoder that preserves the pairwise probabilities of a batch to belong together.

    Reference:
        CDC paper, eq. 5 to 7.

    Example:
        >>> CorrelationPreservingAutoencoder(latent_dim=2).correlation_weight
        0.001
    """

    takes = (*OF_AUTOENCODERS, CORRELATION_WEIGHT)
    losses = (RECONSTRUCTION, Logged("correlation_loss", "autoencoder", "correlation", shown=False))

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the views, with L_r and L_cr(Z, X) + L_cr(Z, X') (eq. 7 and 12)."""
        return autoencode_correlated(self.encoder, self.decoder, x, view)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_AE = lambda [L_cr(Z, X) + L_cr(Z, X')] + L_r (eq. 7)."""
        return correlated_objective(self.correlation_weight, losses)
