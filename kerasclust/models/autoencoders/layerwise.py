"""The autoencoder whose decoder restores every layer of the encoder, from corrupted layers: DEPICT's."""

import keras

from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.layerwise import LAYERWISE, LayerwisePaths, layerwise_objective
from kerasclust.models.settings import OF_AUTOENCODERS
from kerasclust.training.logged import RECONSTRUCTION, Logged
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class LayerwiseAutoencoder(Autoencoder):
    """Reconstructs features and hidden layers from what dropout leaves of them.

    Reference:
        DEPICT paper, section 3.2: the initialization of its autoencoder. The weight is that of the authors' program.

    Example:
        >>> LayerwiseAutoencoder(latent_dim=2, dropout=0.3).dropout
        0.3
    """

    takes = (*OF_AUTOENCODERS, *LAYERWISE)
    losses = (RECONSTRUCTION, Logged("layer_loss", "autoencoder", "hidden layers", shown=False))

    def build_further(self) -> None:
        """Take encoder and decoder apart, layer by layer."""
        super().build_further()
        self.paths = LayerwisePaths(self.encoder, self.decoder, self.dropout)

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the noisy path of the views, and the losses of the features and of the hidden layers."""
        return self.paths.autoencode(x, view, self.noise)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return the reconstruction of all layers, the hidden ones weighted."""
        return layerwise_objective(self.layer_weight, losses)
