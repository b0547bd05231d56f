"""Where samples start, and the place of each row in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kerasclust.data.sequences.series import Series
from kerasclust.types import Array

MOST_EMPTY = 366  # empty windows of one hole that are listed


@dataclass(frozen=True)
class Unused:
    """Samples that were asked for and are not used.

    Args:
        id: integer array (n,), the place of each sample's id.
        start: integer array (n,), the step where it starts.
        reasons: array (n,) of texts.
    """

    id: Array
    start: Array
    reasons: Array

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Layout:
    """Samples of series: sample j of a series has steps start + j stride, ..., start + j stride + steps - 1.

    Args:
        series: the series.
        steps: steps of a sample.
        stride: steps from one sample of a series to the next.
        start: integer array (number of series,), the step where the first sample starts.
        count: integer array (number of series,), its number of samples.
        unused: samples that are not used, whatever the values are.
    """

    series: Series
    steps: int
    stride: int
    start: Array
    count: Array
    unused: tuple[Unused, ...] = ()
    base: Array = field(init=False)  # number of the first sample of a series
    of_id: Array = field(init=False)  # first series of an id

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", np.cumsum(self.count) - self.count)
        object.__setattr__(self, "of_id", np.searchsorted(self.series.id, np.arange(len(self.series.ids))))

    def __len__(self) -> int:
        return int(self.count.sum())

    @property
    def sample_series(self) -> Array:
        """Integer array (n,), the series of each sample."""
        return np.repeat(np.arange(len(self.count)), self.count)

    @property
    def sample_start(self) -> Array:
        """Integer array (n,), the step where each sample starts."""
        of = self.sample_series
        return self.start[of] + (np.arange(len(self)) - self.base[of]) * self.stride

    def places(self, place: Array, step: Array) -> Iterator[tuple[Array | slice, Array, Array]]:
        """Return where rows belong, once for each sample that a row can be part of.

        Args:
            place: integer array (rows,), the places of their ids.
            step: integer array (rows,), their steps.

        Yields:
            (rows that are part of a sample, their samples, their steps within the sample).
        """
        of = self._series(place, step)
        within = step - self.start[of]
        sample = within // self.stride
        within = within - sample * self.stride
        for _ in range(-(-self.steps // self.stride)):
            part = (sample >= 0) & (sample < self.count[of]) & (within < self.steps)
            if part.all():
                yield slice(None), self.base[of] + sample, within
            else:
                yield np.flatnonzero(part), (self.base[of] + sample)[part], within[part]
            sample, within = sample - 1, within + self.stride

    def _series(self, place: Array, step: Array) -> Array:
        """Return the series of rows: the last one of the id that starts no later."""
        if len(self.series.id) == len(self.series.ids):
            return place
        virtual = self._virtual
        found: Array = np.searchsorted(virtual[1], virtual[0][place] + step, "right") - 1
        return found

    @cached_property
    def _virtual(self) -> tuple[Array, Array]:
        """Return what turns the steps of each id into one ascending axis, and the starts of series on it."""
        ends = np.append(self.of_id[1:], len(self.series.id)) - 1
        low, high = self.series.first[self.of_id], self.series.last[ends]
        spans = high - low + 1
        shift = np.cumsum(spans) - spans - low
        return shift, shift[self.series.id] + self.series.first


def windows(series: Series, window: int, stride: int, unit: int | None) -> Layout:
    """Return windows of series.

    Args:
        series: the series.
        window: steps of a window.
        stride: steps from the start of a window to the start of the next.
        unit: windows start at multiples of so many steps, and may reach beyond the rows; None: windows start at the
            first row of a series and lie within it.
    """
    return _within(series, window, stride) if unit is None else _by_the_clock(series, window, stride, unit)


def _within(series: Series, window: int, stride: int) -> Layout:
    lengths = series.lengths
    count = np.where(lengths >= window, (lengths - window) // stride + 1, 0)
    rest = lengths - count * stride  # steps from the start of the next window to the end
    covered = np.where(count > 0, (count - 1) * stride + window, 0)
    after = (rest > 0) & (covered < lengths)
    parts = (after & (count == 0), after & (count > 0))  # series without a window, and ends of the others
    unused = tuple(_rest(series, window, count * stride, rest, part) for part in parts)
    return Layout(series, window, stride, series.first, count, unused)


def _rest(series: Series, window: int, start: Array, rest: Array, which: Array) -> Unused:
    """Return the windows that would begin `start` steps after the first row and have `rest` steps."""
    reasons = worded(rest[which], lambda steps: f"the series has {steps} of {window} steps")
    return Unused(series.id[which], (series.first + start)[which], reasons)


def _by_the_clock(series: Series, window: int, stride: int, unit: int) -> Layout:
    origin = (series.first // unit * unit)[np.searchsorted(series.id, series.id)]  # of the first series of the id
    skipped = np.maximum(0, (series.first - window - origin) // stride + 1)
    start = origin + skipped * stride
    length = series.last - start + 1
    count = 1 + -(-np.maximum(0, length - window) // stride)
    count = np.clip(count, 0, np.maximum(0, (length - 1) // stride + 1))
    return Layout(series, window, stride, start, count, (_empty(series, start, count, stride),))


def _empty(series: Series, start: Array, count: Array, stride: int) -> Unused:
    """Return the windows in the holes between series of an id."""
    follows = np.flatnonzero(series.id[1:] == series.id[:-1])
    end = (start + count * stride)[follows]
    n = (start[follows + 1] - end) // stride
    n = np.where(n <= MOST_EMPTY, np.maximum(n, 0), 0)
    number = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    return Unused(
        np.repeat(series.id[follows], n),
        np.repeat(end, n) + number * stride,
        np.full(len(number), "no rows", object),
    )


def wholes(series: Series, start: Array, steps: int, used: Array) -> Layout:
    """Return a sample for each series.

    Args:
        series: the series.
        start: integer array (n,), the step where each sample starts.
        steps: steps of a sample.
        used: bool array (n,); the others are left to the caller to explain.
    """
    return Layout(series, steps, steps, start, used.astype(np.int64))


def joined(parts: tuple[Unused, ...]) -> Unused:
    """Return samples that are not used in the order of ids and times."""
    place, start = (np.concatenate([getattr(part, name) for part in parts]).astype(int) for name in ("id", "start"))
    order = np.lexsort((start, place))
    return Unused(place[order], start[order], np.concatenate([part.reasons for part in parts])[order])


def worded(numbers: Array, sentence: Callable[[Any], str]) -> Array:
    """Return an array of texts for an array of whole numbers, each text made once."""
    values, places = np.unique(numbers, return_inverse=True)
    return np.array([sentence(value) for value in values.tolist()], object)[places]
