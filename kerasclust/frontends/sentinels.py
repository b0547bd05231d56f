"""Sentinels: ends of the 32-bit integer range, which loggers write for a missing reading."""

import tensorflow as tf

from kerasclust.compute.missing import missing_where
from kerasclust.compute.portable import shortcut
from kerasclust.types import Array, Tensor

# As float32: 2147483647, -2147483648 and 4294967295, each rounded to the next power of two.
SENTINELS = (2.0**31, -(2.0**31), 2.0**32)


def is_sentinel(x: Array | Tensor) -> Tensor:
    """Return a mask of values that are an end of a 32-bit integer range.

    Args:
        x: float32 array or tensor of any shape.

    Returns:
        Bool tensor of the shape of `x`.

    Example:
        >>> is_sentinel(tf.constant([0.0, 2147483647.0])).numpy()
        array([False,  True])
    """
    magnitude = tf.abs(x)
    return tf.equal(magnitude, SENTINELS[0]) | tf.equal(x, SENTINELS[2])


def missing_at_sentinels(x: Tensor) -> Tensor:
    """Return x with missing values (NaN) in place of sentinels.

    Args:
        x: float32 tensor of any shape.

    Returns:
        Float32 tensor of the same shape.

    Example:
        >>> missing_at_sentinels(tf.constant([5.0, 2147483647.0])).numpy()
        array([ 5., nan], dtype=float32)
    """
    small = (tf.reduce_max(x) < SENTINELS[0]) & (tf.reduce_min(x) > SENTINELS[1])
    return shortcut(small, lambda: tf.identity(x), lambda: missing_where(is_sentinel(x), x))
