"""A Gaussian mixture with diagonal covariances, trained by gradient descent."""

import math

import keras
import numpy as np
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer, Shape, n_dims
from kerasclust.types import Array, Labels, Tensor

FLOOR = 1e-6  # share of the mean variance that is added to each variance


@keras.saving.register_keras_serializable(package="kerasclust")
class DiagonalMixture(AssignmentLayer):
    """Posterior of a mixture sum_c pi_c N(mu_c, diag(sigma_c^2)), trainable, always in float32.

    Args:
        n_clusters: number of components k.

    Returns:
        Called on points (n, d): posterior probabilities (n, k).

    Reference:
        VaDE paper, eq. 2, 3 and 16: the prior of the latent space, and q(c | x) = p(c | z).

    Example:
        >>> layer = DiagonalMixture(2)
        >>> layer.build((None, 1))
        >>> layer.place(np.array([[-1.0], [1.0], [9.0], [11.0]]), np.array([0, 0, 1, 1]))
        >>> [round(float(value), 3) for value in layer(np.array([[2.0]], "float32"))[0]]
        [1.0, 0.0]
    """

    def build(self, input_shape: Shape) -> None:
        """Create weights, means and variances of the components."""
        k, d = self.n_clusters, n_dims(input_shape)
        self.logits = self.add_weight(shape=(k,), initializer="zeros", name="logits")
        self.centers = self.add_weight(shape=(k, d), initializer="glorot_uniform", name="centers")
        self.log_variances = self.add_weight(shape=(k, d), initializer="zeros", name="log_variances")

    def place(self, z: Array, labels: Labels) -> None:
        """Set the components to the shares, means and variances of clusters.

        Args:
            z: points (n, d).
            labels: cluster of each point (n,). A cluster without points gets the mean and variance of all points.
        """
        z = np.asarray(z, "float64")
        floor = variance_floor(z)
        sizes = np.bincount(labels, minlength=self.n_clusters)
        members = [z[labels == cluster] if size else z for cluster, size in enumerate(sizes)]
        self.logits.assign(np.log(np.maximum(sizes, 1)))
        self.centers.assign([points.mean(axis=0) for points in members])
        self.log_variances.assign([np.log(points.var(axis=0) + floor) for points in members])

    @property
    def log_weights(self) -> Tensor:
        """Logarithm of the weights of the components, log pi (k,)."""
        return ops.log_softmax(self.logits)

    def log_joint(self, z: Tensor) -> Tensor:
        """Compute log pi_c N(z_i; mu_c, diag(sigma_c^2)), (n, k), of points z (n, d)."""
        deviations = ops.expand_dims(ops.cast(z, "float32"), 1) - self.centers
        exponents = deviations**2 * ops.exp(-self.log_variances) + self.log_variances + math.log(2.0 * math.pi)
        return self.log_weights - 0.5 * ops.sum(exponents, axis=2)

    def call(self, z: Tensor) -> Tensor:
        """Return posterior probabilities (n, k) of points z (n, d)."""
        return ops.softmax(self.log_joint(z), axis=-1)


def variance_floor(z: Array) -> float:
    """Return the positive number that is added to each variance of a mixture of points z (n, d)."""
    return float(FLOOR * z.var(axis=0).mean()) or FLOOR
