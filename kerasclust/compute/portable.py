"""Substitutes for operations that some deployment formats do not have, or run slowly.

During training, and in a SavedModel, these functions use TensorFlow's own operations.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import tensorflow as tf

from kerasclust.types import Tensor

_HUGE = 1e9  # x / (1 + sqrt(1 + x^2)) is 1 from here on, and the square of x has no overflow before

_portable = ContextVar("portable", default=False)


@contextmanager
def portable_operations() -> Iterator[None]:
    """Make TensorFlow trace operations of all deployment formats within this context."""
    token = _portable.set(True)
    try:
        yield
    finally:
        _portable.reset(token)


def shortcut(holds: Tensor, simple: Callable[[], Tensor], general: Callable[[], Tensor]) -> Tensor:
    """Return `simple()` where a condition holds, else `general()`; within `portable_operations` always `general()`.

    Args:
        holds: bool tensor (), true only if both results are equal.
        simple: fast function without arguments.
        general: function without arguments that is right in all cases.

    Returns:
        Tensor.

    Example:
        >>> x = tf.constant([1.0, 2.0])
        >>> shortcut(tf.reduce_all(x > 0.0), lambda: tf.identity(x), lambda: tf.abs(x)).numpy()
        array([1., 2.], dtype=float32)
    """
    return general() if _portable.get() else tf.cond(holds, simple, general)


def asinh(x: Tensor) -> Tensor:
    """Compute the inverse hyperbolic sine of a float32 tensor of any shape: sign(x) log(|x| + sqrt(1 + x^2)).

    Example:
        >>> with portable_operations():
        ...     asinh(tf.constant([-1.0, 0.0, 1e30])).numpy().round(3)
        array([-0.881,  0.   , 69.771], dtype=float32)
    """
    if not _portable.get():
        return tf.asinh(x)
    magnitude = tf.abs(x)
    bounded = tf.minimum(magnitude, _HUGE)
    # |x| + sqrt(1 + x^2) - 1 without a subtraction, which would cost small values their digits.
    return tf.sign(x) * tf.math.log1p(magnitude * (1.0 + bounded / (1.0 + tf.sqrt(1.0 + bounded**2))))


def power_spectrum(x: Tensor) -> Tensor:
    """Compute |FFT|^2 of a float32 tensor (..., steps) along the last axis: (..., steps // 2 + 1).

    Example:
        >>> x = tf.constant([[1.0, -1.0, 1.0, -1.0]])
        >>> power_spectrum(x).numpy().round(3)
        array([[ 0.,  0., 16.]], dtype=float32)
    """
    if not _portable.get():
        return tf.square(tf.abs(tf.signal.rfft(x)))
    steps = x.shape[-1]
    # Whole periods are removed from the integer, so that the angle keeps its digits as a float.
    angles = 2.0 * math.pi / steps * (np.outer(np.arange(steps), np.arange(steps // 2 + 1)) % steps)
    real, imaginary = (tf.constant(wave(angles), "float32") for wave in (np.cos, np.sin))
    return tf.square(tf.matmul(x, real)) + tf.square(tf.matmul(x, imaginary))
