"""Statistics of a sequence that do not depend on its start: level, variation and roughness."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from kerasclust.compute.missing import is_complete, missing_where
from kerasclust.compute.portable import shortcut
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.observed import lengths, observed, observed_mean, weighted_mean
from kerasclust.types import Tensor

# Smallest difference between steps that counts as a change, in units of the input.
_STILL = 1e-3


@keras.saving.register_keras_serializable(package="kerasclust")
class SequenceStatistics(FrontEnd):
    """Mean, deviation and mean absolute difference of steps of each channel.

    The mean is the level of a channel. The standard deviation measures how much the channel varies, and the difference
    how fast. At time scale s the sequence is first averaged over blocks of s steps, without an incomplete block at the
    end, which removes fast variation. A constant sequence has deviation and difference 0. There is nothing to adapt.

    Missing values (NaN) do not count: means and quantiles are those of observed values, and differences those of
    neighbors that are both observed. A statistic is missing if there are too few values for it: a single one has a mean,
    but no deviation. Sequences of unequal length end with steps that are missing, which change nothing.

    Args:
        scales: time scales of deviation and difference, in steps.
        quantiles: quantiles over time to add, each between 0 and 1, linearly interpolated.
        activity: add the share of steps at which the channel changed by more than 0.001. The input should be scaled.
        level: include the mean. Without it, only variation counts.
        name: name of the layer.

    Input: (batch, steps, channels), where steps may be None. Output: (batch, features), float32, with features =
    channels * (level + 2 len(scales) + len(quantiles) + activity), in the order of `feature_names`. All features but
    the activity are in units of the input.

    Raises:
        InputError: if the input is not a sequence, has fewer than 2 steps at some scale, or an argument is out of
            range.

    Example:
        >>> statistics = SequenceStatistics()
        >>> statistics(tf.constant([[[1.0], [3.0], [1.0], [3.0]]])).numpy()
        array([[2., 1., 2.]], dtype=float32)
        >>> statistics.feature_names(["load"])
        ['mean of load', 'deviation of load', 'difference of load']
    """

    learns = False
    takes_any_length = True

    def __init__(
        self,
        scales: Sequence[int] = (1,),
        quantiles: Sequence[float] = (),
        activity: bool = False,
        level: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self.scales = tuple(int(scale) for scale in scales)
        self.quantiles = tuple(float(quantile) for quantile in quantiles)
        self.activity = activity
        self.level = level
        if not self.scales or min(self.scales) < 1:
            raise InputError(f"SequenceStatistics: scales must be one or more numbers from 1, found {scales}.")
        if any(not 0 <= quantile <= 1 for quantile in self.quantiles):
            raise InputError(f"SequenceStatistics: quantiles must be between 0 and 1, found {quantiles}.")

    def build(self, input_shape: Shape) -> None:
        """Check the number of steps."""
        super().build(input_shape)
        steps = sequence_steps(self, input_shape)
        if steps is not None and steps < 2 * max(self.scales):
            raise InputError(
                f"SequenceStatistics: {steps} steps are too few for time scale {max(self.scales)}, which needs "
                f"{2 * max(self.scales)}: use smaller scales, or the front end 'raw'."
            )

    def transform(self, x: Tensor) -> Tensor:
        """Return statistics (batch, features) of sequences (batch, steps, channels)."""
        if self.any_length:
            return self._of_observed(x)
        return shortcut(is_complete(x), lambda: self._of_complete(x), lambda: self._of_observed(x))

    def _of_complete(self, x: Tensor) -> Tensor:
        """Return statistics (batch, features) of sequences without missing values."""
        # Relative to the first step, so that a constant sequence has deviation and difference exactly 0.
        start = x[:, :1]
        x = x - start
        features = [tf.reduce_mean(x, axis=1) + start[:, 0]] if self.level else []
        for scale in self.scales:
            pooled = _average(x, scale)
            features += [_deviation(pooled), tf.reduce_mean(_differences(pooled), axis=1)]
        features += [value + start[:, 0] for value in _quantiles(x, self.quantiles)]
        if self.activity:
            features.append(tf.reduce_mean(tf.cast(_differences(x) > _STILL, "float32"), axis=1))
        return tf.concat(features, axis=-1)

    def _of_observed(self, x: Tensor) -> Tensor:
        """Return statistics (batch, features) of the observed values of sequences."""
        # Relative to an observed value, as above.
        start = tf.reduce_min(tf.where(tf.math.is_nan(x), x.dtype.max, x), axis=1, keepdims=True)
        end = lengths(x)
        x = x - start
        features = [observed_mean(x, axis=1) + start[:, 0]] if self.level else []
        for scale in self.scales:
            pooled = self._observed_average(x, scale, end)
            deviations = pooled - observed_mean(pooled, axis=1, keepdims=True)
            features.append(tf.sqrt(observed_mean(tf.square(deviations), axis=1, fewest=2)))
            features.append(observed_mean(_differences(pooled), axis=1))
        features += [value + start[:, 0] for value in _observed_quantiles(x, self.quantiles)]
        if self.activity:
            changes = _differences(x)
            active = missing_where(tf.math.is_nan(changes), tf.cast(changes > _STILL, "float32"))
            features.append(observed_mean(active, axis=1))
        return tf.concat(features, axis=-1)

    def _observed_average(self, x: Tensor, scale: int, end: Tensor) -> Tensor:
        """Average observed values over blocks of `scale` steps.

        Args:
            x: sequences (batch, steps, channels).
            scale: steps of a block.
            end: steps of each sequence without padding (batch, 1, 1).
        """
        if scale == 1:
            return x
        if not self.any_length:
            return observed_mean(_blocks(x, scale), axis=2)
        x = tf.pad(x, [[0, 0], [0, scale - 1], [0, 0]], constant_values=float("nan"))  # one block at least
        averages = observed_mean(_blocks(x, scale), axis=2)
        ends = tf.cast(scale * (1 + tf.range(tf.shape(averages)[1])), "float32")[None, :, None]
        return missing_where(ends > end, averages)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, features)."""
        return (input_shape[0], input_shape[-1] * len(self._feature_kinds()))

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return statistic and channel of each feature, all channels of a statistic in a row."""
        return [f"{kind} of {channel}" for kind in self._feature_kinds() for channel in channel_names]

    def _feature_kinds(self) -> list[str]:
        """Return the names of the statistics of a channel."""
        kinds = ["mean"] * self.level
        for scale in self.scales:
            at_scale = "" if scale == 1 else f" at {scale} steps"
            kinds += [f"deviation{at_scale}", f"difference{at_scale}"]
        kinds += [f"quantile {quantile:g}" for quantile in self.quantiles]
        return kinds + ["activity"] * self.activity

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        own = {
            "scales": list(self.scales),
            "quantiles": list(self.quantiles),
            "activity": self.activity,
            "level": self.level,
        }
        return {**super().get_config(), **own}


def sequence_steps(layer: FrontEnd, input_shape: Shape) -> int | None:
    """Return the number of steps of inputs (batch, steps, channels), or None for sequences of unequal length.

    Args:
        layer: front end that needs sequences, for the error.
        input_shape: shape of the inputs.

    Raises:
        InputError: if the inputs are not sequences.
    """
    if len(input_shape) != 3:
        raise InputError(
            f"{type(layer).__name__} is for sequences (batch, steps, channels), found {tuple(input_shape)}: "
            "use the front end 'raw' for images and tables."
        )
    return input_shape[1]


def typical_steps(layer: FrontEnd, input_shape: Shape, steps: int | None) -> int:
    """Return the number of steps from which a front end takes its scales.

    Args:
        layer: front end that needs sequences, for the error.
        input_shape: shape of the inputs.
        steps: typical number of steps of sequences of unequal length.

    Raises:
        InputError: if the inputs are not sequences, or their length is unknown and `steps` is None.
    """
    found = sequence_steps(layer, input_shape) or steps
    if found is None:
        raise InputError(
            f"{type(layer).__name__}: sequences of unequal length need steps, their typical number of steps."
        )
    return found


def _average(x: Tensor, scale: int) -> Tensor:
    """Average over blocks of `scale` steps."""
    return tf.reduce_mean(_blocks(x, scale), axis=2)


def _blocks(x: Tensor, scale: int) -> Tensor:
    """Divide sequences (batch, steps, channels) into blocks of `scale` steps: (batch, blocks, scale, channels)."""
    blocks = tf.shape(x)[1] // scale if x.shape[1] is None else x.shape[1] // scale
    return tf.reshape(x[:, : blocks * scale], (-1, blocks, scale, x.shape[2]))


def _deviation(x: Tensor) -> Tensor:
    return tf.sqrt(tf.reduce_mean(tf.square(x - tf.reduce_mean(x, axis=1, keepdims=True)), axis=1))


def _differences(x: Tensor) -> Tensor:
    return tf.abs(x[:, 1:] - x[:, :-1])


def _quantiles(x: Tensor, quantiles: Sequence[float]) -> list[Tensor]:
    if not quantiles:
        return []
    ordered = tf.sort(x, axis=1)
    return [_between_steps(ordered, quantile * (x.shape[1] - 1)) for quantile in quantiles]


def _between_steps(ordered: Tensor, position: float) -> Tensor:
    """Interpolate sorted steps linearly at a position."""
    below = int(position)
    above = min(below + 1, ordered.shape[1] - 1)
    return ordered[:, below] + (position - below) * (ordered[:, above] - ordered[:, below])


def _observed_quantiles(x: Tensor, quantiles: Sequence[float]) -> list[Tensor]:
    """Compute quantiles over time of the observed values, linearly interpolated."""
    if not quantiles:
        return []
    count = tf.reduce_sum(observed(x), axis=1, keepdims=True)
    ordered = tf.sort(tf.where(tf.math.is_nan(x), x.dtype.max, x), axis=1)  # missing values come last
    ranks = tf.cast(tf.range(tf.shape(x)[1]), "float32")[None, :, None]
    ordered = missing_where(ranks >= count, ordered)
    # Of the two steps around a position, each counts by its nearness.
    weights = [tf.nn.relu(1.0 - tf.abs(ranks - quantile * (count - 1.0))) for quantile in quantiles]
    return [weighted_mean(ordered, tf.where(ranks < count, near, 0.0), axis=1, fewest=0.5) for near in weights]
