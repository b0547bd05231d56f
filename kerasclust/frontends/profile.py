"""Mean course of a sequence over a period of its clock, such as a day, or over two kinds of days."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from kerasclust.compute.missing import missing_where
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.clock import WEEK
from kerasclust.frontends.observed import observed_mean
from kerasclust.frontends.statistics import sequence_steps
from kerasclust.types import Tensor

# Deviation below which a channel of a sequence does not vary, in units of the input.
_STILL = 1e-3


@keras.saving.register_keras_serializable(package="kerasclust")
class MeanProfile(FrontEnd):
    """Mean of each channel at each step of a period, in deviations of the sequence itself.

    Each channel of a sequence first gets mean 0 and deviation 1 over its own steps, so only when it is high and low
    counts, not its level nor by how much it varies. Then the steps of all whole periods are averaged by their place in
    the period. For hourly sequences of weeks and a period of 24 steps, the profile tells the hours in which a cell is
    busy. All sequences must start at the same place of the period. A channel that does not vary has a profile of 0.
    There is nothing to adapt.

    With `deviation`, the features are the deviations of the periods from that mean: how much a cell differs from day to
    day at each hour. With a weekend there are two profiles, the first of the other days. All sequences must then start
    on the same day of the week, the day 0.

    Missing values (NaN) do not count. A place of the period without an observed value has a missing feature.

    Args:
        period: steps of a period; None for all steps, the sequence itself in deviations.
        weekend: days of each week of seven periods that have a profile of their own, such as (5, 6); () for none.
        deviation: deviations in place of means.
        name: name of the layer.

    Input: (batch, steps, channels). Output: (batch, period * channels), float32: all channels of the first step of the
    period, then those of the second; twice as many features with a weekend.

    Raises:
        InputError: if the input is not a sequence, or is shorter than the period, or than a week with a weekend.

    Reference:
        H. Wang, F. Xu, Y. Li, P. Zhang, D. Jin, "Understanding Mobile Traffic Patterns of Large Scale Cellular Towers
        in Urban Environment", IMC 2015: towers by their normalized traffic.

    Example:
        >>> two_days = tf.constant([[[0.0], [4.0], [0.0], [4.0]]])
        >>> profile = MeanProfile(period=2)
        >>> profile(two_days).numpy()
        array([[-1.,  1.]], dtype=float32)
        >>> profile.feature_names(["load"])
        ['load at step 1 of 2', 'load at step 2 of 2']
        >>> week = tf.constant([[[0.0], [4.0]] * 5 + [[2.0], [2.0]] * 2])
        >>> by_day = MeanProfile(period=2, weekend=(5, 6))
        >>> by_day(week).numpy().round(1)
        array([[-1.2,  1.2,  0. ,  0. ]], dtype=float32)
        >>> by_day.feature_names(["load"])[2]
        'load at step 1 of 2 at weekends'
    """

    learns = False
    features_share_unit = True

    def __init__(
        self, period: int | None = None, weekend: Sequence[int] = (), deviation: bool = False, name: str | None = None
    ) -> None:
        super().__init__(name=name)
        if period is not None and (isinstance(period, bool) or int(period) != period or period < 1):
            raise InputError(f"MeanProfile: period must be a whole number from 1, found {period!r}.")
        self.period = None if period is None else int(period)
        self.weekend = tuple(weekend)
        self.deviation = deviation
        if self.weekend and (not set(self.weekend) < set(range(WEEK)) or self.period is None):
            raise InputError(
                f"MeanProfile: weekend must have days from 0 to {WEEK - 1}, not all of them, and needs a period; found "
                f"{self.weekend!r} and the period {period!r}."
            )

    def build(self, input_shape: Shape) -> None:
        """Check the number of steps."""
        super().build(input_shape)
        steps = sequence_steps(self, input_shape)
        assert steps is not None  # the base class refuses sequences of unequal length
        self._steps_of_period = steps if self.period is None else self.period
        least = WEEK * self._steps_of_period if self.weekend else self._steps_of_period
        if steps < least:
            what = "a week of 7 periods" if self.weekend else "the period"
            raise InputError(f"MeanProfile: {what} has {least} steps, but the sequences have {steps}.")

    def transform(self, x: Tensor) -> Tensor:
        """Return profiles (batch, features) of sequences (batch, steps, channels)."""
        own = in_own_deviations(x)
        period, channels = self._steps_of_period, x.shape[2]
        whole = x.shape[1] // period * period
        folded = tf.reshape(own[:, :whole], (-1, whole // period, period, channels))
        days = self._days(whole // period)
        profiles = [self._profile(tf.gather(folded, of_kind, axis=1)) for of_kind in days]
        return tf.reshape(tf.stack(profiles, axis=1), (-1, len(days) * period * channels))

    def _profile(self, folded: Tensor) -> Tensor:
        """Return means or deviations (batch, period, channels) over periods (batch, periods, period, channels)."""
        mean = observed_mean(folded, axis=1, keepdims=True)
        if self.deviation:
            return tf.sqrt(observed_mean(tf.square(folded - mean), axis=1))
        return tf.squeeze(mean, axis=1)

    def _days(self, periods: int) -> list[list[int]]:
        """Return the periods of each profile."""
        at_weekend = [day % WEEK in self.weekend for day in range(periods)]
        kinds = (False, True) if self.weekend else (False,)
        return [[day for day in range(periods) if at_weekend[day] == kind] for kind in kinds]

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, period * channels), or twice as many features with a weekend."""
        profiles = 2 if self.weekend else 1
        return (input_shape[0], profiles * (self.period or input_shape[1]) * input_shape[2])

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return channel, place in the period and kind of day of each feature."""
        period, kinds = self._steps_of_period, (" on other days", " at weekends") if self.weekend else ("",)
        steps, what = range(1, period + 1), "deviation of " if self.deviation else ""
        return [
            f"{what}{channel} at step {step} of {period}{kind}"
            for kind in kinds
            for step in steps
            for channel in channel_names
        ]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {
            **super().get_config(),
            "period": self.period,
            "weekend": list(self.weekend),
            "deviation": self.deviation,
        }


def in_own_deviations(x: Tensor) -> Tensor:
    """Return sequences (batch, steps, channels) with mean 0 and deviation 1 of each channel over its observed steps.

    A channel that does not vary is 0; a missing step stays missing.
    """
    # Relative to an observed value, so that a constant sequence has deviation exactly 0.
    x = x - tf.reduce_min(tf.where(tf.math.is_nan(x), x.dtype.max, x), axis=1, keepdims=True)
    x = x - observed_mean(x, axis=1, keepdims=True)
    deviation = tf.sqrt(observed_mean(tf.square(x), axis=1, keepdims=True))
    varies = deviation > _STILL  # False where it is missing
    return tf.where(varies, x / tf.where(varies, deviation, 1.0), missing_where(tf.math.is_nan(x), tf.zeros_like(x)))
