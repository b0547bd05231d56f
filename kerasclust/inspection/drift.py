"""Whether new data still looks like what a model was trained on: the reference that a run keeps, and drift from it.

A network fits the samples that it was trained on better than all others, so that a reference of them is a severe one,
the more the fewer they are. One of samples from after the training is fair.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import cluster_in_words
from kerasclust.inspection.clustered_space import clustered_space

BINS = 10  # of each measurement: tenths of the samples of the reference
SHARES = "cluster shares"
MEASURED = ("confidence", "distance from the center", "reconstruction error")
MOST = 20_000  # samples that are looked at
CHUNK = 2048  # samples whose features are in memory at once
REFERENCE = {  # what reference.json is like
    "centers": [[(int, float, type(None))]],
    "sizes": [int],
    "measured": {str: {"edges": [(int, float)], "sizes": [int]}},
}
DRAWS, CHANCE = 1000, 0.99  # of samples without drift, and the share of them that has to lie below what counts


@dataclass(frozen=True)
class Drift:
    """How far new data is from the reference by one measurement.

    Args:
        name: `SHARES`, or one of `MEASURED`.
        expected: share of the samples of the reference in each bin, or cluster.
        found: share of the new ones.
        index: the population stability index, less what 99 of 100 draws of as many samples without drift stay below.
        cluster_names: {number: name} of the clusters that have one.
    """

    name: str
    expected: np.ndarray
    found: np.ndarray
    index: float
    cluster_names: dict = field(default_factory=dict)

    @property
    def sentence(self):
        """In plain words, with the largest difference."""
        place = int(np.abs(self.found - self.expected).argmax())
        where = cluster_in_words(place, self.cluster_names) if self.name == SHARES else _bin(place, len(self.found))
        return (
            f"{self.name}: index {self.index:.2f}; in {where} are {self.found[place]:.0%} of the samples, "
            f"{self.expected[place]:.0%} in the reference."
        )


def _bin(place, n):
    ends = {0: "the range of the lowest values", n - 1: "the range of the highest values"}
    return ends.get(place, f"range {place + 1} of {n}")


def reference_of(model, x) -> dict:
    """What a run keeps of its training samples, to compare with later.

    Args:
        model: the fitted model.
        x: raw training samples (n, ...).

    Returns:
        {"centers" (k, c), "sizes": of each cluster, "measured": {name: {"edges", "sizes": of each bin}}}, numbers that
        JSON holds.
    """
    x = _some(x)
    space = clustered_space(model, x)
    measured = _measured(model, x, space, space.centers)
    edges = {name: _edges(values) for name, values in measured.items()}
    return {
        "centers": space.centers,
        "sizes": _sizes(space),
        "measured": {name: {"edges": edges[name], "sizes": _binned(measured[name], edges[name])} for name in measured},
    }


def drift_from(reference, model, x) -> list[Drift]:
    """Compare new samples with those that a model was trained on.

    Args:
        reference: as `reference_of` gave it, also back from JSON.
        model: the model.
        x: raw new samples (m, ...).

    Returns:
        `Drift` by the shares of the clusters and by each measurement, the strongest first.

    Raises:
        InputError: the samples have another shape than in training, or the reference is that of another model.
    """
    x = _some(x)
    space = clustered_space(model, x)
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


def _centers(reference, model, space):
    """Centers (k, c) of a reference, checked with the rest of it."""
    rows, measured = reference["centers"], reference["measured"]
    fits = set(measured) == set(MEASURED[: 2 if model.decoder is None else 3])
    fits &= len(rows) == space.n_clusters and {len(row) for row in rows} == {space.z_c.shape[1]}
    counts = [reference["sizes"], *(kept["sizes"] for kept in measured.values())]
    fits &= all(min(sizes, default=0) >= 0 and 0 < sum(sizes) <= MOST for sizes in counts)
    fits &= all(len(kept["sizes"]) == len(kept["edges"]) + 1 for kept in measured.values())
    fits &= all(kept["edges"] == sorted(kept["edges"]) for kept in measured.values())
    if not fits:
        raise InputError("The reference does not fit the model: write it again, with --calibrate.")
    return np.array(rows, "float64")  # None, of an empty cluster, becomes NaN


def stability_index(expected, found):
    """Population stability index of two distributions over the same bins, 0 when they are the same.

    Args:
        expected: shares (..., b), none of them 0.
        found: the same.

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


def _drift(name, expected, found):
    """`Drift` of counts (b,) from others."""
    expected, found = np.asarray(expected), np.asarray(found)
    random, pooled = np.random.default_rng(0), (expected + found) / (expected.sum() + found.sum())
    draws = (_smoothed(random.multinomial(counts.sum(), pooled, size=DRAWS)) for counts in (expected, found))
    by_chance = np.quantile(stability_index(*draws), CHANCE)
    index = stability_index(_smoothed(expected), _smoothed(found)) - by_chance
    return Drift(name, expected / expected.sum(), found / found.sum(), max(0.0, float(index)))


def _smoothed(counts):
    """Shares of counts (..., b) to which each bin adds a half, so that an empty one has a share."""
    return (counts + 0.5) / (counts.sum(axis=-1, keepdims=True) + 0.5 * counts.shape[-1])


def _edges(values):
    """Where bins end: at tenths of the values, and before one that a tenth of them has, such as a certainty of 1."""
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS, method="lower"))
    often = [edge for edge in edges if np.mean(values == edge) >= 1 / BINS]
    return np.unique(np.concatenate([edges, np.nextafter(often, -np.inf)]))


def _binned(values, edges):
    return np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1)


def _sizes(space):
    return np.bincount(space.labels, minlength=space.n_clusters)


def _some(x):
    """At most `MOST` of the samples x (n, ...), always the same ones."""
    return x if len(x) <= MOST else x[np.sort(np.random.default_rng(0).choice(len(x), MOST, replace=False))]


def _measured(model, x, space, centers):
    """{name: measurement of each sample (n,)} of raw samples x (n, ...), distances from given centers (k, c)."""
    distances = np.linalg.norm(space.z_c - centers[space.labels], axis=1)
    measured = dict(zip(MEASURED, (space.q.max(axis=1), np.nan_to_num(distances, nan=np.inf)), strict=False))
    if model.decoder is not None:
        starts = range(0, len(x), CHUNK)
        errors = [_errors(model, x[i : i + CHUNK], space.z[i : i + CHUNK]) for i in starts]
        measured[MEASURED[2]] = np.concatenate(errors)
    return {name: values.astype("float64") for name, values in measured.items()}


def _errors(model, x, z):
    """Mean squared difference (n,) between the features of raw samples x (n, ...) and what z (n, d) decode to."""
    difference = in_batches(model.traced(model.reconstruct), z) - in_batches(model.traced(model.features), x)
    return (difference**2).reshape(len(x), -1).mean(axis=1)
