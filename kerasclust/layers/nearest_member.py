"""Soft assignment by the nearest members of known clusters."""

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kerasclust.layers.assignment import Shape, n_dims
from kerasclust.losses.distances import squared_distances
from kerasclust.types import Array, Labels, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class NearestMemberAssignment(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Soft assignment of a point by its distance to the nearest member of each cluster.

    Clusters may have any shape, and their number is not fixed. q_ij is proportional to the Student's t kernel
    1 / (1 + ||z_i - z_(ij)||^2 / s^2), with z_(ij) the member of cluster j that is nearest to z_i. Nothing is trained:
    `place` sets the members. The layer stores all members, so its size and its time per point grow with their number.

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

    def __init__(self, **kwargs: Any) -> None:
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)

    def build(self, input_shape: Shape) -> None:
        """Create variables for members and their clusters."""
        # TensorFlow variables, as Keras weights have a fixed shape: the number of members is known after the fit only.
        dims = n_dims(input_shape)
        self.members = tf.Variable(
            tf.zeros((1, dims)), shape=(None, dims), trainable=False, validate_shape=False, name="members"
        )
        self.clusters = tf.Variable([0], shape=(None,), trainable=False, validate_shape=False, name="clusters")
        self.unit = self.add_weight(shape=(), initializer="ones", trainable=False, name="unit")

    @property
    def n_clusters(self) -> int:
        """Number k of the members' clusters."""
        return int(tf.reduce_max(self.clusters)) + 1

    def place(self, members: Array, clusters: Labels, unit: float) -> None:
        """Set members, their clusters and the unit of length.

        Args:
            members: points (m, d).
            clusters: cluster of each member (m,), integers from 0 to k - 1.
            unit: s, the distance at which the kernel is 1/2.
        """
        self.members.assign(tf.cast(members, "float32"))
        self.clusters.assign(tf.cast(clusters, "int32"))
        self.unit.assign(max(float(unit), 1e-6))

    def call(self, z: Tensor) -> Tensor:
        """Return soft assignments (n, k) of points z (n, d)."""
        distances = ops.transpose(squared_distances(z, self.members)) / self.unit**2
        nearest = tf.math.unsorted_segment_min(distances, self.clusters, tf.reduce_max(self.clusters) + 1)
        return ops.softmax(-ops.log1p(ops.transpose(nearest)), axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the assignments, with an unknown number of clusters."""
        return (*input_shape[:-1], None)

    def save_own_variables(self, store: Any) -> None:
        """Write weights, members and clusters to a store of the .keras format."""
        super().save_own_variables(store)
        store["members"], store["clusters"] = self.members.numpy(), self.clusters.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Read members, clusters and unit from a store that `save_own_variables` wrote."""
        self.place(store["members"][()], store["clusters"][()], float(store["0"][()]))
