"""Checks of the user's input before any training.

Each error says what was found, where, and what to do.
"""

import numbers
import operator
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.frames import columns_of, is_frame, some
from kerasclust.data.large_arrays import RowFile, is_large, slabs
from kerasclust.errors import InputError
from kerasclust.types import Array

MAX_NDIM = 4
AXES = {2: ("sample", "feature"), 3: ("sample", "step", "channel"), 4: ("sample", "row", "column", "channel")}


Missing = Literal["refuse", "keep"]


def check_array(
    x: Any, *, name: str = "x", ndim: int | None = None, warn_of_constants: bool = False, missing: Missing = "refuse"
) -> Array:
    """Convert any array-like to a float32 array of samples.

    Constant channels are kept: they carry no information and do no harm.

    Args:
        x: samples of numbers or Booleans with 2 to 4 axes: feature vectors (n, features), sequences
            (n, steps, channels) or images (n, height, width, channels). An array, nested lists, a DataFrame, a
            masked array (masked values are missing) or a `DataSet`.
        name: name of the samples in error messages.
        ndim: required number of axes. None: any of 2 to 4.
        warn_of_constants: warn of constant channels; for samples to learn from, not for a few to predict on.
        missing: "keep" lets missing values (NaN) pass, "refuse" raises an error.

    Returns:
        float32 array of the same shape, C-contiguous. Without a copy if `x` is such an array.

    Warns:
        UserWarning: Channels are constant, and `warn_of_constants` is set. The message names the channels.

    Raises:
        InputError: The samples are not numbers, empty, of a wrong number of axes, ragged, missing, infinite, or beyond
            the range of float32.

    Example:
        >>> check_array([[1, 2], [3, 4]]).dtype
        dtype('float32')
        >>> check_array([[1.0, 2.0], [3.0, float("nan")]])
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: x has 1 missing value (NaN), the first at sample 1, feature 1: fill or remove it.
    """
    array, channel_names = as_numbers(x, name)
    check_shape(array, name, ndim)
    check_finite_numbers(array, name, channel_names, missing)
    if warn_of_constants:
        warn_of_constant_channels(array, name, channel_names)
    return as_float(array, "float32")


def as_float(array: Array, dtype: Literal["float32", "float64"]) -> Array:
    """Return C-contiguous numbers of a type, mapped from the disk if they are too large for memory."""
    size = array.size * np.dtype(dtype).itemsize
    if (array.dtype == dtype and array.flags.c_contiguous) or not is_large(size):
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(array, dtype=dtype)
    converted = RowFile(array.shape[1:], dtype)
    for _, rows in slabs(array):
        converted.append(rows)
    return converted.array()


def check_n_clusters(n_clusters: Any, n_samples: int | None = None) -> int:
    """Check the number of clusters against the number of samples and return it as an int.

    Args:
        n_clusters: a whole number, 2 or more.
        n_samples: number of different samples. None: not known yet.

    Raises:
        InputError: The number is not whole, is less than 2, or exceeds the number of different samples.

    Example:
        >>> check_n_clusters(8, n_samples=1000)
        8
        >>> check_n_clusters(1)
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: n_clusters is 1, but one group needs no clustering: give 2 or more.
    """
    if isinstance(n_clusters, (bool, np.bool_)):
        raise InputError(f"n_clusters must be a whole number, 2 or more; found {n_clusters}.")
    try:
        number = operator.index(n_clusters)
    except TypeError:
        raise InputError(f"n_clusters must be a whole number, 2 or more; found {n_clusters!r}.") from None
    if number == 1:
        raise InputError("n_clusters is 1, but one group needs no clustering: give 2 or more.")
    if number < 1:
        raise InputError(f"n_clusters is {number}, but there is no grouping into {number}: give 2 or more.")
    if n_samples is not None and n_samples < number:
        raise InputError(
            f"{number} clusters need at least {number} different samples; found {n_samples}. "
            "Give more data or a smaller n_clusters."
        )
    return number


