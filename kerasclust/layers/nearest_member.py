"""Soft assignment by the nearest points of known clusters, however many clusters there are."""

import keras
import tensorflow as tf
from keras import ops

from kerasclust.losses.distances import squared_distances


@keras.saving.register_keras_serializable(package="kerasclust")
class NearestMemberAssignment(keras.layers.Layer):
    """A point belongs to the cluster of the nearest known member; clusters may have any shape, and any number.

    q_ij is proportional to 1 / (1 + ||z_i - z_(ij)||^2 / s^2), the Student's t kernel, for z_(ij) the member of cluster
    j that is nearest to z_i. `place` sets the members; nothing is trained. It keeps them all, so its size grows with
    their number, and so does the time for a point.

    Returns:
        Called on points (n, d): soft assignments (n, k).

    Example:
        >>> import numpy as np
        >>> layer = NearestMemberAssignment()
        >>> layer.build((None, 1))
        >>> layer.place([[0.0], [3.0], [6.0]], [0, 1, 1], unit=1.0)
        >>> [round(float(value), 3) for value in layer(np.array([[1.0]], "float32"))[0]]
        [0.714, 0.286]
    """

    def __init__(self, **kwargs):
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)

    def build(self, input_shape):
        # Keras weights have a fixed shape, and how many members and clusters there are is known after the fit only.
        dims = input_shape[-1]
        self.members = tf.Variable(
            tf.zeros((1, dims)), shape=(None, dims), trainable=False, validate_shape=False, name="members"
        )
        self.clusters = tf.Variable([0], shape=(None,), trainable=False, validate_shape=False, name="clusters")
        self.unit = self.add_weight(shape=(), initializer="ones", trainable=False, name="unit")

    @property
    def n_clusters(self):
        """Number of clusters k that the members belong to."""
        return int(tf.reduce_max(self.clusters)) + 1

    def place(self, members, clusters, unit):
        """Set the members.

        Args:
            members: array (m, d).
            clusters: their clusters (m,), integers 0 to k - 1.
            unit: s, the length that counts as near.
        """
        self.members.assign(tf.cast(members, "float32"))
        self.clusters.assign(tf.cast(clusters, "int32"))
        self.unit.assign(max(float(unit), 1e-6))

    def call(self, z):
        distances = ops.transpose(squared_distances(z, self.members)) / self.unit**2
        nearest = tf.math.unsorted_segment_min(distances, self.clusters, tf.reduce_max(self.clusters) + 1)
        return ops.softmax(-ops.log1p(ops.transpose(nearest)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], None)

    def save_own_variables(self, store):
        """Write the members too, which Keras does not know of."""
        super().save_own_variables(store)
        store["members"], store["clusters"] = self.members.numpy(), self.clusters.numpy()

    def load_own_variables(self, store):
        """Read what `save_own_variables` wrote."""
        self.place(store["members"][()], store["clusters"][()], float(store["0"][()]))
