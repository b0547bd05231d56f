"""Findings about arrays: missing, infinite, constant and odd values, and images that look like sequences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kerasclust.data.findings import Finding
from kerasclust.data.large_arrays import slabs
from kerasclust.data.tables.names import some
from kerasclust.data.tables.sentinels import is_far
from kerasclust.data.validation import describe_position
from kerasclust.types import Array

MOST_CHANNELS = 1000  # whose sentinels are looked for
LEAST_PIXELS = 8  # height and width of an image
MOST_SENTINELS = 8  # that are listed


def array_findings(x: Array, name: str, channel_names: Sequence[str] = ()) -> list[Finding]:
    r"""Return what is refused or doubtful about samples.

    Args:
        x: array of numbers (n, ...) with 2 to 4 axes.
        name: name of the samples.
        channel_names: names for the last axis, if known.

    Example:
        >>> found = array_findings(np.array([[1.0, 5.0], [np.nan, 5.0], [2.0, 5.0]]), "x", ["load", "users"])
        >>> print(*found, sep="\n")
        x has 1 missing value (NaN), 16.7% of all, the first at sample 1, feature 'load'.
        x has 1 constant channel: 'users'. A constant carries no information.
    """
    findings = _images(x, name)
    if x.dtype.kind == "f":
        findings += [*_infinite(x, name, channel_names), *_missing(x, name, channel_names)]
    if len(x) > 1:
        channels = _channels(x)
        findings += _constant(x, channels, name, channel_names)
        findings += _sentinels(channels, channel_names) if x.ndim < 4 and x.shape[-1] <= MOST_CHANNELS else []
    return findings


@dataclass(frozen=True)
class Channels:
    """Facts about each channel, arrays (channels,), without missing and infinite numbers.

    Args:
        low: smallest number.
        high: largest number.
        at_low: number of times that the smallest number occurs.
        at_high: number of times that the largest number occurs.
        inner_low: smallest number that is neither the smallest nor the largest.
        inner_high: largest number that is neither the smallest nor the largest.
        n: numbers of a channel.
    """

    low: Array
    high: Array
    at_low: Array
    at_high: Array
    inner_low: Array
    inner_high: Array
    n: int


def _channels(x: Array) -> Channels:
    """Return facts about each channel, by two scans."""
    axes = tuple(range(x.ndim - 1))
    low, high = _extremes(x, lambda rows: np.isfinite(rows))
    at_low, at_high = (sum((rows == end).sum(axis=axes) for _, rows in slabs(x)) for end in (low, high))
    inner = _extremes(x, lambda rows: np.isfinite(rows) & (rows != low) & (rows != high))
    return Channels(low, high, np.asarray(at_low), np.asarray(at_high), *inner, x.size // x.shape[-1])


def _extremes(x: Array, which: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Return the smallest and largest of the chosen numbers of each channel."""
    axes = tuple(range(x.ndim - 1))
    low, high = np.full(x.shape[-1], np.inf), np.full(x.shape[-1], -np.inf)
    for _, rows in slabs(x):
        chosen, numbers = which(rows), rows.astype("float64")
        low = np.minimum(low, np.min(numbers, axis=axes, initial=np.inf, where=chosen))
        high = np.maximum(high, np.max(numbers, axis=axes, initial=-np.inf, where=chosen))
    return low, high


def _images(x: Array, name: str) -> list[Finding]:
    """Find whole numbers of one byte in three axes: images without an axis of channels."""
    if x.dtype != np.uint8 or x.ndim != 3 or min(x.shape[1:]) < LEAST_PIXELS:
        return []
    what = f"{name} has shape {x.shape} and bytes as numbers, as gray images without an axis of channels do."
    return [Finding("images", "doubtful", what, "give x[..., None] if they are images, or else they are sequences")]


def _infinite(x: Array, name: str, channel_names: Sequence[str]) -> list[Finding]:
    n, position = _count(x, np.isinf, channel_names)
    if not n:
        return []
    what = f"{name} has {n:,} infinite value{'' if n == 1 else 's'}, the first at {position}."
    return [Finding("infinite", "refused", what, "correct them, or mark them as missing by NaN", n)]


def _missing(x: Array, name: str, channel_names: Sequence[str]) -> list[Finding]:
    n, position = _count(x, np.isnan, channel_names)
    if not n:
        return []
    values = f"{n:,} missing value{'' if n == 1 else 's'} (NaN), {n / x.size:.1%} of all"
    return [Finding("missing", "note", f"{name} has {values}, the first at {position}.", count=n)]


def _count(x: Array, mark: Callable[[Array], Array], channel_names: Sequence[str]) -> tuple[int, str]:
    """Return the number of marked entries and the position of the first in words."""
    n, position = 0, ""
    for first, rows in slabs(x):
        where = mark(rows)
        n += int(where.sum())
        if not position and where.any():
            row, *rest = np.unravel_index(int(where.argmax()), where.shape)
            position = describe_position((first + int(row), *map(int, rest)), channel_names)
    return n, position


def _constant(x: Array, channels: Channels, name: str, channel_names: Sequence[str]) -> list[Finding]:
    constant = np.flatnonzero(channels.low == channels.high).tolist()
    if not constant:
        return []
    named = some(_name(i, channel_names) for i in constant)
    what = f"{name} has {len(constant):,} constant channel{'' if len(constant) == 1 else 's'}: {named}."
    what += " A constant carries no information."
    return [Finding("constant", "doubtful" if x.ndim < 4 else "note", what, count=len(constant))]


def _sentinels(channels: Channels, channel_names: Sequence[str]) -> list[Finding]:
    """Find values that repeat far from all others of their channel."""
    findings = []
    for i in np.flatnonzero(np.isfinite(channels.inner_low)).tolist():
        low, high = float(channels.low[i]), float(channels.high[i])
        n_low, n_high = int(channels.at_low[i]), int(channels.at_high[i])
        least = low if n_low == 1 else float(channels.inner_low[i])
        most = high if n_high == 1 else float(channels.inner_high[i])
        for value, n in ((low, n_low), (high, n_high)):
            if n > 1 and is_far(value, least, most, n, channels.n):
                what = (
                    f"Channel {_name(i, channel_names)!r} holds {value:.15g} {n:,} times, while all other values are "
                    f"from {least:.6g} to {most:.6g}."
                )
                findings.append(Finding("sentinel", "doubtful", what, "give NaN if it marks a missing value", n))
    return findings[:MOST_SENTINELS]


def _name(i: int, names: Sequence[str]) -> str | int:
    return names[i] if i < len(names) else i
