"""Autoencoder that restores corrupted samples."""

import keras

from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.checks import share
from kerasclust.models.settings import OF_AUTOENCODERS, Setting
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class DenoisingAutoencoder(Autoencoder):
    """Autoencoder that restores features after a random share of them was set to zero.

    Reference:
        P. Vincent et al., "Stacked denoising autoencoders", JMLR 2010; survey, section 3.1.1.

    Example:
        >>> DenoisingAutoencoder(latent_dim=2, corruption=0.3).corruption
        0.3
    """

    takes = (
        *OF_AUTOENCODERS,
        Setting(
            "corruption",
            0.2,
            share,
            "share of the features that are dropped (the others are scaled up to the same mean)",
        ),
    )

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of corrupted features, and the loss against the intact features."""
        z = self.encoder(keras.random.dropout(view, self.corruption, seed=self.noise), training=True)
        return z, {"reconstruction_loss": self.reconstruction_loss(x, z)}
