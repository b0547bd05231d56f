"""Statistics over the observed values of sequences, in operations that all deployment formats have."""

from typing import TypeAlias

import tensorflow as tf

from kerasclust.compute.missing import filled, missing_where
from kerasclust.types import Tensor

Axes: TypeAlias = int | tuple[int, ...]


def observed(x: Tensor) -> Tensor:
    """Return 1.0 where a float32 tensor of any shape is observed, and 0.0 where it is missing."""
    return tf.cast(tf.logical_not(tf.math.is_nan(x)), "float32")


def observed_mean(x: Tensor, axis: Axes, keepdims: bool = False, fewest: int = 1) -> Tensor:
    """Compute the mean of observed values along one or more axes.

    Args:
        x: float32 tensor of any shape.
        axis: axis or axes to reduce.
        keepdims: keep the axis with length 1.
        fewest: number of observed values below which the mean is missing.

    Returns:
        Float32 tensor.

    Example:
        >>> observed_mean(tf.constant([[1.0, float("nan"), 4.0], [float("nan")] * 3]), axis=1).numpy()
        array([2.5, nan], dtype=float32)
    """
    return weighted_mean(x, observed(x), axis, keepdims, fewest)


def weighted_mean(x: Tensor, weights: Tensor, axis: Axes, keepdims: bool = False, fewest: float = 1.0) -> Tensor:
    """Compute a weighted mean along an axis.

    Args:
        x: float32 tensor of any shape; missing values must have weight 0.
        weights: float32 tensor of the same shape.
        axis: axis or axes to reduce.
        keepdims: keep the axis with length 1.
        fewest: sum of the weights below which the mean is missing.

    Returns:
        Float32 tensor.
    """
    total = tf.reduce_sum(filled(x) * weights, axis=axis, keepdims=keepdims)
    weight = tf.reduce_sum(weights, axis=axis, keepdims=keepdims)
    enough = weight >= fewest
    return missing_where(tf.logical_not(enough), total / tf.where(enough, weight, 1.0))


def lengths(x: Tensor) -> Tensor:
    """Return the number of steps of each sequence up to the last with an observed value, float32 (batch, 1, 1).

    Args:
        x: float32 sequences (batch, steps, channels), where steps that are missing at the end are padding.

    Example:
        >>> lengths(tf.constant([[[1.0], [float("nan")], [2.0], [float("nan")]]])).numpy().ravel()
        array([3.], dtype=float32)
    """
    return tf.reduce_max(observed(x) * (1.0 + _places(x)), axis=(1, 2), keepdims=True)


def is_padding(x: Tensor) -> Tensor:
    """Return True (batch, steps, 1) at the steps of sequences that are padding, see `lengths`."""
    return _places(x) >= lengths(x)


def interpolated(x: Tensor, longest: int) -> Tensor:
    """Fill missing steps of each channel linearly in time; before the first and after the last they repeat it.

    Args:
        x: float32 sequences (batch, steps, channels).
        longest: number of missing steps in a row that are filled. More may be filled, up to twice as many.

    Returns:
        Float32 tensor of the same shape. A value is missing only if there is no observed value near.

    Example:
        >>> nan = float("nan")
        >>> interpolated(tf.constant([[[nan], [1.0], [nan], [nan], [4.0]]]), longest=4).numpy().ravel()
        array([1., 1., 2., 3., 4.], dtype=float32)
    """
    places = missing_where(tf.math.is_nan(x), tf.zeros_like(x) + _places(x))
    known = tf.concat([x, places], axis=-1)
    (before, start), (after, end) = (tf.split(_carried(known, longest, back), 2, axis=-1) for back in (False, True))
    share = (_places(x) - start) / tf.where(end > start, end - start, 1.0)
    between = before + share * (after - before)
    at_an_end = tf.where(tf.math.is_nan(before), after, before)
    return tf.where(tf.math.is_nan(x), tf.where(tf.math.is_nan(between), at_an_end, between), x)


def counted_steps(x: Tensor, longest: int) -> Tensor:
    """EXPERIMENT"""
    import os

    mode = os.environ.get("MODE", "observed")
    o = observed(x)
    if mode == "observed":
        return o
    if mode == "all":
        return tf.ones_like(o)
    places = missing_where(tf.math.is_nan(x), tf.zeros_like(x) + _places(x))
    start, end = _carried(places, longest, False), _carried(places, longest, True)
    gap = filled(end - start, 1e9)
    return tf.where(tf.math.is_nan(x), 1 / tf.maximum(gap, 1.0), 1.0)


def _carried(x: Tensor, longest: int, back: bool) -> Tensor:
    """Return sequences in which each missing value is that of the last observed step before it, or after it."""
    steps, shift = tf.shape(x)[1], 1
    while shift <= longest:  # each round doubles the distance that a value is carried
        padded = tf.pad(x, [[0, 0], [0, shift] if back else [shift, 0], [0, 0]], constant_values=float("nan"))
        shifted = padded[:, shift:] if back else padded[:, :steps]
        x = tf.where(tf.math.is_nan(x), shifted, x)
        shift *= 2
    return x


def _places(x: Tensor) -> Tensor:
    """Return the numbers of the steps of sequences, from 0, float32 (1, steps, 1)."""
    return tf.cast(tf.range(tf.shape(x)[1]), "float32")[None, :, None]
