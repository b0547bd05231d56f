"""Soft assignment in a linear subspace."""

import keras
import numpy as np

from kerasclust.layers.assignment import Shape, n_dims
from kerasclust.layers.student_t import StudentTAssignment
from kerasclust.types import Array, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class SubspaceAssignment(StudentTAssignment):
    """Student's t assignment to centers in a linear subspace, y = P^T z.

    k centers span at most k - 1 dimensions, so P has min(d, k - 1) columns. In a smaller subspace the last columns are
    0.

    Args:
        n_clusters: number of centers k.
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Called on points (n, d): soft assignments (n, k).

    Example:
        >>> import numpy as np
        >>> layer = SubspaceAssignment(2)
        >>> layer.build((None, 3))
        >>> z = np.array([[0.0, 5.0, -9.0], [4.0, 0.0, 70.0]], "float32")
        >>> layer.place_in([[1.0], [0.0], [0.0]], [[0.0, 0.0, 0.0], [3.0, 0.0, 0.0]], z)
        >>> layer(z).numpy().argmax(axis=1).tolist()
        [0, 1]
    """

    def build(self, input_shape: Shape) -> None:
        """Create centers in the subspace, unit of length and projection P."""
        dims = n_dims(input_shape)
        super().build((None, min(dims, self.n_clusters - 1)))
        self.projection = self.add_weight(
            shape=(dims, min(dims, self.n_clusters - 1)), initializer="zeros", trainable=False, name="projection"
        )

    def place_in(self, basis: Array, centers: Array, z: Array) -> None:
        """Set subspace and centers, and measure the unit of length as `place` does.

        Args:
            basis: orthonormal columns (d, m) that span the subspace, with m at most min(d, k - 1).
            centers: centers (k, d).
            z: points (n, d).
        """
        projection = np.zeros(self.projection.shape, "float32")
        projection[:, : np.shape(basis)[1]] = basis
        self.projection.assign(projection)
        self.place(np.asarray(centers) @ projection, np.asarray(z) @ projection)

    def project(self, z: Tensor) -> Tensor:
        """Return P^T z (n, min(d, k - 1)) of points z (n, d)."""
        return keras.ops.cast(z, "float32") @ self.projection

    def call(self, z: Tensor) -> Tensor:
        """Return soft assignments (n, k) of points z (n, d)."""
        return super().call(self.project(z))
