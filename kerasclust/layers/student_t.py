"""Soft assignment of embedded points to trainable cluster centers."""

import keras
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer
from kerasclust.losses.distances import squared_distances


@keras.saving.register_keras_serializable(package="kerasclust")
class StudentTAssignment(AssignmentLayer):
    """Student's t soft assignment q between points and `n_clusters` trainable centers, always in float32.

    q_ij is proportional to (1 + ||z_i - c_j||^2 / (alpha s^2))^(-(alpha + 1) / 2). The minus sign printed before the
    fraction in the paper's equation is a misprint: q is positive and its rows sum to 1.

    The unit of length s is not in the paper (there it is 1). An autoencoder's latent space has no natural scale: where
    clusters lie closer together than 1 all assignments are vague, and refinement merges them. `place` measures s.

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

    def __init__(self, n_clusters, alpha=1.0, **kwargs):
        super().__init__(n_clusters, **kwargs)
        self.alpha = alpha

    def build(self, input_shape):
        self.centers = self.add_weight(
            shape=(self.n_clusters, input_shape[-1]), initializer="glorot_uniform", name="centers"
        )
        self.unit = self.add_weight(shape=(), initializer="ones", trainable=False, name="unit")

    def place(self, centers, z):
        """Put the centers, and take as unit s the root mean square distance of the points to their nearest center.

        Args:
            centers: array (k, d).
            z: the points (n, d).
        """
        self.centers.assign(centers)
        self.rescale(z)

    def rescale(self, z):
        """Measure the unit s anew, by points (n, d)."""
        nearest = ops.min(self.distances(z), axis=1)
        self.unit.assign(ops.maximum(ops.sqrt(ops.mean(nearest)), 1e-6))

    def distances(self, z):
        """Squared distances (n, k) of points (n, d) to the centers."""
        return squared_distances(z, self.centers)

    def call(self, z):
        distances = self.distances(z) / (self.alpha * self.unit**2)
        log_q = -0.5 * (self.alpha + 1.0) * ops.log1p(distances)
        return ops.softmax(log_q, axis=-1)

    def get_config(self):
        return {**super().get_config(), "alpha": self.alpha}
