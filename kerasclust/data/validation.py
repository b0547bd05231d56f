"""What a user passes in, checked before any training: each error says what was found, where, and what to do."""

import numbers
import operator
import warnings

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.large_arrays import RowFile, is_large, slabs
from kerasclust.errors import InputError

MAX_NDIM = 4
NAMES_SHOWN = 5
AXES = {2: ("sample", "feature"), 3: ("sample", "step", "channel"), 4: ("sample", "row", "column", "channel")}


def check_array(x, *, name: str = "x", ndim: int | None = None, warn_of_constants: bool = False) -> np.ndarray:
    """Any array-like as a finite float32 array of samples.

    Constant channels are kept: they carry no information, and scaling copes with them.

    Args:
        x: samples: an array, nested lists, a DataFrame, a masked array (masked is missing) or a `DataSet`, of
            numbers or booleans, with 2 to 4 axes: feature vectors (n, features), sequences (n, steps, channels) or
            images (n, height, width, channels).
        name: what error messages call it.
        ndim: the number of axes it must have; None for any of 2 to 4.
        warn_of_constants: warn of constant channels: for samples to learn from, not for a few to predict on.

    Returns:
        float32 array of the same shape, C-contiguous; `x` itself, not a copy, where it is one already.

    Warns:
        UserWarning: with `warn_of_constants`, channels are constant; the message names them.

    Raises:
        InputError: not numbers, empty, of the wrong rank, ragged, NaN, infinite, or beyond the range of float32.

    Example:
        >>> check_array([[1, 2], [3, 4]]).dtype
        dtype('float32')
        >>> check_array([[1.0, 2.0], [3.0, float("nan")]])
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: x has 1 missing value (NaN), the first at sample 1, feature 1: fill or remove it.
    """
    array, channel_names = _as_numbers(x, name)
    _check_rank(array, name, ndim)
    if 0 in array.shape:
        raise InputError(f"{name} is empty, its shape is {array.shape}: give at least one sample.")
    _check_finite(array, name, channel_names)
    if warn_of_constants:
        _warn_of_constant_channels(array, name, channel_names)
    return _as_float32(array)


def _as_float32(array: np.ndarray) -> np.ndarray:
    """C-contiguous float32; a copy, where one is needed, is on the disk if it is too large for memory."""
    if (array.dtype == np.float32 and array.flags.c_contiguous) or not is_large(4 * array.size):
        return np.ascontiguousarray(array, dtype="float32")
    converted = RowFile(array.shape[1:], "float32")
    for _, rows in slabs(array):
        converted.append(rows)
    return converted.array()


