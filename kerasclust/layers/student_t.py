"""Soft assignment of points to trainable cluster centers."""

from typing import Any

import keras
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer, Shape, n_dims
from kerasclust.losses.distances import squared_distances
from kerasclust.types import Array, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class StudentTAssignment(AssignmentLayer):
    """Student's t soft assignment of points to trainable centers, always in float32.

    q_ij is proportional to (1 + ||z_i - c_j||^2 / (alpha s^2))^(-(alpha + 1) / 2). The minus sign printed before the
    fraction in the paper's equation is a misprint: q is positive and its rows sum to 1.

    The unit of length s is 1 in the paper. Here `place` measures it, as the latent space of an autoencoder has no
    natural scale. If clusters are closer together than s, all assignments are vague and refinement merges the clusters.

    Args:
        n_clusters: number of centers k.
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Called on points (n, d): soft assignments (n, k).

    Reference:
        DANCE paper, eq. 8; survey, eq. 5.

    Example:
        >>> import numpy as np
        >>> layer = StudentTAssignment(2)
        >>> layer.build((None, 1))
        >>> _ = layer.centers.assign([[0.0], [3.0]])
        >>> [round(float(value), 3) for value in layer(np.array([[0.0]], "float32"))[0]]
        [0.909, 0.091]
    """

    def __init__(self, n_clusters: int, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(n_clusters, **kwargs)
        self.alpha = alpha

    def build(self, input_shape: Shape) -> None:
        """Create centers and unit of length."""
        self.centers = self.add_weight(
            shape=(self.n_clusters, n_dims(input_shape)), initializer="glorot_uniform", name="centers"
        )
        self.unit = self.add_weight(shape=(), initializer="ones", trainable=False, name="unit")

    def place(self, centers: Array, z: Tensor) -> None:
        """Set the centers, and measure the unit s by `rescale`.

        Args:
            centers: centers (k, d).
            z: points (n, d).
        """
        self.centers.assign(centers)
        self.rescale(z)

    def rescale(self, z: Tensor) -> None:
        """Set the unit s to the root mean square distance of points (n, d) to their nearest center."""
        nearest = ops.min(self.distances(z), axis=1)
        self.unit.assign(ops.maximum(ops.sqrt(ops.mean(nearest)), 1e-6))

    def distances(self, z: Tensor) -> Tensor:
        """Compute squared distances (n, k) of points z (n, d) to the centers."""
        return squared_distances(z, self.centers)

    def call(self, z: Tensor) -> Tensor:
        """Return soft assignments (n, k) of points z (n, d)."""
        distances = self.distances(z) / (self.alpha * self.unit**2)
        log_q = -0.5 * (self.alpha + 1.0) * ops.log1p(distances)
        return ops.softmax(log_q, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "alpha": self.alpha}
