"""Scaling of each channel to [0, 1], for images."""

import warnings
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from kerasclust.compute.missing import missing_where
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.sampling import RowSample
from kerasclust.types import Array, Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class UnitRange(FrontEnd):
    """Scaling of each channel (last axis) to [0, 1], by (x - lowest) / (highest - lowest).

    Many pixels are at the lowest or highest value, so a median tells little about them, and 0 should stay 0. Images
    that fill [0, 1] are not changed, and bytes are divided by 255. A hot pixel or an error code can be further from the
    0.1% and 99.9% quantiles than the quantiles are from each other. Then the quantiles replace the extremes, and
    `adapt()` warns. A constant channel becomes 0. Missing values (NaN) do not count and stay missing.

    Args:
        name: name of the layer.

    Input: (batch, ..., channels). Output: the same shape, float32, from 0 to 1, or NaN.

    Example:
        >>> images = np.array([0, 51, 255], "uint8").reshape(3, 1, 1, 1)
        >>> scaling = UnitRange()
        >>> scaling.adapt(images)
        >>> scaling(images).numpy().ravel()
        array([0. , 0.2, 1. ], dtype=float32)
    """

    def build(self, input_shape: Shape) -> None:
        """Create lowest and highest value of each channel."""
        super().build(input_shape)
        channels = (input_shape[-1],)
        self.lowest = self.add_state("lowest", channels)
        self.highest = self.add_state("highest", channels, "ones")

    def adapt_batches(self, batches: Batches) -> None:
        """Set lowest and highest value of each channel, and warn of strays."""
        channels = self._sample_shape[-1]
        sample = RowSample(channels)
        lowest, highest = np.full(channels, np.inf), np.full(channels, -np.inf)
        for batch in batches:
            rows = batch.reshape(-1, channels)
            sample.add(rows[~np.isnan(rows).all(axis=1)])
            lowest, highest = np.fmin(lowest, np.fmin.reduce(rows)), np.fmax(highest, np.fmax.reduce(rows))
        seen = lowest <= highest
        lowest, highest = np.where(seen, lowest, 0.0), np.where(seen, highest, 1.0)
        low, high = (
            _quantiles(sample.rows(), share, otherwise) for share, otherwise in ((0.001, lowest), (0.999, highest))
        )
        stray = (high > low) & ((low - lowest > high - low) | (highest - high > high - low))
        if stray.any():
            channels = np.nonzero(stray)[0].tolist()
            # stacklevel: the line that called adapt().
            warnings.warn(
                f"Stray values in channel(s) {channels} are far from all others and were clipped.", stacklevel=4
            )
        self.lowest.assign(np.where(stray, low, lowest))
        self.highest.assign(np.where(stray, high, highest))

    def transform(self, x: Tensor) -> Tensor:
        """Return scaled and clipped values."""
        scaled = tf.clip_by_value(tf.math.divide_no_nan(x - self.lowest, self.highest - self.lowest), 0.0, 1.0)
        return missing_where(tf.math.is_nan(x), scaled)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input shape."""
        return tuple(input_shape)

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the channel names, as scaling keeps the channels."""
        return list(channel_names)


def _quantiles(rows: Array, share: float, otherwise: Array) -> Array:
    """Compute a quantile of each channel of rows (n, channels), or take another value where nothing was observed."""
    seen = ~np.isnan(rows).all(axis=0)
    found = np.array(otherwise, "float64")
    found[seen] = np.nanquantile(rows[:, seen], share, axis=0)
    return found