def check_whole(value: Any, name: str, least: int) -> int:
    """Check a whole number and return it as an int.

    Args:
        value: a number of any integer type.
        name: name of the number in the error message.
        least: smallest valid number.

    Raises:
        InputError: The value is not a whole number, or is too small.

    Example:
        >>> check_whole(np.int64(3), "n_users", least=1)
        3
    """
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise InputError(f"{name} must be a whole number of at least {least}, but it is {value!r}.")
    return int(value)


def describe_position(index: Sequence[int], channel_names: Sequence[str] = ()) -> str:
    """Describe the position of an entry in words.

    Args:
        index: one index for each axis of an array with 2 to 4 axes.
        channel_names: names for the last axis, if known.

    Example:
        >>> describe_position((12, 3, 0), ["rsrp"])
        "sample 12, step 3, channel 'rsrp'"
    """
    places = [f"{axis} {i}" for axis, i in zip(AXES[len(index)], index, strict=True)]
    if len(channel_names) > index[-1]:
        places[-1] = f"{AXES[len(index)][-1]} {channel_names[index[-1]]!r}"
    return ", ".join(places)


def as_numbers(x: Any, name: str, expected: Sequence[str] = ()) -> tuple[Array, list[str]]:
    """Return an array of the numbers' own type, and the names of the last axis if `x` has them.

    Args:
        x: as in `check_array`.
        name: name of the samples in error messages.
        expected: names of the channels that a model was fitted to. A data frame, or a `DataSet` with names, is taken by
            these names.

    Raises:
        InputError: The samples are no array of numbers, or lack a channel.
    """
    if isinstance(x, DataSet):
        return _named_channels(np.asarray(x.x), list(x.channel_names), name, expected)
    if is_frame(x):
        return columns_of(x, name)
    if hasattr(x, "toarray"):
        raise InputError(f"{name} is a sparse matrix ({type(x).__name__}): give {name}.toarray().")
    if not isinstance(x, np.ndarray | list | tuple | numbers.Number) and not any(
        hasattr(x, protocol) for protocol in ("__array__", "__array_interface__", "__buffer__")
    ):
        raise InputError(
            f"{name} is a {type(x).__name__} of {type(x).__module__}, which is no array: give an array (n, ...), or "
            "batches as a tf.data.Dataset, a Keras PyDataset or a PyTorch DataLoader."
        )
    if isinstance(x, np.ma.MaskedArray) and x.dtype.kind in "biuf":
        x = np.ma.filled(x.astype("float64"), np.nan)
    try:
        array = np.asarray(x)
    except ValueError as error:  # numpy: "inhomogeneous shape"
        raise InputError(
            f"{name} is ragged, its samples differ in shape. Samples that differ in shape have to be series: a list of "
            "arrays (steps, channels)."
        ) from error
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must hold numbers; found {_kind(x, array)}. {_remedy(array)}")
    return array, []


def _named_channels(x: Array, names: list[str], name: str, expected: Sequence[str]) -> tuple[Array, list[str]]:
    """Return the expected channels of samples x (n, ..., channels), in their order."""
    if not expected or not names or names == list(expected):
        return x, names
    if lacking := [channel for channel in expected if channel not in names]:
        raise InputError(
            f"{name} lacks the channels {some(lacking)} that the model was fitted to; it has {some(names)}."
        )
    return x[..., [names.index(channel) for channel in expected]], list(expected)


def _kind(x: Any, array: Array) -> str:
    """Return the kind of entries that are not numbers."""
    kinds = {"c": "complex numbers", "U": "text", "S": "bytes", "M": "dates", "m": "durations"}
    if array.dtype.kind in kinds:
        return kinds[array.dtype.kind]
    odd = type(x) if array.ndim == 0 else next((type(v) for v in array.flat if not isinstance(v, (int, float))), object)
    return f"objects of type {odd.__name__} (dtype {array.dtype})"


def _remedy(array: Array) -> str:
    if array.dtype.kind == "c":
        return "Give real and imaginary part, or magnitude and phase, as two channels."
    return "Encode or remove what is not a number, then convert with numpy.asarray(x, dtype='float32')."


