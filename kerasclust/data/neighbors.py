"""Nearest neighbors of samples, and distances to them."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from kerasclust.data.large_arrays import slabs
from kerasclust.types import Array, Labels

MOST = 20_000  # samples among which neighbors are searched for: among millions the search would take days


def neighbor_distances(x: Array, number: int, seed: int = 0) -> Array:
    """Return the Euclidean distance of each sample to one of its neighbors.

    Memory grows linearly with the number of samples. The distance of samples with missing values (NaN) is over the
    features that both have, scaled up to all features.

    Args:
        x: array (n, ...).
        number: number of the neighbor: 1 for the nearest. With too few samples it is the farthest.
        seed: seed of the choice of `MOST` samples, among which neighbors are searched for.

    Returns:
        Array (n,).

    Example:
        >>> neighbor_distances(np.array([[0.0], [1.0], [3.0]]), 1).tolist()
        [1.0, 1.0, 2.0]
    """
    found_distances = _search(x, number, seed)[0][:, -1]
    return np.nan_to_num(found_distances, nan=0.0)  # without a neighbor that has one of the same features


def neighbor_numbers(x: Array, number: int, seed: int = 0) -> Labels:
    """Return the nearest neighbors of each sample, the nearest first; arguments as of `neighbor_distances`.

    Returns:
        Numbers of samples (n, number), or fewer columns for few samples.

    Example:
        >>> neighbor_numbers(np.array([[0.0], [1.0], [3.0]]), 1).tolist()
        [[1], [0], [1]]
    """
    return _search(x, number, seed)[1]


def _search(x: Array, number: int, seed: int) -> tuple[Array, Labels]:
    """Return distances (n, number) to the nearest neighbors of each sample, and their numbers (n, number)."""
    flat = np.reshape(x, (len(x), -1))
    among = np.random.default_rng(seed).choice(len(x), MOST, replace=False) if len(x) > MOST else np.arange(len(x))
    metric = "nan_euclidean" if any(np.isnan(rows).any() for _, rows in slabs(flat)) else "minkowski"
    fitted = NearestNeighbors(n_neighbors=min(number + 1, len(among)), metric=metric).fit(flat[among])
    distances, found = fitted.kneighbors(flat)
    itself = among[found] == np.arange(len(x))[:, None]
    itself[~itself.any(axis=1), -1] = True  # where a sample is not found, the last one is one too many
    return distances[~itself].reshape(len(x), -1), among[found][~itself].reshape(len(x), -1)
