"""Drift of new data from the training samples.

It is measured against a reference that a run keeps. A network fits its training samples better than all other samples,
most of all where they are few. Therefore a reference of the training samples is severe. A reference of samples from
after the training is fair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.inspection.binning import BINS, binned, edges_of, in_words
from kerasclust.inspection.channel_measurements import MISSING, channel_measurements, missing_shares
from kerasclust.inspection.cluster_names import cluster_in_words
from kerasclust.inspection.clustered_space import ClusteredSpace, clustered_space
from kerasclust.inspection.fitted import FittedModel
from kerasclust.types import Array, Labels

SHARES = "cluster shares"
MEASURED = ("confidence", "distance from the center", "reconstruction error")
MOST = 20_000  # samples that are measured
CHUNK = 2048  # samples whose features are in memory at once
_COUNTS = {"edges": [(int, float)], "sizes": [int]}
REFERENCE: dict[str, Any] = {  # form of reference.json
    "centers": [[(int, float, type(None))]],
    "sizes": [int],
    "measured": {str: _COUNTS},
    "channels": {str: _COUNTS},
}
DRAWS, CHANCE = 1000, 0.99  # draws without drift, and the share of them below the index that counts


@dataclass(frozen=True)
class Drift:
    """Difference of new data from the reference in one measurement.

    Args:
        name: `SHARES`, one of `MEASURED`, `MISSING`, or "level of CHANNEL" or "variation of CHANNEL".
        expected: share of the samples of the reference in each bin or cluster, and in no cluster.
        found: share of the new samples.
        index: population stability index above chance. 99 of 100 draws without drift have an index of 0, of the
            channels together.
        bins: words for each bin or cluster, such as "in cluster 3" or "above -80".
        of_channel: whether the raw values of a channel are measured.
    """

    name: str
    expected: Array
    found: Array
    index: float
    bins: tuple[str, ...]
    of_channel: bool = False

    @property
    def sentence(self) -> str:
        """Plain sentence with the largest difference."""
        difference = self.found - self.expected
        place = int(np.lexsort((difference, np.abs(difference).round(9)))[-1])  # of equal ones, what became more
        return (
            f"{self.name}: index {self.index:.2f}; {self.found[place]:.0%} of the samples are {self.bins[place]}, "
            f"{self.expected[place]:.0%} in the reference."
        )


def reference_of(model: FittedModel, x: Array, space: ClusteredSpace | None = None) -> dict[str, Any]:
    """Measure samples as a reference for later comparisons.

    Args:
        model: the fitted model.
        x: raw samples (n, ...), usually those of the training.
        space: `ClusteredSpace` of x, where it is already computed.

    Returns:
        {"centers" (k, c), "sizes": of each cluster and of the samples in none, "measured" and "channels": {name:
        {"edges", "sizes": of each bin}}}, as numbers that JSON holds.
    """
    x, space = _some(model, x, space)
    return {
        "centers": space.centers,
        "sizes": _sizes(space),
        "measured": _counted(_measured(model, x, space, space.centers)),
        "channels": _counted(_of_channels(model, x)),
    }


def _counted(measured: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    """Return {name: {"edges", "sizes": of each bin}} of measurements; those that no sample has are left out."""
    edges = {name: edges_of(values) for name, values in measured.items() if len(values)}
    return {name: {"edges": edges[name], "sizes": binned(measured[name], edges[name])} for name in edges}


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
        `Drift` by the shares of the clusters, by each measurement of the model, by the share of missing values, and by
        the level and the variation of each channel; the strongest first.

    Raises:
        InputError: the samples have another shape than in training, or the reference is that of another model.
    """
    x, space = _some(model, x, space)
    if space.n_clusters != len(reference["sizes"]) - 1:
        raise InputError(
            f"The model has {space.n_clusters} clusters, its reference {len(reference['sizes']) - 1}: they are of "
            "different runs."
        )
    clusters = tuple(f"in {cluster_in_words(c, model.cluster_names)}" for c in range(space.n_clusters))
    found = [_drift(SHARES, reference["sizes"], _sizes(space), (*clusters, "in no cluster"))]
    measured = _measured(model, x, space, _centers(reference, model, space))
    for name, kept in reference["measured"].items():
        sizes = binned(measured[name], np.array(kept["edges"]))
        if sizes.any():
            found.append(_drift(name, kept["sizes"], sizes, _ranges(len(sizes))))
    found += _drifts_of_channels(reference["channels"], _of_channels(model, x))
    return sorted(found, key=lambda drift: -drift.index)


def _ranges(n: int) -> tuple[str, ...]:
    between = (f"in range {place + 1} of {n}" for place in range(1, n - 1))
    return ("in the range of the lowest values", *between, "in the range of the highest values")