def check_shape(array: Array, name: str, ndim: int | None = None) -> None:
    """Check that an array has samples, and 2 to 4 axes.

    Args:
        array: the array.
        name: name of the samples in error messages.
        ndim: required number of axes. None: any of 2 to 4.

    Raises:
        InputError: it has no samples, or another number of axes.
    """
    if ndim is not None and array.ndim != ndim:
        raise InputError(f"{name} must have {ndim} axes; found {array.ndim}, shape {array.shape}: reshape it.")
    if array.ndim < 2:
        raise InputError(
            f"{name} needs a sample axis and a feature axis; found shape {array.shape}: reshape it, "
            f"with {name}.reshape(-1, 1) if each value is a sample, {name}.reshape(1, -1) if all are one sample."
        )
    if array.ndim > MAX_NDIM:
        raise InputError(
            f"{name} has {array.ndim} axes, shape {array.shape}; at most {MAX_NDIM} are understood, "
            "(n, height, width, channels): reshape it."
        )
    if 0 in array.shape:
        raise InputError(f"{name} is empty, its shape is {array.shape}: give at least one sample.")


def has_gaps(array: Array) -> bool:
    """Return whether an array of numbers has a value that is NaN or infinite."""
    return array.dtype.kind == "f" and not all(np.isfinite(rows).all() for _, rows in slabs(array))


def check_finite_numbers(array: Array, name: str, channel_names: Sequence[str], missing: Missing = "refuse") -> None:
    """Check that numbers are finite, and in the range of float32.

    Args:
        array: samples (n, ...).
        name: name of the samples in error messages.
        channel_names: names for the last axis, if known.
        missing: "keep" lets missing values (NaN) pass.

    Raises:
        InputError: a value is missing, infinite, or beyond the range of float32.
    """
    if array.dtype.kind != "f":
        return
    if has_gaps(array):
        if missing == "refuse":
            check_none_missing(array, name, channel_names)
        if found := _count(np.isinf, array, "infinite value", "", channel_names):
            raise InputError(f"{name} has {found}")
    if array.dtype.itemsize > 4:
        range_of_float32 = " beyond the range of float32 (3.4e38)"
        if beyond := _count(_is_beyond_float32, array, "value", range_of_float32, channel_names):
            raise InputError(f"{name} has {beyond} Is it a mark for missing values, or should the data be scaled?")


def check_none_missing(array: Array, name: str, channel_names: Sequence[str]) -> None:
    """Check that no number of samples (n, ...) is missing (NaN).

    Raises:
        InputError: a value is missing.
    """
    if has_gaps(array) and (found := _count(np.isnan, array, "missing value", " (NaN)", channel_names)):
        raise InputError(f"{name} has {found}")


def _is_beyond_float32(rows: Array) -> Array:
    return np.asarray(np.abs(rows) > np.finfo("float32").max)


def _count(wrong: Callable[[Array], Array], array: Array, what: str, suffix: str, channel_names: Sequence[str]) -> str:
    """Describe the number of wrong entries and the position of the first, or return "".

    Args:
        wrong: function that marks the wrong entries of rows (m, ...).
        array: array (n, ...).
        what: noun for a wrong entry.
        suffix: text after the noun.
        channel_names: names for the last axis, if known.
    """
    number, position = 0, None
    for first, rows in slabs(array):
        where = wrong(rows)
        if position is None and where.any():
            row, *rest = np.unravel_index(int(where.argmax()), where.shape)
            position = describe_position((first + int(row), *map(int, rest)), channel_names)
        number += int(where.sum())
    if not number:
        return ""
    plural, them = ("", "it") if number == 1 else ("s", "them")
    return f"{number:,} {what}{plural}{suffix}, the first at {position}: fill or remove {them}."


def warn_of_constant_channels(array: Array, name: str, channel_names: Sequence[str]) -> None:
    """Warn of channels whose values are all equal, apart from missing values."""
    axes = tuple(range(array.ndim - 1))
    constant = np.flatnonzero(~(np.fmin.reduce(array, axis=axes) < np.fmax.reduce(array, axis=axes)))
    if len(constant):
        names = [repr(channel_names[i]) if i < len(channel_names) else str(i) for i in constant.tolist()]
        plural = "" if len(names) == 1 else "s"
        warnings.warn(
            f"{name} has {len(names)} constant channel{plural}: {some(names)}. A constant carries no information; "
            "it is kept.",
            stacklevel=3,
        )
