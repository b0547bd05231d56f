"""Missing values at the entrance of a network, where they become 0."""

import functools
from typing import Any

import keras

from kerasclust.compute.missing import filled
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class FillMissing(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Layer that sets missing values (NaN) to 0, which is the middle or the lowest value of a scaled feature.

    Input and output: floating-point tensors of the same shape (batch, ...).

    Example:
        >>> FillMissing()(keras.ops.array([[1.0, float("nan")]])).numpy()
        array([[1., 0.]], dtype=float32)
    """

    def call(self, inputs: Tensor) -> Tensor:
        """Return the inputs (batch, ...) without missing values."""
        return filled(inputs)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input shape."""
        return tuple(input_shape)


def fills_missing(network: keras.Model) -> keras.Model:
    """Let a network of a user take missing values (NaN), which become 0 before its first layer.

    The network keeps its layers, names and weights. Code that calls the layers one by one has to fill the inputs itself,
    by `kerasclust.compute.missing.filled`.

    Args:
        network: Keras model of one input (n, ...). Its `call` is replaced.

    Returns:
        The same network.

    Example:
        >>> network = fills_missing(keras.Sequential([keras.Input((2,)), keras.layers.Activation("linear")]))
        >>> network(keras.ops.array([[1.0, float("nan")]])).numpy()
        array([[1., 0.]], dtype=float32)
    """
    given = network.call

    @functools.wraps(given)
    def call(inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return given(filled(inputs), *args, **kwargs)

    network.call = call
    return network
