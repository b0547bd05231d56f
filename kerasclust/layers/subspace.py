"""Soft assignment in a linear subspace."""

import keras
import numpy as np

from kerasclust.layers.student_t import StudentTAssignment


@keras.saving.register_keras_serializable(package="kerasclust")
class SubspaceAssignment(StudentTAssignment):
    """Student's t assignment to centers in a subspace, y = P^T z: only what lies in it decides.

    k centers span k - 1 dimensions at most, so P has min(d, k - 1) columns; those that a subspace does not need are 0.

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

    def build(self, input_shape):
        dims = input_shape[-1]
        super().build((None, min(dims, self.n_clusters - 1)))
        self.projection = self.add_weight(
            shape=(dims, min(dims, self.n_clusters - 1)), initializer="zeros", trainable=False, name="projection"
        )

    def place_in(self, basis, centers, z):
        """Put the centers into a subspace; see `place` for the unit of length.

        Args:
            basis: orthonormal columns (d, m).
            centers: array (k, d).
            z: the points (n, d).
        """
        projection = np.zeros(self.projection.shape, "float32")
        projection[:, : np.shape(basis)[1]] = basis
        self.projection.assign(projection)
        self.place(np.asarray(centers) @ projection, np.asarray(z) @ projection)

    def project(self, z):
        """Points z (n, d) in the subspace (n, min(d, k - 1))."""
        return keras.ops.cast(z, "float32") @ self.projection

    def call(self, z):
        return super().call(self.project(z))
