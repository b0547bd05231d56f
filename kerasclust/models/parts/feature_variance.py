"""The unit in which a loss without one is weighed against the reconstruction loss."""

import numpy as np

from kerasclust.data.large_arrays import slabs


class WeighedByVariance:
    """Knows the variance of the features it is trained on: a mixin before the model's class.

    A critic's loss has no unit, the reconstruction loss has that of the features. So weights of the one against the
    other count in the variance of the features, or the same weight would mean another balance for each front end:
    pixels from 0 to 1 have a variance below 0.1, standardized features have 1.
    """

    def build(self, input_shape):
        """Create the networks for samples of a shape (None, ...)."""
        super().build(input_shape)
        self.feature_variance = self.add_weight(shape=(), initializer="ones", trainable=False, name="feature_variance")

    def train_autoencoder(self, runner, seed):
        """Train encoder and decoder, with weights in units of the variance of these samples."""
        self.feature_variance.assign(mean_variance(runner.samples.x))
        super().train_autoencoder(runner, seed)


def mean_variance(x):
    """Variance of each feature of samples x (n, ...), the mean over the features: what a constant leaves as L_rec.

    Example:
        >>> float(mean_variance(np.array([[0.0, 1.0], [2.0, 1.0]])))
        0.5
    """
    mean = sum(np.sum(rows, axis=0, dtype="float64") for _, rows in slabs(x)) / len(x)
    return sum(np.sum((rows - mean) ** 2) for _, rows in slabs(x)) / x.size
