"""Autoencoder whose decoder restores every layer of the encoder: pretraining of DEPICT."""

import keras

from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.layerwise import LAYERWISE, LayerwisePaths, layerwise_objective
from kerasclust.models.settings import OF_AUTOENCODERS
from kerasclust.training.logged import RECONSTRUCTION, Logged
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class LayerwiseAutoencoder(Autoencoder):
    """Autoencoder that restores features and hidden layers after dropout.

    Reference:
        DEPICT paper, section 3.2: the initialization of its autoencoder. The weight is that of the authors' program.

    Example:
        >>> LayerwiseAutoencoder(latent_dim=2, dropout=0.3).dropout
        0.3
    """

    takes = (*OF_AUTOENCODERS, *LAYERWISE)
    losses = (RECONSTRUCTION, Logged("layer_loss", "autoencoder", "hidden layers", shown=False))

    def build_further(self) -> None:
        """Divide encoder and decoder into their layers."""
        super().build_further()
        self.paths = LayerwisePaths(self.encoder, self.decoder, self.dropout)

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the noisy path, and the losses of features and hidden layers."""
        return self.paths.autoencode(x, view, self.noise)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return the weighted reconstruction of all layers."""
        return layerwise_objective(self.layer_weight, losses)
