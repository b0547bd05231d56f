"""Findings about arrays: missing, infinite, constant and odd values, and images that look like sequences."""

from collections.abc import Sequence

import numpy as np

from kerasclust.data.findings import Finding
from kerasclust.data.large_arrays import slabs
from kerasclust.data.tables.sentinels import is_far
from kerasclust.data.validation import describe_position
from kerasclust.types import Array

MOST_CHANNELS = 1000  # whose sentinels are looked for
LEAST_PIXELS = 8  # height and width of an image


def array_findings(x: Array, name: str, channel_names: Sequence[str] = ()) -> list[Finding]:
    """Return what is refused or doubtful about samples.

    Args:
        x: array of numbers (n, ...) with 2 to 4 axes.
        name: name of the samples.
        channel_names: names for the last axis, if known.
    """
    findings = _images(x, name)
    if x.dtype.kind == "f":
        findings += _marked(x, name, channel_names, np.isinf, "infinite", "refused", "infinite values", "correct them")
        findings += _marked(x, name, channel_names, np.isnan, "missing", "note", "missing values (NaN)", "")
    findings += _constant(x, name, channel_names)
    return findings + (_sentinels(x, channel_names) if x.shape[-1] <= MOST_CHANNELS else [])


def _images(x: Array, name: str) -> list[Finding]:
    """Find whole numbers of one byte in three axes: images whose axis of channels is missing, not sequences."""
    if x.dtype != np.uint8 or x.ndim != 3 or min(x.shape[1:]) < LEAST_PIXELS:
        return []
    what = f"{name} has shape {x.shape} and type uint8, as gray images without an axis of channels: it is read as sequences."
    return [Finding("images", "doubtful", what, "give x[..., None] if they are images", len(x))]


def _marked(x, name, channel_names, mark, kind, severity, noun, remedy) -> list[Finding]:  # type: ignore[no-untyped-def]
    """Count marked entries, and say where the first is."""
    n, position = 0, ""
    for first, rows in slabs(x):
        where = mark(rows)
        n += int(where.sum())
        if where.any() and not position:
            row, *rest = np.unravel_index(int(where.argmax()), where.shape)
            position = describe_position((first + int(row), *map(int, rest)), channel_names)
    what = f"{name} has {n:,} {noun} ({n / x.size:.1%}), the first at {position}."
    return [Finding(kind, severity, what, remedy, n)] if n else []


def _constant(x: Array, name: str, channel_names: Sequence[str]) -> list[Finding]:
    low, high = _extremes(x)
    constant = np.flatnonzero(low == high)
    if not len(constant) or len(x) < 2:
        return []
    first = ", ".join(_channel(int(i), channel_names) for i in constant[:5])
    plural, more = ("s" if len(constant) > 1 else ""), (f" and {len(constant) - 5:,} more" if len(constant) > 5 else "")
    what = f"{name} has {len(constant):,} constant channel{plural}: {first}{more}. A constant carries no information."
    return [Finding("constant", "doubtful" if x.ndim < 4 else "note", what, count=len(constant))]


def _extremes(x: Array) -> tuple[Array, Array]:
    """Return the smallest and largest number of each channel, without missing and infinite ones."""
    axes = tuple(range(x.ndim - 1))
    low, high = np.full(x.shape[-1], np.inf), np.full(x.shape[-1], -np.inf)
    for _, rows in slabs(x):
        finite = np.isfinite(rows)
        low = np.minimum(low, np.min(rows, axis=axes, initial=np.inf, where=finite))
        high = np.maximum(high, np.max(rows, axis=axes, initial=-np.inf, where=finite))
    return low, high


def _sentinels(x: Array, channel_names: Sequence[str]) -> list[Finding]:
    """Find values that repeat far from all others of their channel."""
    if x.dtype == bool or x.ndim == 4:
        return []
    low, high = _extremes(x)
    axes = tuple(range(x.ndim - 1))
    counts = np.zeros((2, x.shape[-1]), int)
    inner_low, inner_high = np.full(x.shape[-1], np.inf), np.full(x.shape[-1], -np.inf)
    for _, rows in slabs(x):
        at_low, at_high = rows == low, rows == high
        counts += np.stack([at_low.sum(axis=axes), at_high.sum(axis=axes)])
        inner = np.isfinite(rows) & ~at_low & ~at_high
        inner_low = np.minimum(inner_low, np.min(rows, axis=axes, initial=np.inf, where=inner))
        inner_high = np.maximum(inner_high, np.max(rows, axis=axes, initial=-np.inf, where=inner))
    findings = []
    for i in np.flatnonzero(np.isfinite(inner_low)).tolist():
        others = [inner_low[i], inner_high[i]]
        others += [end for end, n in ((low[i], counts[0, i]), (high[i], counts[1, i])) if n == 1]
        for value, n in ((low[i], counts[0, i]), (high[i], counts[1, i])):
            if n > 1 and is_far(float(value), float(min(others)), float(max(others)), int(n), x.size // x.shape[-1]):
                what = (
                    f"Channel {_channel(i, channel_names)} holds {value:.15g} {n:,} times, while all other values are from "
                    f"{min(others):.6g} to {max(others):.6g}."
                )
                findings.append(Finding("sentinel", "doubtful", what, "replace it by NaN if it marks a missing value", int(n)))
    return findings


def _channel(i: int, names: Sequence[str]) -> str:
    return repr(names[i]) if i < len(names) else str(i)
