"""Assignment by a network with one hidden layer."""

from typing import Any

import keras
from keras import ops

from kerasclust.layers.assignment import AssignmentLayer, Shape, n_dims
from kerasclust.types import Array, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class NetAssignment(AssignmentLayer):
    """Softmax of a network with one hidden layer of rectifiers, always in float32.

    Nothing is trained: `place` sets a network that `kerasclust.initializers.RIM` has trained.

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

    def __init__(self, n_clusters: int, hidden: int, **kwargs: Any) -> None:
        super().__init__(n_clusters, **kwargs)
        self.hidden = hidden

    def build(self, input_shape: Shape) -> None:
        """Create kernels and biases of both layers."""
        shapes = {
            "kernel_1": (n_dims(input_shape), self.hidden),
            "bias_1": (self.hidden,),
            "kernel_2": (self.hidden, self.n_clusters),
            "bias_2": (self.n_clusters,),
        }
        self.net = {
            name: self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)
            for name, shape in shapes.items()
        }

    def place(self, kernel_1: Array, bias_1: Array, kernel_2: Array, bias_2: Array) -> None:
        """Set the weights of the network.

        Args:
            kernel_1: kernel of the hidden layer (d, h).
            bias_1: bias of the hidden layer (h,).
            kernel_2: kernel of the output layer (h, k).
            bias_2: bias of the output layer (k,).
        """
        for name, value in {"kernel_1": kernel_1, "bias_1": bias_1, "kernel_2": kernel_2, "bias_2": bias_2}.items():
            self.net[name].assign(value)

    def call(self, z: Tensor) -> Tensor:
        """Return assignments (n, k) of points z (n, d)."""
        hidden = ops.relu(ops.cast(z, "float32") @ self.net["kernel_1"] + self.net["bias_1"])
        return ops.softmax(hidden @ self.net["kernel_2"] + self.net["bias_2"], axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "hidden": self.hidden}
