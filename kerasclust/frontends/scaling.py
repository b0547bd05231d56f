"""Scaling of each channel by statistics that are robust to outliers."""

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from kerasclust.compute.portable import asinh, shortcut
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.sampling import RowSample
from kerasclust.frontends.sentinels import is_sentinel, missing_at_sentinels
from kerasclust.frontends.soft_clip import soft_clip
from kerasclust.types import Array, Tensor

# Distance of the 5% and 95% quantiles of a normal distribution, in standard deviations.
_NORMAL_RANGE = 3.2897
# Distance from the median in scales above which a value is reported, as it is more likely an error code.
_ABSURD = 1e3
# Kurtosis above which a channel is heavy-tailed: it is 3 for normal, 9 for exponential, over 100 for log-normal data.
_HEAVY_KURTOSIS = 10.0
# Limit of deviations of a channel that is nearly always at one value, in typical deviations.
_WINSOR = 10.0


@keras.saving.register_keras_serializable(package="kerasclust")
class RobustScaling(FrontEnd):
    """Scaling of each channel (last axis) to (x - median) / scale, softly clipped.

    - The scale is the distance of the 5% and 95% quantiles, divided by 3.29. For a normal channel it is the standard
      deviation. If a channel stays at one value 95% of the time, the quantiles are equal, and the scale is its
      standard deviation. The scale of a constant channel is 1, so the channel becomes 0.
    - Beyond `clip` scales values grow logarithmically: a value of a million scales becomes about 19.
    - Missing values (NaN) are left out of the statistics and stay missing. Loggers write 2147483647, -2147483648 and
      4294967295 for "no value": these values become missing.
    - `adapt()` warns of such values, and of values more than 1000 scales from the median, with channel and count.

    The unit of a channel does not matter: rescaled or shifted data gives the same result. Statistics of more than
    200,000 values per channel are computed from a uniform sample with a fixed seed.

    Args:
        clip: distance from the median, in scales, at which the logarithm starts.
        compress: compress heavy-tailed channels, such as traffic volumes and delays, by asinh((x - median) / u) before
            scaling. u is the median distance of values that differ from the median. The result is linear for ordinary
            values and logarithmic for large values. A channel is heavy-tailed if its kurtosis in `adapt()` is above 10,
            with the outermost 0.1% of values clipped on each side. The kurtosis of an exponential distribution is 9.
        name: name of the layer.

    Input: (batch, ..., channels). Output: the same shape, float32, in scales, NaN where the input is missing.

    Raises:
        InputError: if `clip` is not positive.

    Example:
        >>> x = np.random.default_rng(0).normal(50.0, 4.0, (1000, 3))
        >>> scaling = RobustScaling()
        >>> scaling.adapt(x)
        >>> np.std(scaling(x), axis=0).round(1)
        array([1., 1., 1.], dtype=float32)
    """

    takes_any_length = True

    def __init__(self, clip: float = 5.0, compress: bool = False, name: str | None = None) -> None:
        super().__init__(name=name)
        if clip <= 0:
            raise InputError(f"RobustScaling: clip must be positive, found {clip}.")
        self.clip = clip
        self.compress = compress

    def build(self, input_shape: Shape) -> None:
        """Create center and scale of each channel."""
        super().build(input_shape)
        channels = (input_shape[-1],)
        self.center = self.add_state("center", channels)
        self.scale = self.add_state("scale", channels, "ones")
        if self.compress:
            self.unit = self.add_state("unit", channels, "ones")
            self.heavy = self.add_state("heavy", channels, dtype="bool")

    def adapt_batches(self, batches: Batches) -> None:
        """Set center and scale of each channel, and warn of strays."""
        channels = self._sample_shape[-1]
        sample = RowSample(channels)
        for batch in batches:
            rows = batch.reshape(-1, channels)
            sample.add(rows[~np.isnan(rows).all(axis=1)])
        rows = sample.rows()
        found = [_channel_statistics(rows[:, channel], self.compress) for channel in range(channels)]
        statistics = _ChannelStatistics(*(np.array(column) for column in zip(*found, strict=True)))
        self.center.assign(statistics.center)
        self.scale.assign(statistics.scale)
        if self.compress:
            self.unit.assign(statistics.unit)
            self.heavy.assign(statistics.heavy)
        self._warn_of_strays(batches)

    def _warn_of_strays(self, batches: Batches) -> None:
        """Warn of values that mean "no value", and of values far from the median."""
        sentinels = np.zeros(self._sample_shape[-1], "int64")
        absurd = sentinels.copy()
        axes = tuple(range(len(self._sample_shape)))
        for batch in batches:
            stray = is_sentinel(batch).numpy()
            sentinels += stray.sum(axes)
            absurd += ((np.abs(self._scaled(tf.constant(batch)).numpy()) > _ABSURD) & ~stray).sum(axes)
        _warn(sentinels, "are the end of a 32-bit integer range and were taken as missing")
        _warn(
            absurd,
            f"are more than {_ABSURD:.0f} scales from the median (error codes, or rare bursts) and were softly clipped",
        )

    def _scaled(self, x: Tensor) -> Tensor:
        """Return x in scales from the median, heavy-tailed channels compressed."""
        deviation = x - self.center
        if self.compress:
            heavy = tf.cast(self.heavy, "bool")
            deviation = shortcut(
                ~tf.reduce_any(heavy),
                lambda: tf.identity(deviation),
                lambda: tf.where(heavy, asinh(deviation / self.unit), deviation),
            )
        return deviation / self.scale

    def transform(self, x: Tensor) -> Tensor:
        """Return scaled and softly clipped values."""
        return soft_clip(self._scaled(missing_at_sentinels(x)), self.clip)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input shape."""
        return tuple(input_shape)

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the channel names, as scaling keeps the channels."""
        return list(channel_names)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "clip": self.clip, "compress": self.compress}


