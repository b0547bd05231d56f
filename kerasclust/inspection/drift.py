"""Drift of new data from the training samples, measured against a reference that a run keeps.

A network fits its training samples better than all other samples, most of all where they are few. Therefore a
reference of the training samples is severe. A reference of samples from after the training is fair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import cluster_in_words
from kerasclust.inspection.clustered_space import ClusteredSpace, clustered_space
from kerasclust.inspection.fitted import FittedModel
from kerasclust.types import Array, Labels

BINS = 10  # of each measurement: tenths of the samples of the reference
SHARES = "cluster shares"
MEASURED = ("confidence", "distance from the center", "reconstruction error")
MOST = 20_000  # samples that are measured
CHUNK = 2048  # samples whose features are in memory at once
REFERENCE: dict[str, Any] = {  # form of reference.json
    "centers": [[(int, float, type(None))]],
    "sizes": [int],
    "measured": {str: {"edges": [(int, float)], "sizes": [int]}},
}
DRAWS, CHANCE = 1000, 0.99  # draws without drift, and the share of them below the index that counts


@dataclass(frozen=True)
class Drift:
    """Difference of new data from the reference in one measurement.

    Args:
        name: `SHARES`, or one of `MEASURED`.
        expected: share of the samples of the reference in each bin or cluster.
        found: share of the new samples.
        index: population stability index above chance. 99 of 100 draws without drift have an index of 0.
        cluster_names: {number: name} of the named clusters.
    """

    name: str
    expected: Array
    found: Array
    index: float
    cluster_names: dict[int, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Plain sentence with the largest difference."""
        place = int(np.abs(self.found - self.expected).argmax())
        where = cluster_in_words(place, self.cluster_names) if self.name == SHARES else _bin(place, len(self.found))
        return (
            f"{self.name}: index {self.index:.2f}; in {where} are {self.found[place]:.0%} of the samples, "
            f"{self.expected[place]:.0%} in the reference."
        )


def _bin(place: int, n: int) -> str:
    ends = {0: "the range of the lowest values", n - 1: "the range of the highest values"}
    return ends.get(place, f"range {place + 1} of {n}")


def reference_of(model: FittedModel, x: Array, space: ClusteredSpace | None = None) -> dict[str, Any]:
    """Measure samples as a reference for later comparisons.

    Args:
        model: the fitted model.
        x: raw samples (n, ...), usually those of the training.
        space: `ClusteredSpace` of x, where it is already computed.

    Returns:
        {"centers" (k, c), "sizes": of each cluster, "measured": {name: {"edges", "sizes": of each bin}}}, as numbers
        that JSON holds.
    """
    x, space = _some(model, x, space)
    measured = _measured(model, x, space, space.centers)
    edges = {name: _edges(values) for name, values in measured.items()}
    return {
        "centers": space.centers,
        "sizes": _sizes(space),
        "measured": {name: {"edges": edges[name], "sizes": _binned(measured[name], edges[name])} for name in measured},
    }


def drift_from(
    reference: Mapping[str, Any], model: FittedModel, x: Array, space: ClusteredSpace | None = None
) -> list[Drift]:
    """Compare new samples with the reference of a model.

    Args:
        reference: result of `reference_of`, also after JSON.
        model: the fitted model.
        x: raw new samples (m, ...).
        space: `ClusteredSpace` of x, where it is already computed.

    Returns:
        `Drift` by the shares of the clusters and by each measurement, the strongest first.

    Raises:
        InputError: the samples have another shape than in training, or the reference is that of another model.
    """
    x, space = _some(model, x, space)
    if space.n_clusters != len(reference["sizes"]):
        raise InputError(
            f"The model has {space.n_clusters} clusters, its reference {len(reference['sizes'])}: they are of "
            "different runs."
        )
    measured = _measured(model, x, space, _centers(reference, model, space))
    shares = _drift(SHARES, reference["sizes"], _sizes(space))
    found = [replace(shares, cluster_names=model.cluster_names)]
    for name in measured:
        kept = reference["measured"][name]
        found.append(_drift(name, kept["sizes"], _binned(measured[name], np.array(kept["edges"]))))
    return sorted(found, key=lambda drift: -drift.index)


