"""Autoencoder without further assumptions."""

import keras

from kerasclust.models.representation import RepresentationModel
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class Autoencoder(RepresentationModel):
    """Encoder and decoder trained to reconstruct the features of the samples.

    Every clustering model with an autoencoder starts from a fitted one, as in `DEC(10, autoencoder=fitted)`. The model
    copies front end and weights, and the fitted autoencoder stays unchanged.

    Reference:
        Survey, section 3.1.1; DANCE paper, eq. 1.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> autoencoder = Autoencoder(latent_dim=2, pretrain_epochs=2, random_state=0)
        >>> history = autoencoder.fit(x, verbose=0)
        >>> autoencoder.encode(x).shape
        (60, 2)
    """

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the reconstructed features (b, ...) of raw samples x (b, ...)."""
        return self.decoder(self.encoder(self.features(x), training=training), training=training)
