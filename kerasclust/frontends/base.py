"""What every front end shares: `adapt()`, its state in the saved graph, float32 whatever the policy."""

import keras
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends.batches import Batches


class FrontEnd(keras.layers.Layer):
    """A layer between raw data and the networks, with statistics learned by `adapt()` and kept in its weights.

    Works like `keras.layers.Normalization`: call `adapt()` once, then use it as a layer in a model, in
    `tf.data.Dataset.map` or on its own. It always computes in float32, also under a mixed-precision policy, and has
    no trainable weight. A value that is not finite stays so: fill missing values before.

    A subclass defines `transform` and `compute_output_shape`, and if it learns from data `adapt_batches` and, in
    `build`, the weights for what it learns. One that learns nothing sets `learns = False`.

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
    # True when all features have one unit, so that a larger deviation means a more important feature.
    features_share_unit = False

    def __init__(self, name: str | None = None):
        super().__init__(name=name, trainable=False, dtype="float32")

    def build(self, input_shape):
        """Create the state for inputs of `input_shape`, (batch, ...) with everything but the batch known."""
        if len(input_shape) < 2 or None in input_shape[1:]:
            raise InputError(
                f"{type(self).__name__} needs inputs (batch, ...) of known shape, found {tuple(input_shape)}."
            )
        self._sample_shape = tuple(input_shape[1:])
        if self.learns:
            self.adapted = self.add_state("adapted", (), dtype="bool")

    def build_once(self, input_shape) -> None:
        """`build()` for a layer that may be built already, as one that was loaded is, if for the same shape.

        Raises:
            InputError: if it was built for another shape.
        """
        if not self.built:
            self.build(input_shape)
        if self._sample_shape != tuple(input_shape[1:]):
            raise InputError(
                f"{type(self).__name__} was built for samples of shape {self._sample_shape}, "
                f"found samples of shape {tuple(input_shape[1:])}."
            )

    def add_state(self, name: str, shape, initializer="zeros", dtype="float32"):
        """A weight that `adapt()` sets and training leaves alone."""
        return self.add_weight(name=name, shape=shape, initializer=initializer, dtype=dtype, trainable=False)

    @property
    def is_adapted(self) -> bool:
        """Whether the layer has what it needs to be called; kept when a model is saved and loaded."""
        return not self.learns or (self.built and bool(self.adapted.value))

    def adapt(self, data) -> None:
        """Learn the statistics of `data`, forgetting what was learned before.

        Args:
            data: array (n, ...) or a finite, batched `tf.data.Dataset` that yields x alone. It is read several times,
                in batches: the memory needed does not grow with the data.

        Raises:
            InputError: if the data is empty, has values that are not finite, or another shape than the layer.
        """
        batches = Batches(data)
        self.build_once((None, *batches.shape))
        self.adapt_to(batches)

    def adapt_to(self, batches: Batches) -> None:
        """`adapt()` for data that is already in `Batches`: what a front end made of others calls."""
        if not self.learns:
            return
        self.adapt_batches(batches)
        self.adapted.assign(True)

    def adapt_batches(self, batches: Batches) -> None:
        """Set the weights from `batches`, which can be read several times."""
        raise NotImplementedError(f"{type(self).__name__} learns from data: it must define adapt_batches().")

    def call(self, inputs):
        """Front end of raw inputs (batch, ...) of any number type; see the class for the shape that it returns."""
        # Only eager calls can look: a graph is often traced before adapt(), which is fine.
        if tf.executing_eagerly() and not self.is_adapted:
            raise InputError(f"{type(self).__name__} has not seen data yet: call adapt(x) first.")
        x = tf.cast(inputs, "float32")
        expected = (None, *self._sample_shape)
        if not x.shape.is_compatible_with(expected):
            raise InputError(f"{type(self).__name__} was built for inputs {expected}, found {tuple(x.shape)}.")
        return self.transform(tf.ensure_shape(x, expected))

    def transform(self, x):
        """`call` for float32 tensors."""
        raise NotImplementedError(f"{type(self).__name__} must define transform().")

    def feature_names(self, channel_names) -> list[str]:
        """A name for each entry of the output's last axis.

        Args:
            channel_names: one name for each entry of the input's last axis.
        """
        raise NotImplementedError(f"{type(self).__name__} must define feature_names().")

    def get_config(self):
        # The precision is fixed, so it is not part of the configuration.
        return {"name": self.name}
