"""Soft assignment where a linear map takes the points to."""

import keras
import numpy as np

from kerasclust.layers.student_t import StudentTAssignment


@keras.saving.register_keras_serializable(package="kerasclust")
class ProjectedAssignment(StudentTAssignment):
    """Student's t assignment to centers in the image of a linear map, y = P^T z. P starts as the identity.

    Args:
        n_clusters: number of centers k.
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Called on points (n, d): soft assignments (n, k).

    Example:
        >>> import numpy as np
        >>> layer = ProjectedAssignment(2)
        >>> layer.build((None, 2))
        >>> z = np.array([[0.0, 90.0], [1.0, -70.0]], "float32")
        >>> layer.place_in([[1.0, 0.0], [0.0, 0.001]], [[0.0, 0.0], [1.0, 0.0]], z)
        >>> layer(z).numpy().argmax(axis=1).tolist()
        [0, 1]
    """

    def n_columns(self, dims):
        """Columns of P for points of d dimensions."""
        return dims

    def build(self, input_shape):
        shape = (input_shape[-1], self.n_columns(input_shape[-1]))
        super().build((None, shape[1]))
        self.projection = self.add_weight(shape=shape, initializer="identity", trainable=False, name="projection")

    def place_in(self, basis, centers, z):
        """Put the centers into the image of a map; see `place` for the unit of length.

        Args:
            basis: the first columns (d, m) of P; the others become 0.
            centers: array (k, d).
            z: the points (n, d).
        """
        projection = np.zeros(self.projection.shape, "float32")
        projection[:, : np.shape(basis)[1]] = basis
        self.projection.assign(projection)
        self.place(np.asarray(centers) @ projection, np.asarray(z) @ projection)

    def project(self, z):
        """Points z (n, d) in the image (n, m) of the map."""
        return keras.ops.cast(z, "float32") @ self.projection

    def call(self, z):
        return super().call(self.project(z))


@keras.saving.register_keras_serializable(package="kerasclust")
class SubspaceAssignment(ProjectedAssignment):
    """Student's t assignment to centers in a subspace, y = P^T z: only what lies in it decides.

    P has orthonormal columns. k centers span k - 1 dimensions at most, so P has min(d, k - 1) of them; those that a
    subspace does not need are 0.

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

    def n_columns(self, dims):
        """Columns of P for points of d dimensions."""
        return min(dims, self.n_clusters - 1)
