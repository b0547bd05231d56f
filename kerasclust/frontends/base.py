"""Base class of front ends, with `adapt()` and its state, in float32 whatever the policy."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends.batches import Batches, Data
from kerasclust.types import Tensor

Shape: TypeAlias = tuple[Any, ...]  # of a batch: integers, None for an axis of any length


class FrontEnd(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Layer between raw data and networks, whose weights are statistics that `adapt()` learns.

    It works like `keras.layers.Normalization`: call `adapt()` once, then use the layer in a model, in
    `tf.data.Dataset.map` or on its own. It computes in float32, also under a mixed-precision policy, and has no
    trainable weight. NaN means a missing value. Statistics count observed values alone. A front end that keeps the shape
    of a sample keeps its missing values, and a feature is missing if nothing was observed from which it follows.

    A subclass defines `transform` and `compute_output_shape`. A subclass that learns from data also defines
    `adapt_batches`, and creates its weights in `build`. A subclass that learns nothing sets `learns = False`.

    Args:
        name: name of the layer.

    Example:
        >>> import numpy as np
        >>> from kerasclust.frontends import RobustScaling
        >>> frontend = RobustScaling()
        >>> frontend.adapt(np.arange(20.0).reshape(10, 2))
        >>> frontend(np.array([[9.0, 10.0]])).numpy()
        array([[0., 0.]], dtype=float32)
    """

    learns = True
    takes_any_length = False  # True if the number of steps of sequences (batch, steps, channels) may be unknown
    is_random = False  # True for augmentations, which change samples in training alone
    # True if all features have the same unit, so that a larger deviation means a more important feature.
    features_share_unit = False

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name, trainable=False, dtype="float32")

    def build(self, input_shape: Shape) -> None:
        """Create the state for inputs of a shape.

        Args:
            input_shape: (batch, ...), where the batch axis may be None. So may the steps of sequences of unequal length
                (batch, steps, channels), which end with steps that are missing.

        Raises:
            InputError: if another axis is None, or there is no other axis.
        """
        unknown = [axis for axis, size in enumerate(input_shape) if axis and size is None]
        if unknown == [1] and len(input_shape) == 3 and not self.takes_any_length:
            raise InputError(f"{type(self).__name__} needs sequences of equal length, found {tuple(input_shape)}.")
        if len(input_shape) < 2 or unknown not in ([], [1]) or (unknown and len(input_shape) != 3):
            raise InputError(
                f"{type(self).__name__} needs inputs (batch, ...) of known shape, found {tuple(input_shape)}."
            )
        self._sample_shape = tuple(input_shape[1:])
        self.any_length = bool(unknown)
        if self.learns:
            self.adapted = self.add_state("adapted", (), dtype="bool")

    def build_once(self, input_shape: Shape) -> None:
        """Build the layer, unless it is built already, as a loaded layer is.

        Args:
            input_shape: (batch, ...), as in `build`.

        Raises:
            InputError: if the layer was built for another shape.
        """
        if not self.built:
            self.build(input_shape)
        if not tf.TensorShape(self._sample_shape).is_compatible_with(input_shape[1:]):
            raise InputError(
                f"{type(self).__name__} was built for samples of shape {self._sample_shape}, "
                f"found samples of shape {tuple(input_shape[1:])}."
            )

    def add_state(
        self, name: str, shape: Shape, initializer: str | Callable[..., Tensor] = "zeros", dtype: str = "float32"
    ) -> keras.Variable:
        """Add a weight that `adapt()` sets and training does not change."""
        return self.add_weight(name=name, shape=shape, initializer=initializer, dtype=dtype, trainable=False)

    @property
    def is_adapted(self) -> bool:
        """True if the layer can be called. A saved model keeps this state."""
        return not self.learns or (self.built and bool(self.adapted.value))

    def adapt(self, data: Data) -> None:
        """Learn the statistics of the data, in place of earlier statistics.

        Args:
            data: array (n, ...) or a finite, batched `tf.data.Dataset` that yields x alone. NaN means missing. It is
                read several times in batches, so the memory needed does not grow with the data.

        Raises:
            InputError: if the data is empty, has infinite values, or another shape than the layer.
        """
        batches = Batches(data)
        self.build_once((None, *batches.shape))
        self.adapt_to(batches)

    def adapt_to(self, batches: Batches) -> None:
        """Learn the statistics of batches, as `adapt` does, for front ends that are made of others."""
        if not self.learns:
            return
        self.adapt_batches(batches)
        self.adapted.assign(True)

    def adapt_batches(self, batches: Batches) -> None:
        """Set the weights from batches, which can be read several times."""
        raise NotImplementedError(f"{type(self).__name__} learns from data: it must define adapt_batches().")

    def call(self, inputs: Tensor) -> Tensor:
        """Return the features of raw inputs (batch, ...) of any number type.

        Raises:
            InputError: if the layer is not adapted, or the inputs have another shape than in `build`.
        """
        # Checked in eager calls only: a graph may be traced before adapt().
        if tf.executing_eagerly() and not self.is_adapted:
            raise InputError(f"{type(self).__name__} is not adapted to data: call adapt(x) first.")
        x = tf.cast(inputs, "float32")
        expected = (None, *self._sample_shape)
        if not x.shape.is_compatible_with(expected):
            raise InputError(f"{type(self).__name__} was built for inputs {expected}, found {tuple(x.shape)}.")
        return self.transform(tf.ensure_shape(x, expected))

    def transform(self, x: Tensor) -> Tensor:
        """Return the features of a float32 tensor (batch, ...), checked by `call`."""
        raise NotImplementedError(f"{type(self).__name__} must define transform().")

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return a name for each entry of the output's last axis.

        Args:
            channel_names: a name for each entry of the input's last axis.
        """
        raise NotImplementedError(f"{type(self).__name__} must define feature_names().")

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        # Without Keras's dtype, as the precision is fixed.
        return {"name": self.name}
