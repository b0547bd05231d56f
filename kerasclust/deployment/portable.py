"""Operations that some deployment formats lack, or are slow with: there they are written with others that all have.

While a model trains, and in a SavedModel, they are TensorFlow's own.
"""

import math
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import tensorflow as tf

_HUGE = 1e9  # x / (1 + sqrt(1 + x^2)) is 1 from here on, and the square of x has no overflow before

_portable = ContextVar("portable", default=False)


@contextmanager
def portable_operations():
    """Within it, what TensorFlow traces is made of operations that all deployment formats have."""
    token = _portable.set(True)
    try:
        yield
    finally:
        _portable.reset(token)


def shortcut(holds, simple, general):
    """`simple()` where a condition holds and `general()` where not, in a format to deploy always `general()`.

    Args:
        holds: bool tensor (), which makes both results the same.
        simple: function without arguments, to save time.
        general: function without arguments, right in any case.

    Returns:
        Tensor.

    Example:
        >>> x = tf.constant([1.0, 2.0])
        >>> shortcut(tf.reduce_all(x > 0.0), lambda: tf.identity(x), lambda: tf.abs(x)).numpy()
        array([1., 2.], dtype=float32)
    """
    return general() if _portable.get() else tf.cond(holds, simple, general)


def asinh(x):
    """Inverse hyperbolic sine of a float32 tensor of any shape: sign(x) log(|x| + sqrt(1 + x^2)).

    Example:
        >>> with portable_operations():
        ...     asinh(tf.constant([-1.0, 0.0, 1e30])).numpy().round(3)
        array([-0.881,  0.   , 69.771], dtype=float32)
    """
    if not _portable.get():
        return tf.asinh(x)
    magnitude = tf.abs(x)
    bounded = tf.minimum(magnitude, _HUGE)
    # |x| + sqrt(1 + x^2) - 1 without a difference, which would cost small values their digits.
    return tf.sign(x) * tf.math.log1p(magnitude * (1.0 + bounded / (1.0 + tf.sqrt(1.0 + bounded**2))))


def power_spectrum(x):
    """|FFT|^2 of a float32 tensor (..., steps) along the last axis: (..., steps // 2 + 1).

    Example:
        >>> x = tf.constant([[1.0, -1.0, 1.0, -1.0]])
        >>> power_spectrum(x).numpy().round(3)
        array([[ 0.,  0., 16.]], dtype=float32)
    """
    if not _portable.get():
        return tf.square(tf.abs(tf.signal.rfft(x)))
    steps = x.shape[-1]
    # Whole periods are dropped before the angle is a float, which keeps its digits.
    angles = 2.0 * math.pi / steps * (np.outer(np.arange(steps), np.arange(steps // 2 + 1)) % steps)
    real, imaginary = (tf.constant(wave(angles), "float32") for wave in (np.cos, np.sin))
    return tf.square(tf.matmul(x, real)) + tf.square(tf.matmul(x, imaginary))
