"""Origins of channels whose variation float32 would lose."""

import numpy as np

from kerasclust.types import Array

SAMPLED = 2**20  # numbers that an origin is computed from
COARSE = 1e-3  # largest step between float32 values that does no harm, in deviations of the channel
NORMAL_RANGE = 3.2897  # distance of the 5% and 95% quantiles of a normal distribution, in standard deviations


def origin_of(x: Array) -> Array:
    """Return a value to subtract from each channel before it becomes float32.

    A channel needs an origin if it is far from 0, compared to its variation, so that float32 would merge its values.
    Its origin is its median, rounded
    to a number that float32 holds: the differences from it are small numbers, which float32 holds with all digits.

    Args:
        x: samples (n, ..., channels), numbers of any type. NaN is missing.

    Returns:
        Array (channels,) float64, 0 for a channel that needs no origin.

    Example:
        >>> origin_of(np.array([[1e9, 0.0], [1e9 + 1, 1.0], [1e9 + 2, 2.0]])).tolist()
        [1000000000.0, 0.0]
    """
    channels = x.shape[-1]
    origin = np.zeros(channels)
    if x.dtype.itemsize < 4 or x.dtype == np.float32:  # float32 holds their values as they are
        return origin
    rows = max(1, SAMPLED // max(1, x[0].size))
    some = np.asarray(x[:: -(-len(x) // rows)], "float64").reshape(-1, channels)
    for channel in range(channels):
        values = some[:, channel]
        values = values[np.isfinite(values)]
        if len(values):
            low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
            deviation = (high - low) / NORMAL_RANGE if high > low else float(np.std(values))
            if deviation > 0.0 and _step(max(abs(low), abs(high))) > COARSE * deviation:
                origin[channel] = np.float32(middle)
    return origin


def _step(value: float) -> float:
    """Return the distance of float32 values at a value."""
    largest = float(np.finfo("float32").max)
    return float(np.spacing(np.float32(min(value, largest))))
