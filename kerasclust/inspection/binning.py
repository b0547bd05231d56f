"""Bins of measurements: tenths of the samples of a reference, and words for them."""

import numpy as np

from kerasclust.types import Array

BINS = 10  # of each measurement: tenths of the samples of the reference


def edges_of(values: Array) -> Array:
    """Return the ends of the bins of values (n,): tenths, and below each value that a tenth of the samples share."""
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS, method="lower"))
    often = [edge for edge in edges if np.mean(values == edge) >= 1 / BINS]
    return np.unique(np.concatenate([edges, np.nextafter(often, -np.inf)]))


def binned(values: Array, edges: Array) -> Array:
    """Return the number of values in each bin. A bin reaches up to its end, and the last one has none."""
    return np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1)


def in_words(edges: Array, as_shares: bool = False) -> tuple[str, ...]:
    """Return the words for each bin, which follow "are".

    Args:
        edges: ends of the bins (b - 1,), as `edges_of` returns them.
        as_shares: write the ends as percentages.

    Example:
        >>> in_words(np.array([-90.0, -80.5]))
        ('up to -90', 'between -90 and -80.5', 'above -80.5')
        >>> in_words(edges_of(np.array([0.0] * 19 + [7.0])), as_shares=True)
        ('below 0%', 'at 0%', 'above 0%')
    """
    below = dict(zip(np.nextafter(edges[1:], -np.inf), edges[1:], strict=True))  # ends just below a frequent value

    def words(lower: float | None, upper: float | None) -> str:
        if upper is None:
            return f"above {_number(lower, as_shares)}"
        if lower in below:
            return f"at {_number(upper, as_shares)}"
        end = _number(below.get(upper, upper), as_shares)
        if lower is None:
            return f"{'below' if upper in below else 'up to'} {end}"
        return f"between {_number(lower, as_shares)} and {end}"

    return tuple(map(words, [None, *edges], [*edges, None]))


def _number(value: float | None, as_share: bool) -> str:
    return f"{value:.0%}" if as_share else f"{value:.4g}"
