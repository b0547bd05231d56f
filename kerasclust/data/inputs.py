"""Reading of samples: whatever the user has becomes one checked array."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import tensorflow as tf

from kerasclust.data.again import read_frame, with_numbers_of
from kerasclust.data.batches import collected, is_iterated, of_ragged
from kerasclust.data.dataset import DataSet
from kerasclust.data.large_arrays import is_large, room_for, slabs
from kerasclust.data.origin import origin_of
from kerasclust.data.pipeline import in_batches
from kerasclust.data.tables.frames import is_frame
from kerasclust.data.unequal import padded, trimmed
from kerasclust.data.validation import (
    as_float,
    as_numbers,
    check_finite_numbers,
    check_none_missing,
    check_shape,
    has_gaps,
    warn_of_constant_channels,
)
from kerasclust.errors import InputError
from kerasclust.layers.entry import SampleEntry
from kerasclust.system.memory import memory
from kerasclust.types import Array, Labels

MAX_MISSING = 0.5  # share of missing values of a sample, by default
SMALLEST_IMAGE = 8  # pixels of a side, below which whole numbers are not taken for pixels
BRIGHTEST = 255.0

Shape = Sequence[int | None]


@dataclass(frozen=True)
class TableKind:
    """What the samples of a training tell of further tables of the same kind.

    Args:
        channel_names: names of the channels, by which a table is taken; none where they have no names.
        categories: categories of columns, {column: names in the order of their numbers}.
        reading: options with which a data frame is read the same way, or None.
    """

    channel_names: tuple[str, ...] = ()
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reading: Mapping[str, Any] | None = None

    @property
    def category_sizes(self) -> dict[int, int]:
        """Number of categories of each column that holds any, {column: number}."""
        return {self.channel_names.index(column): len(names) for column, names in self.categories.items()}


ANY_KIND = TableKind()


@dataclass(frozen=True)
class Given:
    """Samples as numbers, before any check of their values.

    Args:
        x: array (n, ...) of numbers of any type.
        name: name of the samples in error messages.
        channel_names: one name for each entry of the last axis, or none.
        is_padded: True for series of unequal length, padded with NaN at the end.
        y: label of each sample (n,), or None.
        kind: what is known of the columns of a table.
        lacked: True if samples with missing values have been left out before.
    """

    x: Array
    name: str = "x"
    channel_names: tuple[str, ...] = ()
    is_padded: bool = False
    y: Array | None = None
    kind: TableKind = ANY_KIND
    lacked: bool = False


class Rows:
    """Checked samples to learn from: float32 of one shape, where NaN is a missing value.

    Args:
        x: array (n, ...).
        channel_names: one name for each entry of the last axis, or none.
        is_padded: True for series of unequal length, padded with NaN at the end.
        origin: what was subtracted from each channel (channels,); None for nothing.
        used: numbers (n,) of the samples among all samples that were given; None for all.
        n_given: number of all samples that were given; None for n.
        kind: what is known of the columns of a table.
        lacked: True if samples with missing values have been left out.

    Attributes:
        has_missing: True if a value is missing, or was in a sample that has been left out.
    """

    def __init__(
        self,
        x: Array,
        channel_names: Sequence[str] = (),
        *,
        is_padded: bool = False,
        origin: Array | None = None,
        used: Labels | None = None,
        n_given: int | None = None,
        kind: TableKind = ANY_KIND,
        lacked: bool = False,
    ) -> None:
        self._x = x
        self.shape = x.shape
        self.channel_names = channel_names
        self.is_padded = is_padded
        self.origin = np.zeros(x.shape[-1]) if origin is None else origin
        self.used = used
        self.kind = kind
        self.n_given = len(x) if n_given is None else n_given
        self.has_missing = lacked or has_gaps(x)

    def __len__(self) -> int:
        return len(self._x)

    @property
    def sample_shape(self) -> tuple[int | None, ...]:
        """Shape of a sample; (None, channels) for series of unequal length."""
        return (None, *self.shape[2:]) if self.is_padded else self.shape[1:]

    @property
    def typical_steps(self) -> int | None:
        """Median length of series of unequal length; None for other samples."""
        return int(np.median(lengths_of(self._x))) if self.is_padded else None

    def array(self) -> Array:
        """Return the samples as one array (n, ...), without their origin."""
        return self._x

    def raw(self) -> Array:
        """Return the samples as one array (n, ...) with their origin, float64 where they have one."""
        return self._x + self.origin if self.origin.any() else self._x

    def n_distinct(self, enough: int) -> int:
        """Count distinct samples, up to a limit. A missing value equals a missing value.

        Returns the number of distinct samples, or of all samples if at least `enough` of them are distinct.
        """
        seen = set()
        for row in self._x:
            missing = np.isnan(row)
            seen.add(np.where(missing, np.float32(np.nan), row).tobytes() if missing.any() else row.tobytes())
            if len(seen) >= enough:
                return len(self._x)
        return len(seen)


def lengths_of(x: Array) -> Labels:
    """Return the number of steps (n,) of series x (n, steps, channels) up to the last that has a value.

    Example:
        >>> lengths_of(np.array([[[1.0], [np.nan], [2.0]], [[1.0], [np.nan], [np.nan]]])).tolist()
        [3, 1]
    """
    found = [
        np.max(np.where(np.isnan(rows).all(axis=2), 0, np.arange(1, x.shape[1] + 1)), axis=1) for _, rows in slabs(x)
    ]
    return np.concatenate(found)


def read_samples(
    x: Any,
    sample_shape: Shape | None = None,
    *,
    kind: TableKind = ANY_KIND,
    origin: Array | None = None,
    max_missing: float = MAX_MISSING,
    warn_of_constants: bool = False,
    max_bytes: float | None = None,
) -> Rows:
    """Read and check samples to learn from.

    Samples with too many missing values are left out, with a warning.

    Args:
        x: array-like (n, ...); a list of arrays (steps, channels) of unequal length; a ragged tensor; a DataFrame; a
            `DataSet`; or batches of x or (x, y): a tf.data.Dataset, a Keras PyDataset or a PyTorch DataLoader.
        sample_shape: shape of one sample that a model was built for, or None.
        kind: what a model knows of the tables that it was fitted to.
        origin: what to subtract from each channel (channels,). None: what the samples need.
        max_missing: largest share of missing values of a sample that is used.
        warn_of_constants: warn of constant channels, as `check_array` does; for samples to learn from.
        max_bytes: memory that batches of unknown number may take. None: half of the memory.

    Raises:
        InputError: The samples are invalid; the message says what was found and what to do.
    """
    given = as_given(x, sample_shape, kind, max_bytes)
    check_finite_numbers(given.x, given.name, given.channel_names, "keep")
    told = {finding.kind for finding in getattr(x, "findings", ())}
    if warn_of_constants and "constant" not in told:
        warn_of_constant_channels(given.x, given.name, given.channel_names)
    origin = origin_of(given.x) if origin is None else origin
    used = _used(given, max_missing)
    centered = _centered(given.x, origin, used)
    return Rows(
        centered,
        given.channel_names,
        is_padded=given.is_padded,
        origin=origin,
        used=used,
        n_given=len(given.x),
        kind=given.kind,
        lacked=given.lacked or used is not None,
    )


def raw_samples(
    x: Any,
    sample_shape: Shape,
    *,
    kind: TableKind = ANY_KIND,
    masks: bool = True,
    has_origin: bool = False,
) -> Array:
    """Read samples to predict on, unchanged.

    Args:
        x: as in `read_samples`, in an order that the caller knows.
        sample_shape: shape of one sample of the model.
        kind: what the model knows of the tables that it was fitted to.
        masks: the model masks missing values; other models refuse them.
        has_origin: the model has an origin of its channels, for which samples stay float64.

    Returns:
        Array (n, ...), float32 or float64.

    Raises:
        InputError: The samples are no numbers or have another shape, or are missing without `masks`.
    """
    given = as_given(x, sample_shape, kind, in_order=True)
    if not masks:
        check_none_missing(given.x, given.name, given.channel_names)
    return as_float(given.x, "float64" if has_origin else "float32")


def is_one_array(x: Any) -> bool:
    """Return whether samples are one array or a data frame of numbers.

    They are not if they are batches, series of unequal length, a data frame with categories, or a `DataSet`.
    """
    has_others = is_frame(x) and any(getattr(kind, "kind", "O") not in "iuf" for kind in getattr(x, "dtypes", ()))
    return not (
        has_others or isinstance(x, DataSet | Given | Rows | tf.RaggedTensor) or is_iterated(x) or len(_series(x))
    )


def as_given(
    x: Any,
    sample_shape: Shape | None = None,
    kind: TableKind = ANY_KIND,
    max_bytes: float | None = None,
    in_order: bool = False,
) -> Given:
    """Return samples as numbers of one shape.

    Args:
        x: as in `read_samples`, or the result of this function.
        sample_shape: shape of one sample that a model was built for, or None.
        kind: what a model knows of the tables that it was fitted to.
        max_bytes: memory that batches of unknown number may take. None: half of the memory.
        in_order: refuse batches in an order that the caller cannot know.

    Raises:
        InputError: The samples cannot be read, or have another shape.
    """
    if isinstance(x, Rows):
        x = Given(x.raw(), "x", tuple(x.channel_names), x.is_padded, kind=x.kind, lacked=x.has_missing)
    given = x if isinstance(x, Given) else _numbers(x, sample_shape, kind, max_bytes, in_order)
    check_shape(given.x, given.name)
    array = _with_channel_axis(given.x, given.name, sample_shape)
    found = (None, *array.shape[2:]) if given.is_padded else array.shape[1:]
    expected = found if sample_shape is None else tuple(sample_shape)
    if len(found) != len(expected) or any(
        side is not None and side != size for side, size in zip(expected, array.shape[1:], strict=True)
    ):
        raise InputError(
            f"The samples have shape {array.shape[1:]}, but the model was fitted to {_in_words(expected)}. "
            "Give samples of the fitted shape, or fit a new model."
        )
    is_padded = expected[0] is None
    array = trimmed(array) if is_padded and has_gaps(array) else array
    return replace(given, x=array, is_padded=is_padded)


def with_labels(x: Any) -> tuple[Any, Array | None]:
    """Return samples and labels of a dataset, read in one pass.

    A second pass could have another order, because a dataset may shuffle anew in every pass.

    Args:
        x: a `DataSet`, batches of x or (x, y), or an array (n, ...).

    Returns:
        (samples, labels (n,) or None).

    Raises:
        InputError: The samples cannot be read, as in `read_samples`.
    """
    if not is_iterated(x):
        return x, getattr(x, "y", None)
    given = _numbers(x, None, ANY_KIND, None, False)
    return given, given.y


def _numbers(x: Any, sample_shape: Shape | None, kind: TableKind, max_bytes: float | None, in_order: bool) -> Given:
    if is_iterated(x):
        limit = memory() / 2 if max_bytes is None else max_bytes
        array, y, is_padded = collected(x, len(sample_shape) if sample_shape else None, limit, in_order)
        return Given(as_numbers(array, "x")[0], is_padded=is_padded, y=y)
    if isinstance(x, tf.RaggedTensor):
        return Given(padded(of_ragged(x)), is_padded=True)
    if len(series := _series(x)):
        return Given(padded(series), is_padded=True)
    if is_frame(x):
        x = read_frame(x, kind.reading)
    if not isinstance(x, DataSet):
        return Given(as_numbers(x.detach().cpu() if hasattr(x, "detach") else x, "x")[0])
    x = with_numbers_of(x, kind.categories)
    array, names = as_numbers(x, x.name, kind.channel_names)
    found = TableKind(tuple(names), kind.categories or x.categories, kind.reading or x.reading or None)
    return Given(array, x.name, found.channel_names, x.lengths is not None, x.y, found, x.left_out is not None)


def _series(x: Any) -> Sequence[Any]:
    """Return the samples of a list of arrays with unequal numbers of steps; of anything else nothing."""
    if not (isinstance(x, list | tuple) or (isinstance(x, np.ndarray) and x.dtype == object and x.ndim == 1)):
        return ()
    steps = {len(one) if hasattr(one, "__len__") else None for one in x}
    if len(steps) < 2 or None in steps:
        return ()
    try:
        return list(x) if np.ndim(max(x, key=len)) > 1 else ()
    except ValueError:  # a series whose steps differ in their number of channels, for which `padded` has words
        return list(x)


def _with_channel_axis(x: Array, name: str, sample_shape: Shape | None) -> Array:
    """Return images of one channel (n, height, width, 1) where pixels come without an axis for channels."""
    if x.ndim != 3 or min(x.shape[1:]) < SMALLEST_IMAGE:
        return x
    height, width = x.shape[1:]
    if sample_shape is not None:
        return x[..., None] if x.dtype == np.uint8 and tuple(sample_shape) == (height, width, 1) else x
    if x.dtype == np.uint8:
        warnings.warn(
            f"{name} has whole numbers from 0 to 255 and the shape {x.shape}: read as {height} x {width} images of one "
            f"channel. Give {name}[..., None] to say so, or {name}.astype('float32') for sequences of {height} steps.",
            stacklevel=5,
        )
        return x[..., None]
    if height == width and x.dtype.kind in "iuf" and np.all((x[:100] >= 0) & (x[:100] <= BRIGHTEST)):
        warnings.warn(
            f"{name} has the shape {x.shape}: read as sequences of {height} steps with {width} channels. If it holds "
            f"images, give {name}[..., None].",
            stacklevel=5,
        )
    return x


def _in_words(shape: Shape) -> str:
    return f"sequences (steps, {shape[-1]}) of any length" if None in shape else str(tuple(shape))


def _used(given: Given, max_missing: float) -> Labels | None:
    """Return the numbers of the samples without too many missing values, or None for all.

    Raises:
        InputError: no sample can be used.
    """
    if not has_gaps(given.x):
        return None
    shape = (None, *given.x.shape[2:]) if given.is_padded else given.x.shape[1:]
    entry = SampleEntry(shape, max_missing)
    entry.masks.assign(True)
    usable = in_batches(lambda rows: entry(rows)[1], given.x)
    if usable.all():
        return None
    used = np.flatnonzero(usable)
    left_out = len(usable) - len(used)
    first = int(np.flatnonzero(~usable)[0])
    share = f"more than {max_missing:.0%} of their values are missing (max_missing={max_missing:g})"
    if not len(used):
        raise InputError(f"{given.name} has no sample that can be used: {share}.")
    warnings.warn(
        f"{given.name} has {left_out:,} sample{'' if left_out == 1 else 's'} that cannot be used, the first is sample "
        f"{first}: {share}." + _advice_on_padding(given),
        stacklevel=4,
    )
    return used


def _advice_on_padding(given: Given) -> str:
    """Return advice where samples look like series of unequal length that were padded."""
    if given.x.ndim != 3 or given.is_padded:
        return ""
    lengths = lengths_of(given.x)
    if np.mean(lengths < given.x.shape[1]) < 0.5:
        return ""
    return " Where these are series of unequal length, give a list of arrays (steps, channels)."


def _centered(x: Array, origin: Array, used: Labels | None) -> Array:
    """Return the used samples of x (n, ...) without their origin (channels,), float32."""
    if used is None and not origin.any():
        return as_float(x, "float32")
    n = len(x) if used is None else len(used)
    if used is None and not is_large(4 * x.size):
        return np.ascontiguousarray(x - origin, "float32")
    result = room_for(n, x.shape[1:], "float32")
    for start, rows in slabs(x):
        some = rows if used is None else rows[used[(used >= start) & (used < start + len(rows))] - start]
        if len(some):
            result.append(np.asarray(some - origin, "float32"))
    return result.array()