def check_n_clusters(n_clusters, n_samples: int | None = None) -> int:
    """The number of clusters as an int, checked against the number of samples.

    Args:
        n_clusters: a whole number, 2 or more.
        n_samples: how many samples there are to group, equal ones counted once; None where not known yet.

    Raises:
        InputError: not a whole number, less than 2, or more clusters than different samples.

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
        n_clusters = operator.index(n_clusters)
    except TypeError:
        raise InputError(f"n_clusters must be a whole number, 2 or more; found {n_clusters!r}.") from None
    if n_clusters == 1:
        raise InputError("n_clusters is 1, but one group needs no clustering: give 2 or more.")
    if n_clusters < 1:
        raise InputError(f"n_clusters is {n_clusters}, but there is no grouping into {n_clusters}: give 2 or more.")
    if n_samples is not None and n_samples < n_clusters:
        raise InputError(
            f"{n_clusters} clusters need at least {n_clusters} different samples; found {n_samples}. "
            "Give more data or a smaller n_clusters."
        )
    return n_clusters


def check_whole(value, name: str, least: int) -> int:
    """A whole number as an int.

    Args:
        value: any integer type.
        name: what the error message calls it.
        least: the smallest that it may be.

    Raises:
        InputError: not a whole number, or too small.

    Example:
        >>> check_whole(np.int64(3), "n_users", least=1)
        3
    """
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise InputError(f"{name} must be a whole number of at least {least}, but it is {value!r}.")
    return int(value)


def describe_position(index, channel_names=()) -> str:
    """Where an entry is, in words.

    Args:
        index: one index per axis of an array with 2 to 4 axes.
        channel_names: names for the last axis, if known.

    Example:
        >>> describe_position((12, 3, 0), ["rsrp"])
        "sample 12, step 3, channel 'rsrp'"
    """
    places = [f"{axis} {i}" for axis, i in zip(AXES[len(index)], index, strict=True)]
    if len(channel_names) > index[-1]:
        places[-1] = f"{AXES[len(index)][-1]} {channel_names[index[-1]]!r}"
    return ", ".join(places)


def _as_numbers(x, name: str) -> tuple[np.ndarray, list[str]]:
    """The array in its own number type, and the names of its last axis where `x` knows them."""
    channel_names = list(getattr(x, "channel_names", ()))
    x = x.x if isinstance(x, DataSet) else x
    if hasattr(x, "to_numpy") and hasattr(getattr(x, "dtypes", None), "items"):  # a DataFrame, pandas not imported
        channel_names = [str(column) for column in x.columns]
        other = [f"{column!s} ({dtype})" for column, dtype in x.dtypes.items() if dtype.kind not in "biuf"]
        if other:
            raise InputError(f"{name} has columns that are not numbers: {_some(other)}. Encode or remove them.")
        x = x.to_numpy(dtype="float64", na_value=np.nan)
    elif np.ma.isMaskedArray(x) and x.dtype.kind in "biuf":
        x = x.astype("float64").filled(np.nan)
    try:
        array = np.asarray(x)
    except ValueError as error:  # numpy: "inhomogeneous shape"
        raise InputError(f"{name} is ragged, its samples differ in shape: cut or pad them to one shape.") from error
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must hold numbers; found {_kind(x, array)}. {_remedy(array)}")
    return array, channel_names


def _kind(x, array: np.ndarray) -> str:
    kinds = {"c": "complex numbers", "U": "text", "S": "bytes", "M": "dates", "m": "durations"}
    if array.dtype.kind in kinds:
        return kinds[array.dtype.kind]
    odd = type(x) if array.ndim == 0 else next((type(v) for v in array.flat if not isinstance(v, (int, float))), object)
    return f"objects of type {odd.__name__} (dtype {array.dtype})"


def _remedy(array: np.ndarray) -> str:
    if array.dtype.kind == "c":
        return "Give real and imaginary part, or magnitude and phase, as two channels."
    return "Encode or remove what is not a number, then convert with numpy.asarray(x, dtype='float32')."


def _check_rank(array: np.ndarray, name: str, ndim: int | None):
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


def _check_finite(array: np.ndarray, name: str, channel_names):
    if array.dtype.kind != "f":
        return
    if not all(np.isfinite(rows).all() for _, rows in slabs(array)):
        if missing := _count(np.isnan, array, "missing value", " (NaN)", channel_names):
            raise InputError(f"{name} has {missing}")
        raise InputError(f"{name} has {_count(np.isinf, array, 'infinite value', '', channel_names)}")
    if array.dtype.itemsize > 4:
        range_of_float32 = " beyond the range of float32 (3.4e38)"
        if beyond := _count(_is_beyond_float32, array, "value", range_of_float32, channel_names):
            raise InputError(f"{name} has {beyond} Is it a mark for missing values, or should the data be scaled?")


def _is_beyond_float32(rows: np.ndarray) -> np.ndarray:
    return np.abs(rows) > np.finfo("float32").max


def _count(wrong, array: np.ndarray, what: str, suffix: str, channel_names) -> str:
    """How many numbers `wrong` (rows) -> bool (rows) finds, and where the first is, in words; "" if there are none."""
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


def _warn_of_constant_channels(array: np.ndarray, name: str, channel_names):
    axes = tuple(range(array.ndim - 1))
    constant = np.flatnonzero(array.min(axis=axes) == array.max(axis=axes))
    if len(constant):
        names = [repr(channel_names[i]) if i < len(channel_names) else str(i) for i in constant]
        warnings.warn(
            f"{name} has {len(names)} constant channel{'s' * (len(names) > 1)}: {_some(names)}. A constant carries no "
            "information; it is kept.",
            stacklevel=3,
        )


def _some(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
