"""Soft clip, which keeps the order of values: linear in the middle, logarithmic outside."""

import tensorflow as tf

from kerasclust.compute.missing import is_complete
from kerasclust.compute.portable import shortcut
from kerasclust.types import Tensor


def soft_clip(x: Tensor, limit: float) -> Tensor:
    """Compress values beyond ±limit logarithmically.

    The result is x within ±limit and sign(x) (limit + log(1 + |x| - limit)) beyond, with a continuous slope. Unlike a
    hard clip it keeps two outliers apart. Missing values (NaN) stay missing.

    Args:
        x: float32 tensor of any shape.
        limit: start of the logarithm, in the units of `x`.

    Returns:
        Float32 tensor of the shape of `x`.

    Example:
        >>> soft_clip(tf.constant([-1.0, 5.0, 1e6]), 5.0).numpy().round(2)
        array([-1.  ,  5.  , 18.82], dtype=float32)
    """

    def clipped() -> Tensor:
        excess = tf.nn.relu(tf.abs(x) - limit)
        return tf.clip_by_value(x, -limit, limit) + tf.sign(x) * tf.math.log1p(excess)

    def of_observed() -> Tensor:
        return shortcut(is_complete(x), clipped, lambda: tf.where(tf.abs(x) > limit, clipped(), x))

    inside = (tf.reduce_max(x) <= limit) & (tf.reduce_min(x) >= -limit)
    return shortcut(inside, lambda: tf.identity(x), of_observed)  # the check is cheap
