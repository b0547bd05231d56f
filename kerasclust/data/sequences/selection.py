"""The samples that are used: those that are not missing by too much."""

from dataclasses import dataclass

import numpy as np

from kerasclust.data.large_arrays import SLAB, slabs
from kerasclust.data.sequences.layout import Unused, worded
from kerasclust.data.sequences.planning import Plan
from kerasclust.data.sequences.scatter import Values
from kerasclust.types import Array


def missing_shares(x: Array, lengths: Array | None) -> Array:
    """Return array (n,), the share of missing values of each sample.

    Args:
        x: array (n, steps, channels).
        lengths: integer array (n,), the steps before padding, or None.
    """
    missing = np.empty(len(x))
    for first, part in slabs(x):
        missing[first : first + len(part)] = np.isnan(part).sum(axis=(1, 2))
    size = x.shape[1] * x.shape[2]
    observable = np.full(len(x), size) if lengths is None else lengths * x.shape[2]
    shares: Array = (missing - size + observable) / observable
    return shares


def longest_holes(n_rows: Array) -> Array:
    """Return integer array (n,), the steps without rows between two steps with rows, from n_rows (n, steps).

    Example:
        >>> longest_holes(np.array([[0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 1, 0]]))
        array([2, 0])
    """
    step = np.arange(n_rows.shape[1])
    last = np.maximum.accumulate(np.where(n_rows > 0, step, -1), axis=1)
    before = np.concatenate([np.full((len(last), 1), -1), last[:, :-1]], axis=1)
    holes = np.where((n_rows > 0) & (before >= 0), step - before - 1, 0)
    found: Array = holes.max(axis=1, initial=0)
    return found


@dataclass(frozen=True)
class Selection:
    """Samples that are used, and the others.

    Args:
        used: bool array (n,).
        unused: the other samples with reasons.
        shares: array (n,), the share of missing values of each sample.
    """

    used: Array
    unused: Unused
    shares: Array


def select(plan: Plan, values: Values) -> Selection:
    """Return which samples are used: not missing by too much, and without long holes."""
    layout, shares = plan.layout, missing_shares(values.x, plan.lengths)
    reasons = np.full(len(shares), None, object)
    if plan.max_gap is not None:
        for part in _parts(np.flatnonzero((shares > 0) & (shares <= plan.max_missing)), layout.steps):
            holes = longest_holes(values.n_rows[part])
            long = holes > plan.max_gap
            reasons[part[long]] = worded(holes[long], lambda n: f"a hole of {n} steps")
    much = np.flatnonzero((shares > plan.max_missing) | (shares == 1))
    reasons[much] = worded(np.round(1000 * shares[much]).astype(int), _missing)
    used = np.array(reasons == None)  # noqa: E711
    others = np.flatnonzero(~used)
    place = layout.series.id[layout.sample_series[others]]
    return Selection(used, Unused(place, layout.sample_start[others], reasons[others]), shares)


def _missing(thousandths: int) -> str:
    return "no value was measured" if thousandths == 1000 else f"{thousandths / 10:g} % of the values are missing"


def _parts(places: Array, size: int) -> list[Array]:
    """Split places of rows of so many numbers into slabs of bounded size."""
    return np.array_split(places, max(1, -(-len(places) * size // SLAB)))


def keep(x: Array, used: Array) -> Array:
    """Return the used rows of x (n, ...), moved to its front in place."""
    if used.all():
        return x
    places = np.flatnonzero(used)
    room = 0
    for part in _parts(places, x[0].size):
        x[room : room + len(part)] = x[part]
        room += len(part)
    return x[:room]