def _centers(reference: Mapping[str, Any], model: FittedModel, space: ClusteredSpace) -> Array:
    """Return the centers (k, c) of a reference, after a check of all its parts."""
    rows, measured = reference["centers"], reference["measured"]
    counts = [reference["sizes"], *(kept["sizes"] for kept in measured.values())]
    fits = (
        set(measured) == set(MEASURED[: 2 if model.decoder is None else 3])
        and len(rows) == space.n_clusters
        and {len(row) for row in rows} == {space.z_c.shape[1]}
        and all(min(sizes, default=0) >= 0 and 0 < sum(sizes) <= MOST for sizes in counts)
        and all(len(kept["sizes"]) == len(kept["edges"]) + 1 <= 2 * BINS + 1 for kept in measured.values())
        and all(kept["edges"] == sorted(kept["edges"]) for kept in measured.values())
    )
    if not fits:
        raise InputError("The reference does not fit the model: compute a new reference with calibrate=True.")
    return np.array(rows, "float64")  # None, the center of an empty cluster, becomes NaN


def stability_index(expected: ArrayLike, found: ArrayLike) -> Array:
    """Compute the population stability index of two distributions over the same bins, 0 for equal distributions.

    Args:
        expected: shares (..., b), all above 0.
        found: shares (..., b), all above 0.

    Returns:
        Array (...,).

    Reference:
        B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index", 2020: eq. 1.

    Example:
        >>> round(float(stability_index([0.5, 0.5], [0.7, 0.3])), 3)
        0.169
    """
    expected, found = np.asarray(expected, "float64"), np.asarray(found, "float64")
    return np.sum((found - expected) * np.log(found / expected), axis=-1)


def _drift(name: str, expected: ArrayLike, found: ArrayLike) -> Drift:
    """Return the `Drift` of counts (b,) from expected counts (b,)."""
    expected, found = np.asarray(expected), np.asarray(found)
    random, pooled = np.random.default_rng(0), (expected + found) / (expected.sum() + found.sum())
    draws = [_smoothed(random.multinomial(counts.sum(), pooled, size=DRAWS)) for counts in (expected, found)]
    by_chance = np.quantile(stability_index(*draws), CHANCE)
    index = stability_index(_smoothed(expected), _smoothed(found)) - by_chance
    return Drift(name, expected / expected.sum(), found / found.sum(), max(0.0, float(index)))


def _smoothed(counts: Array) -> Array:
    """Return the shares of counts (..., b) after adding a half to each bin, so that an empty bin has a share."""
    return (counts + 0.5) / (counts.sum(axis=-1, keepdims=True) + 0.5 * counts.shape[-1])


def _edges(values: Array) -> Array:
    """Return the ends of the bins: tenths of the values, and below each value that a tenth of the samples share."""
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS, method="lower"))
    often = [edge for edge in edges if np.mean(values == edge) >= 1 / BINS]
    return np.unique(np.concatenate([edges, np.nextafter(often, -np.inf)]))


def _binned(values: Array, edges: Array) -> Array:
    return np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1)


def _sizes(space: ClusteredSpace) -> Array:
    return np.bincount(space.labels, minlength=space.n_clusters)


def _some(model: FittedModel, x: Array, space: ClusteredSpace | None) -> tuple[Array, ClusteredSpace]:
    """Return at most `MOST` samples that the model can use, and their clustered space.

    The choice depends on the number of samples alone.
    """
    if len(x) > MOST:
        some: Labels = np.sort(np.random.default_rng(0).choice(len(x), MOST, replace=False))
        x, space = x[some], None if space is None else space.taken(some)
    space = clustered_space(model, x) if space is None else space
    return (x, space) if len(space.known) == len(x) else (x[space.known], space.taken(space.known))


def _measured(model: FittedModel, x: Array, space: ClusteredSpace, centers: Array) -> dict[str, Array]:
    """Return {name: measurement of each sample (n,)} of raw samples x (n, ...), with distances from centers (k, c)."""
    distances = np.linalg.norm(space.z_c - centers[space.labels], axis=1)
    measured = dict(zip(MEASURED, (space.q.max(axis=1), np.nan_to_num(distances, nan=np.inf)), strict=False))
    if model.decoder is not None:
        starts = range(0, len(x), CHUNK)
        errors = [_errors(model, x[i : i + CHUNK], space.z[i : i + CHUNK]) for i in starts]
        measured[MEASURED[2]] = np.concatenate(errors)
    return {name: values.astype("float64") for name, values in measured.items()}


def _errors(model: FittedModel, x: Array, z: Array) -> Array:
    """Return the mean squared differences (n,) of the features of raw samples x (n, ...) and the decoded z (n, d).

    Missing features do not count.
    """
    difference = in_batches(model.traced(model.reconstruct), z) - in_batches(model.traced(model.features), x)
    squares = (difference**2).reshape(len(x), -1)
    return np.nansum(squares, axis=1) / np.maximum(1, np.sum(~np.isnan(squares), axis=1))
