"""What a fitted model makes of samples: features, latent points, and features again."""

import numpy as np
import tensorflow as tf

from kerasclust.data.inputs import read_samples
from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError


class Encoding:
    """Uses a model's front end, encoder and decoder: a mixin before `keras.Model`."""

    def check_fitted(self):
        """Refuse to use a model that was never fitted.

        Raises:
            InputError: it is not fitted.
        """
        if not self.built:
            raise InputError(f"This {type(self).__name__} is not fitted yet; call fit first.")

    def features(self, x):
        """What the networks see of raw samples x (b, ...)."""
        return self.frontend(x)

    def latent(self, x):
        """Embedding (b, d) of raw samples x (b, ...)."""
        return self.encoder(self.features(x), training=False)

    def encode_features(self, features):
        """Latent points (b, d) of features (b, ...)."""
        return self.encoder(features, training=False)

    def reconstruct(self, z):
        """Features (b, ...) of latent points z (b, d)."""
        return self.decoder(z, training=False)

    def function(self, name):
        """A method of one tensor argument as a compiled function, traced once for each batch size."""
        functions = self.__dict__.setdefault("_compiled_functions", {})
        if name not in functions:
            functions[name] = tf.function(getattr(self, name), reduce_retracing=True)
        return functions[name]

    def _apply(self, name, x, batch_size, title=None):
        self.check_fitted()
        return in_batches(self.function(name), read_samples(x, self.sample_shape).array(), batch_size, title)

    def encode(self, x, batch_size=1024):
        """Embedding (n, d) float32 of raw samples (n, ...)."""
        return self._apply("latent", x, batch_size)

    def decode(self, z, batch_size=1024):
        """Features (n, ...) float32, as the front end shows them, that latent points z (n, d) stand for.

        Raises:
            InputError: not fitted, a method without decoder, or points of another dimension.
        """
        self.check_fitted()
        if self.decoder is None:
            raise InputError(
                f"{type(self).__name__} has no decoder: it learns to tell samples apart, not to make them."
            )
        z = np.asarray(z, "float32")
        if z.shape[1:] != (self.latent_dim,):
            raise InputError(f"z has shape {z.shape}; decode takes latent points (n, {self.latent_dim}).")
        return in_batches(self.function("reconstruct"), z, batch_size)