class _ChannelStatistics(NamedTuple):
    """Statistics of one channel, or arrays of the statistics of all channels."""

    center: float | Array = 0.0
    scale: float | Array = 1.0
    unit: float | Array = 1.0
    heavy: bool | Array = False


def _channel_statistics(values: Array, compress: bool) -> _ChannelStatistics:
    values = values[~(is_sentinel(values).numpy() | np.isnan(values))].astype("float64")
    if not len(values):
        return _ChannelStatistics()
    center = float(np.float32(np.median(values)))  # the float32 value that the layer subtracts
    deviations = values - center
    # Deviations below the float32 resolution at this distance from 0 are rounding errors.
    if np.abs(deviations).max() <= 2 * np.finfo("float32").eps * abs(center):
        return _ChannelStatistics(center)
    if compress and _is_heavy_tailed(deviations):
        unit = _typical(deviations)
        return _ChannelStatistics(center, _spread(np.arcsinh(deviations / unit)), unit, True)
    return _ChannelStatistics(center, _spread(deviations))


def _spread(deviations: Array) -> float:
    """Compute the scale of deviations from the median."""
    low, high = np.quantile(deviations, (0.05, 0.95))
    if high > low:
        return float((high - low) / _NORMAL_RANGE)
    # Winsorized, because one stray value would dominate the standard deviation of a nearly constant channel.
    limit = _WINSOR * _typical(deviations)
    return float(np.std(np.clip(deviations, -limit, limit)))


def _typical(deviations: Array) -> float:
    """Compute the median distance of values that differ from the median."""
    return float(np.median(np.abs(deviations[deviations != 0])))


def _is_heavy_tailed(deviations: Array) -> bool:
    # Clipped, because a single stray value would make any channel look heavy-tailed.
    values = np.clip(deviations, *np.quantile(deviations, (0.001, 0.999)))
    values = values - values.mean()
    variance = np.mean(values**2)
    return bool(variance > 0 and np.mean(values**4) > _HEAVY_KURTOSIS * variance**2)


def _warn(counts: Array, what: str) -> None:
    """Warn of values in channels with a positive count."""
    if counts.any():
        where = ", ".join(f"channel {channel}: {counts[channel]}" for channel in np.nonzero(counts)[0])
        # stacklevel: the line that called adapt().
        warnings.warn(f"{counts.sum()} values {what} ({where}).", stacklevel=6)
