"""Series of unequal length as one array, padded with NaN at the end."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasclust.data.large_arrays import room_for
from kerasclust.errors import InputError
from kerasclust.types import Array

CHUNK = 4096  # series that are padded at once


def padded(series: Sequence[Any], name: str = "x") -> Array:
    """Pad series to the longest of them.

    Args:
        series: arrays (steps, channels) of numbers, with different numbers of steps.
        name: name of the samples in error messages.

    Returns:
        Array (n, steps of the longest, channels), float64 if a series has float64 or wide integers, else float32.
        Missing steps are NaN.

    Raises:
        InputError: a series has another number of axes or channels, no step, or no numbers.

    Example:
        >>> padded([np.ones((2, 1)), np.ones((1, 1))])[..., 0].tolist()
        [[1.0, 1.0], [1.0, nan]]
    """
    arrays = [_series(one, number, name) for number, one in enumerate(series)]
    channels = arrays[0].shape[1]
    for number, array in enumerate(arrays):
        if array.shape[1] != channels:
            raise InputError(
                f"{name} has {array.shape[1]} channels in sample {number}, but {channels} in sample 0: give all series "
                "the same channels."
            )
    dtype = np.result_type("float32", *{array.dtype for array in arrays})
    longest = max(map(len, arrays))
    result = room_for(len(arrays), (longest, channels), dtype)
    for start in range(0, len(arrays), CHUNK):
        some = arrays[start : start + CHUNK]
        block = np.full((len(some), longest, channels), np.nan, dtype)
        for row, array in zip(block, some, strict=True):
            row[: len(array)] = array
        result.append(block)
    return result.array()


def trimmed(x: Array) -> Array:
    """Return padded series (n, steps, channels) without the last steps that are padding in all of them.

    Example:
        >>> trimmed(np.array([[[1.0], [np.nan], [np.nan]], [[2.0], [3.0], [np.nan]]])).shape
        (2, 2, 1)
    """
    steps = x.shape[1]
    while steps > 1 and np.isnan(x[:, steps - 1]).all():
        steps -= 1
    return x[:, :steps]


def _series(one: Any, number: int, name: str) -> Array:
    try:
        array = np.asarray(one)
    except ValueError as error:  # numpy: "inhomogeneous shape"
        raise InputError(f"{name} is ragged in sample {number}, whose steps differ in their number of channels.") from (
            error
        )
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must hold numbers; sample {number} has the type {array.dtype}.")
    if array.ndim != 2:
        raise InputError(
            f"{name} is ragged, and sample {number} has the shape {array.shape}: samples that differ in shape have to "
            "be series (steps, channels), a series of one channel (steps, 1)."
        )
    if 0 in array.shape:
        raise InputError(f"{name} has no value in sample {number}, whose shape is {array.shape}: leave it out.")
    return array
