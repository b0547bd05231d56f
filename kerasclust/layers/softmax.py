"""Softmax of a linear layer: multinomial logistic regression."""

import keras
import numpy as np
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer, Shape, n_dims
from kerasclust.types import Array, Labels, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class SoftmaxAssignment(AssignmentLayer):
    """Assignment p_ij proportional to exp(theta_j^T z_i + b_j), trainable, always in float32.

    Args:
        n_clusters: number of clusters k.

    Returns:
        Called on points (n, d): assignments (n, k), rows sum to 1.

    Reference:
        DEPICT paper, eq. 1.

    Example:
        >>> layer = SoftmaxAssignment(2)
        >>> layer.build((None, 1))
        >>> layer.place(np.array([[-1.0], [1.0], [9.0], [11.0]]), np.array([0, 0, 1, 1]))
        >>> [round(float(value), 3) for value in layer(np.array([[5.0], [6.0]], "float32"))[:, 1]]
        [0.5, 1.0]
    """

    def build(self, input_shape: Shape) -> None:
        """Create kernel and bias."""
        self.kernel = self.add_weight(
            shape=(n_dims(input_shape), self.n_clusters), initializer="glorot_uniform", name="kernel"
        )
        self.bias = self.add_weight(shape=(self.n_clusters,), initializer="zeros", name="bias")

    def place(self, z: Array, labels: Labels) -> None:
        """Set kernel and bias to the posterior of Gaussians around the cluster means.

        The Gaussians are equally likely and share one variance.

        Args:
            z: points (n, d).
            labels: cluster of each point (n,). A cluster without points gets the mean of all points.
        """
        z = np.asarray(z, "float64")
        members = [z[labels == cluster] for cluster in range(self.n_clusters)]
        means = np.array([points.mean(axis=0) if len(points) else z.mean(axis=0) for points in members])
        variance = max(np.mean((z - means[labels]) ** 2), 1e-12)
        self.kernel.assign(means.T / variance)
        self.bias.assign(-np.sum(means**2, axis=1) / (2.0 * variance))

    def logits(self, z: Tensor) -> Tensor:
        """Compute theta_j^T z_i + b_j, (n, k), of points z (n, d)."""
        return ops.cast(z, "float32") @ self.kernel + self.bias

    def call(self, z: Tensor) -> Tensor:
        """Return assignments (n, k) of points z (n, d)."""
        return ops.softmax(self.logits(z), axis=-1)
