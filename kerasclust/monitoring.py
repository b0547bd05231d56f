"""Whether new data still looks like what a model was trained on: the reference that a run keeps, and drift from it.

A network fits the samples that it was trained on better than all others, so that a reference of them is a severe one,
the more the fewer they are. One of samples from after the training is fair.
"""

from dataclasses import dataclass

import numpy as np

from kerasclust.datasets.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.reports.clustered_space import clustered_space

BINS = 10  # of each measurement: tenths of the training samples
SHARES = "cluster shares"
MEASURED = ("confidence", "distance from the center", "reconstruction error")
MOST = 20_000  # samples that are looked at
CHUNK = 2048  # samples whose features are in memory at once
TINY = 1e-4  # share of an empty bin


@dataclass(frozen=True)
class Drift:
    """How far new data is from the reference by one measurement.

    Args:
        name: `SHARES`, or one of `MEASURED`.
        expected: share of the samples of the reference in each bin, or cluster.
        found: share of the new ones.
        index: the population stability index, less what as many samples without drift show on average.
    """

    name: str
    expected: np.ndarray
    found: np.ndarray
    index: float

    @property
    def sentence(self):
        """In plain words, with the largest difference."""
        place = int(np.abs(self.found - self.expected).argmax())
        where = f"cluster {place}" if self.name == SHARES else _bin(place, len(self.found))
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
        {"n", "shares": of each cluster, "measured": {name: {"edges", "shares"}}}, as JSON holds it.
    """
    x = _some(x)
    sizes, measured = _look(model, x)
    bins = {name: np.unique(np.quantile(values, np.arange(1, BINS) / BINS)) for name, values in measured.items()}
    return {
        "n": len(x),
        "shares": sizes / len(x),
        "measured": {name: {"edges": edges, "shares": _shares(measured[name], edges)} for name, edges in bins.items()},
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
    sizes, measured = _look(model, x)
    if len(sizes) != len(reference["shares"]):
        raise InputError(
            f"The model has {len(sizes)} clusters, its reference {len(reference['shares'])}: they are of different "
            "runs."
        )
    found = [_drift(SHARES, reference["shares"], sizes / len(x), reference["n"], len(x))]
    for name, kept in reference["measured"].items():
        shares = _shares(measured[name], np.asarray(kept["edges"]))
        found.append(_drift(name, kept["shares"], shares, reference["n"], len(x)))
    return sorted(found, key=lambda drift: -drift.index)


def stability_index(expected, found) -> float:
    """Population stability index of two distributions over the same bins, 0 when they are the same.

    Args:
        expected: shares (b,).
        found: shares (b,).

    Reference:
        B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index", 2020: eq. 1; without
        drift its expectation is about (b - 1) (1/n + 1/m) for n and m samples.

    Example:
        >>> round(stability_index([0.5, 0.5], [0.7, 0.3]), 3)
        0.169
    """
    expected, found = (np.maximum(np.asarray(shares, "float64"), TINY) for shares in (expected, found))
    return float(np.sum((found - expected) * np.log(found / expected)))


def _drift(name, expected, found, n, m):
    expected = np.asarray(expected, "float64")
    by_chance = (len(expected) - 1) * (1.0 / n + 1.0 / m)
    return Drift(name, expected, found, max(0.0, stability_index(expected, found) - by_chance))


def _shares(values, edges):
    return np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1) / len(values)


def _some(x):
    """At most `MOST` of the samples x (n, ...), always the same ones."""
    return x if len(x) <= MOST else x[np.sort(np.random.default_rng(0).choice(len(x), MOST, replace=False))]


def _look(model, x):
    """(size of each cluster (k,), {name: measurement of each sample (n,)}) of raw samples x (n, ...)."""
    space = clustered_space(model, x)
    distances = np.linalg.norm(space.z_c - space.centers[space.labels], axis=1)
    measured = dict(zip(MEASURED, (space.q.max(axis=1), distances), strict=False))
    if model.decoder is not None:
        starts = range(0, len(x), CHUNK)
        measured[MEASURED[2]] = np.concatenate(
            [_errors(model, x[i : i + CHUNK], space.z[i : i + CHUNK]) for i in starts]
        )
    return np.bincount(space.labels, minlength=space.n_clusters), measured


def _errors(model, x, z):
    """Mean squared difference (n,) between the features of raw samples x (n, ...) and what z (n, d) decode to."""
    difference = in_batches(model.function("reconstruct"), z) - in_batches(model.function("features"), x)
    return (difference**2).reshape(len(x), -1).mean(axis=1)