def _centers(reference: Mapping[str, Any], model: FittedModel, space: ClusteredSpace) -> Array:
    """Return the centers (k, c) of a reference, after a check of all its parts."""
    rows, measured = reference["centers"], [*reference["measured"].values(), *reference["channels"].values()]
    counts = [reference["sizes"], *(kept["sizes"] for kept in measured)]
    fits = (
        set(reference["measured"]) == set(MEASURED[: 2 if model.decoder is None else 3])
        and len(rows) == space.n_clusters
        and {len(row) for row in rows} == {space.z_c.shape[1]}
        and all(min(sizes, default=0) >= 0 and 0 < sum(sizes) <= MOST for sizes in counts)
        and all(len(kept["sizes"]) == len(kept["edges"]) + 1 <= 2 * BINS + 1 for kept in measured)
        and all(kept["edges"] == sorted(kept["edges"]) for kept in measured)
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


def _drift(name: str, expected: ArrayLike, found: ArrayLike, bins: tuple[str, ...]) -> Drift:
    """Return the `Drift` of counts (b,) from expected counts (b,)."""
    expected, found = np.asarray(expected), np.asarray(found)
    random, pooled = np.random.default_rng(0), (expected + found) / (expected.sum() + found.sum())
    draws = [_smoothed(random.multinomial(counts.sum(), pooled, size=DRAWS)) for counts in (expected, found)]
    by_chance = np.quantile(stability_index(*draws), CHANCE)
    index = stability_index(_smoothed(expected), _smoothed(found)) - by_chance
    return Drift(name, expected / expected.sum(), found / found.sum(), max(0.0, float(index)), bins)


def _drifts_of_channels(reference: Mapping[str, Any], measured: Mapping[str, Array]) -> list[Drift]:
    """Return the `Drift` of each measurement of channels, with the chance of all of them together.

    The index of n and m samples without drift, times nm / (n + m), has a chi-squared distribution with one degree of
    freedom less than bins (B. Yurdakul, J. Naranjo, 2020, section 3).
    """
    found = []
    for name, kept in reference.items():
        if len(measured.get(name, ())) == 0:
            continue
        expected, edges = np.asarray(kept["sizes"]), np.array(kept["edges"])
        sizes = binned(measured[name], edges)
        scale = 1.0 / expected.sum() + 1.0 / sizes.sum()
        by_chance = chi2.isf((1.0 - CHANCE) / len(reference), max(1, len(sizes) - 1)) * scale
        index = float(stability_index(_smoothed(expected), _smoothed(sizes)) - by_chance)
        shares = (expected / expected.sum(), sizes / sizes.sum())
        found.append(Drift(name, *shares, max(0.0, index), in_words(edges, name == MISSING), name != MISSING))
    return found


def _smoothed(counts: Array) -> Array:
    """Return the shares of counts (..., b) after adding a half to each bin, so that an empty bin has a share."""
    return (counts + 0.5) / (counts.sum(axis=-1, keepdims=True) + 0.5 * counts.shape[-1])


def _sizes(space: ClusteredSpace) -> Array:
    """Return the number of samples (k + 1,) of each cluster, and of those in none."""
    known = space.known
    return np.append(np.bincount(space.labels[known], minlength=space.n_clusters), len(space.q) - len(known))


def _of_channels(model: FittedModel, x: Array) -> dict[str, Array]:
    """Return {name: values} of the share of missing values and of each channel's level and variation."""
    names = () if model.training_samples is None else model.training_samples.channel_names
    is_padded = model.sample_shape[0] is None
    return {MISSING: missing_shares(x, is_padded)} | channel_measurements(x, names)


def _some(model: FittedModel, x: Array, space: ClusteredSpace | None) -> tuple[Array, ClusteredSpace]:
    """Return at most `MOST` samples and their clustered space.

    The choice depends on the number of samples alone.
    """
    if len(x) > MOST:
        some: Labels = np.sort(np.random.default_rng(0).choice(len(x), MOST, replace=False))
        x, space = x[some], None if space is None else space.taken(some)
    return x, clustered_space(model, x) if space is None else space


def _measured(model: FittedModel, x: Array, space: ClusteredSpace, centers: Array) -> dict[str, Array]:
    """Return {name: measurement of each assigned sample} of raw samples x (n, ...), with distances from centers."""
    kept = space.known
    distances = np.linalg.norm(space.z_c[kept] - centers[space.labels[kept]], axis=1)
    measured = dict(zip(MEASURED, (space.q[kept].max(axis=1), np.nan_to_num(distances, nan=np.inf)), strict=False))
    if model.decoder is not None:
        x, z = (x, space.z) if len(kept) == len(x) else (x[kept], space.z[kept])
        errors = [_errors(model, x[i : i + CHUNK], z[i : i + CHUNK]) for i in range(0, len(x), CHUNK)]
        measured[MEASURED[2]] = np.concatenate(errors) if errors else np.empty(0)
    return {name: values.astype("float64") for name, values in measured.items()}


def _errors(model: FittedModel, x: Array, z: Array) -> Array:
    """Return the mean squared errors (n,) of reconstructed samples.

    The decoded z (n, d) is compared with the features of the raw samples x (n, ...). Missing features do not count.
    """
    difference = in_batches(model.traced(model.reconstruct), z) - in_batches(model.traced(model.features), x)
    squares = (difference**2).reshape(len(x), -1)
    return np.nansum(squares, axis=1) / np.maximum(1, np.sum(~np.isnan(squares), axis=1))
