"""Posterior of a fitted Gaussian mixture."""

import math

import keras
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer, Shape, n_dims
from kerasclust.types import Array, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class GaussianMixtureAssignment(AssignmentLayer):
    """Posterior probabilities of the components of a fitted Gaussian mixture, always in float32.

    q_ij is proportional to w_j N(z_i; mu_j, Sigma_j). It is computed from logarithms. Nothing is trained: `place` sets
    the parameters of a fitted mixture.

    Args:
        n_clusters: number of components k.

    Returns:
        Called on points (n, d): posterior probabilities (n, k).

    Reference:
        C. M. Bishop, "Pattern recognition and machine learning", 2006, eq. 9.23.

    Example:
        >>> import numpy as np
        >>> layer = GaussianMixtureAssignment(2)
        >>> layer.build((None, 1))
        >>> layer.place([0.5, 0.5], [[0.0], [2.0]], [[[1.0]], [[1.0]]])
        >>> [round(float(value), 3) for value in layer(np.array([[0.0]], "float32"))[0]]
        [0.881, 0.119]
    """

    def build(self, input_shape: Shape) -> None:
        """Create weights, means and precisions of the components."""
        k, d = self.n_clusters, n_dims(input_shape)
        self.log_weights = self.add_weight(shape=(k,), initializer="zeros", trainable=False, name="log_weights")
        self.means = self.add_weight(shape=(k, d), initializer="zeros", trainable=False, name="means")
        self.precisions_cholesky = self.add_weight(
            shape=(k, d, d), initializer="zeros", trainable=False, name="precisions_cholesky"
        )

    def place(self, weights: Array, means: Array, precisions_cholesky: Array) -> None:
        """Set the parameters of a fitted mixture, under scikit-learn's names and in its shapes.

        Args:
            weights: w (k,).
            means: mu (k, d).
            precisions_cholesky: upper triangular P_j (k, d, d) with P_j P_j^T the inverse of Sigma_j.
        """
        self.log_weights.assign(ops.log(weights))
        self.means.assign(means)
        self.precisions_cholesky.assign(precisions_cholesky)

    def log_joint(self, z: Tensor) -> Tensor:
        """Compute log w_j N(z_i; mu_j, Sigma_j), (n, k), of points z (n, d)."""
        z = ops.cast(z, "float32")
        deviations = ops.expand_dims(z, 1) - self.means  # subtracted first: products of large values lose digits
        whitened = ops.einsum("nkd,kde->nke", deviations, self.precisions_cholesky)
        diagonal = ops.diagonal(self.precisions_cholesky, axis1=1, axis2=2)
        log_determinant = ops.sum(ops.log(diagonal), axis=1)
        constant = 0.5 * z.shape[-1] * math.log(2.0 * math.pi)
        return self.log_weights + log_determinant - constant - 0.5 * ops.sum(whitened**2, axis=2)

    def call(self, z: Tensor) -> Tensor:
        """Return posterior probabilities (n, k) of points z (n, d)."""
        return ops.softmax(self.log_joint(z), axis=-1)
