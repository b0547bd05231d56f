"""Scaling of each channel by statistics that stray values cannot move."""

import warnings
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from kerasclust.deployment.portable import asinh, shortcut
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.sampling import RowSample
from kerasclust.frontends.sentinels import is_sentinel, zero_at_sentinels
from kerasclust.frontends.soft_clip import soft_clip

# From the 5 % to the 95 % quantile a normal distribution spans this many standard deviations.
_NORMAL_RANGE = 3.2897
# Further out than this, in scales, a value is reported: no sensor varies like that, an error code does.
_ABSURD = 1e3
# Kurtosis above which a channel is heavy-tailed: normal 3, exponential 9, log-normal (sigma 1) over 100.
_HEAVY_KURTOSIS = 10.0
# Where a channel is nearly always at one value, deviations count up to this many times the typical one.
_WINSOR = 10.0


@keras.saving.register_keras_serializable(package="kerasclust")
class RobustScaling(FrontEnd):
    """(x - median) / scale for each channel (last axis), softly clipped.

    - The scale is the distance of the 5 % and the 95 % quantile, divided by 3.29: one standard deviation if the channel
      is normal. A channel that stays at one value 95 % of the time (a rare event) has no such distance and takes its
      standard deviation; a constant channel takes 1, and so becomes 0.
    - Beyond `clip` scales values grow logarithmically: a stray value of a million scales becomes about 19.
    - 2147483647, -2147483648 and 4294967295 are what loggers write for "no value". They are left out of the statistics
      and become 0, the median.
    - `adapt()` warns of those, and of values more than 1000 scales out, with channel and count.

    Rescaling or shifting a channel of the data (other units) does not change the result. Data of up to 200,000 values
    a channel is taken whole, of larger data a uniform sample with a fixed seed.

    Args:
        clip: scales from the median at which the logarithm starts.
        compress: for a heavy-tailed channel (traffic volumes, delays) take asinh((x - median) / u) before scaling, with
            u the median distance of the values that differ from the median: straight for ordinary values, logarithmic
            for large ones. Decided in `adapt()`: a channel is heavy-tailed if its kurtosis, with the outermost .1 % on
            each side pulled in, is above 10: more than that of an exponential distribution (9).
        name: name of the layer.

    Input: (batch, ..., channels). Output: the same shape, float32, in scales.

    Raises:
        InputError: if `clip` is not positive.

    Example:
        >>> x = np.random.default_rng(0).normal(50.0, 4.0, (1000, 3))
        >>> scaling = RobustScaling()
        >>> scaling.adapt(x)
        >>> np.std(scaling(x), axis=0).round(1)
        array([1., 1., 1.], dtype=float32)
    """

    def __init__(self, clip: float = 5.0, compress: bool = False, name: str | None = None):
        super().__init__(name=name)
        if clip <= 0:
            raise InputError(f"RobustScaling: clip must be positive, found {clip}.")
        self.clip = clip
        self.compress = compress

    def build(self, input_shape):
        super().build(input_shape)
        channels = (input_shape[-1],)
        self.center = self.add_state("center", channels)
        self.scale = self.add_state("scale", channels, "ones")
        if self.compress:
            self.unit = self.add_state("unit", channels, "ones")
            self.heavy = self.add_state("heavy", channels, dtype="bool")

    def adapt_batches(self, batches: Batches) -> None:
        channels = self._sample_shape[-1]
        sample = RowSample(channels)
        for batch in batches:
            sample.add(batch.reshape(-1, channels))
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
        sentinels = np.zeros(self._sample_shape[-1], "int64")
        absurd = sentinels.copy()
        axes = tuple(range(len(self._sample_shape)))
        for batch in batches:
            stray = is_sentinel(batch).numpy()
            sentinels += stray.sum(axes)
            absurd += ((np.abs(self._scaled(tf.constant(batch)).numpy()) > _ABSURD) & ~stray).sum(axes)
        _warn(sentinels, "are the end of a 32-bit integer range and were taken as missing (set to the median)")
        _warn(
            absurd,
            f"are more than {_ABSURD:.0f} scales from the median (error codes, or rare bursts) and were softly clipped",
        )

    def _scaled(self, x):
        deviation = x - self.center
        if self.compress:
            heavy = tf.cast(self.heavy, "bool")
            deviation = shortcut(
                ~tf.reduce_any(heavy),
                lambda: tf.identity(deviation),
                lambda: tf.where(heavy, asinh(deviation / self.unit), deviation),
            )
        return deviation / self.scale

    def transform(self, x):
        return zero_at_sentinels(x, soft_clip(self._scaled(x), self.clip))

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def feature_names(self, channel_names) -> list[str]:
        """The channel names: scaling keeps the channels."""
        return list(channel_names)

    def get_config(self):
        return {**super().get_config(), "clip": self.clip, "compress": self.compress}


class _ChannelStatistics(NamedTuple):
    center: float = 0.0
    scale: float = 1.0
    unit: float = 1.0
    heavy: bool = False


def _channel_statistics(values: np.ndarray, compress: bool) -> _ChannelStatistics:
    values = values[~is_sentinel(values).numpy()].astype("float64")
    if not len(values):
        return _ChannelStatistics()
    center = np.float64(np.float32(np.median(values)))  # as the layer will subtract it
    deviations = values - center
    # What float32 cannot resolve at this distance from 0 is rounding, not variation.
    if np.abs(deviations).max() <= 2 * np.finfo("float32").eps * abs(center):
        return _ChannelStatistics(center)
    if compress and _is_heavy_tailed(deviations):
        unit = _typical(deviations)
        return _ChannelStatistics(center, _spread(np.arcsinh(deviations / unit)), unit, True)
    return _ChannelStatistics(center, _spread(deviations))


def _spread(deviations: np.ndarray) -> float:
    low, high = np.quantile(deviations, (0.05, 0.95))
    if high > low:
        return (high - low) / _NORMAL_RANGE
    # Winsorized, because one stray value would be the whole standard deviation of a channel that hardly moves.
    limit = _WINSOR * _typical(deviations)
    return np.std(np.clip(deviations, -limit, limit))


def _typical(deviations: np.ndarray) -> float:
    return np.median(np.abs(deviations[deviations != 0]))


def _is_heavy_tailed(deviations: np.ndarray) -> bool:
    # Without the outermost values, a single stray one would make any channel look heavy-tailed.
    values = np.clip(deviations, *np.quantile(deviations, (0.001, 0.999)))
    values = values - values.mean()
    variance = np.mean(values**2)
    return bool(variance > 0 and np.mean(values**4) > _HEAVY_KURTOSIS * variance**2)


def _warn(counts: np.ndarray, what: str) -> None:
    if counts.any():
        where = ", ".join(f"channel {channel}: {counts[channel]}" for channel in np.nonzero(counts)[0])
        # Past the frames of this layer, to the line that called adapt().
        warnings.warn(f"{counts.sum()} values {what} ({where}).", stacklevel=6)
