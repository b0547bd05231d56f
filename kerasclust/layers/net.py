"""A net with one hidden layer that assigns points."""

import keras
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer


@keras.saving.register_keras_serializable(package="kerasclust")
class NetAssignment(AssignmentLayer):
    """Softmax of a net with one hidden layer of rectifiers, always in float32.

    `place` sets a net that was trained elsewhere (`kerasclust.initializers.RIM`); nothing is trained.

    Args:
        n_clusters: number of clusters k.
        hidden: width h of the hidden layer.

    Returns:
        Called on points (n, d): assignments (n, k), rows sum to 1.

    Reference:
        DANCE paper, section III-B: I(theta_i, z).

    Example:
        >>> import numpy as np
        >>> layer = NetAssignment(2, hidden=1)
        >>> layer.build((None, 1))
        >>> layer.place([[1.0]], [0.0], [[0.0, 1.0]], [0.0, 0.0])
        >>> [round(float(value), 3) for value in layer(np.array([[2.0]], "float32"))[0]]
        [0.119, 0.881]
    """

    def __init__(self, n_clusters, hidden, **kwargs):
        super().__init__(n_clusters, **kwargs)
        self.hidden = hidden

    def build(self, input_shape):
        shapes = {
            "kernel_1": (input_shape[-1], self.hidden),
            "bias_1": (self.hidden,),
            "kernel_2": (self.hidden, self.n_clusters),
            "bias_2": (self.n_clusters,),
        }
        self.net = {
            name: self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)
            for name, shape in shapes.items()
        }

    def place(self, kernel_1, bias_1, kernel_2, bias_2):
        """Set the net.

        Args:
            kernel_1: of the hidden layer (d, h).
            bias_1: of the hidden layer (h,).
            kernel_2: of the output (h, k).
            bias_2: of the output (k,).
        """
        for name, value in {"kernel_1": kernel_1, "bias_1": bias_1, "kernel_2": kernel_2, "bias_2": bias_2}.items():
            self.net[name].assign(value)

    def call(self, z):
        hidden = ops.relu(ops.cast(z, "float32") @ self.net["kernel_1"] + self.net["bias_1"])
        return ops.softmax(hidden @ self.net["kernel_2"] + self.net["bias_2"], axis=-1)

    def get_config(self):
        return {**super().get_config(), "hidden": self.hidden}
