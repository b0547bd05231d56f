"""Several tries at starting clusters: fits, ranking, and centers."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from kerasclust.types import Array, Labels

# (z (n, d), n_clusters, seed) -> (estimator with `labels_` (n,), score). The best fit has the lowest score.
Fit: TypeAlias = Callable[[Array, int, int], tuple[Any, float]]
# (z (n, d), n_clusters, seed, n_tries) -> (labels (n_tries, n), scores (n_tries,)). The best try has the lowest score.
Initializer: TypeAlias = Callable[[Array, int, int, int], tuple[Labels, Array]]

ENOUGH = 100_000  # points; more points hardly improve the clusters, but slow down each iteration


def sampled(z: Array) -> Array:
    """Return at most `ENOUGH` of the points z (n, d).

    The sample is the same for all tries, so their scores are comparable.
    """
    if len(z) <= ENOUGH:
        return z
    return z[np.sort(np.random.default_rng(0).choice(len(z), ENOUGH, replace=False))]


def several_tries(fit: Fit, z: Array, n_clusters: int, seed: int, n_tries: int) -> tuple[list[Any], Labels, Array]:
    """Fit with several consecutive seeds.

    Args:
        fit: function (z, n_clusters, seed) -> (estimator with `labels_` (n,), score). The best fit has the lowest
            score.
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: seed of the first fit.
        n_tries: number of fits.

    Returns:
        (estimators, labels (n_tries, n), scores (n_tries,)).
    """
    fits = [fit(z, n_clusters, (seed + t) % 2**31) for t in range(n_tries)]
    estimators = [estimator for estimator, _ in fits]
    return estimators, np.stack([e.labels_ for e in estimators]), np.array([score for _, score in fits])


def initializer_of(fit: Fit) -> Initializer:
    """Return an initializer that makes several fits.

    Args:
        fit: function as in `several_tries`.

    Returns:
        Function (z, n_clusters, seed, n_tries) -> (labels (n_tries, n), scores (n_tries,)).
    """

    def tries(z: Array, n_clusters: int, seed: int, n_tries: int) -> tuple[Labels, Array]:
        return several_tries(fit, z, n_clusters, seed, n_tries)[1:]

    return tries


def rank_tries(labels: Labels, scores: ArrayLike, n_clusters: int) -> Array:
    """Rank tries from best to worst.

    Tries with fewer empty clusters come first. Among tries with equally many empty clusters, lower scores come first.

    Args:
        labels: integer array (n_tries, n).
        scores: scores (n_tries,) of the initializer, such as the conditional entropies of RIM.
        n_clusters: number of clusters k.

    Returns:
        Integer array (n_tries,), the indices of the tries.

    Reference:
        DANCE paper, algorithm 1, for RIM.

    Example:
        >>> rank_tries(np.array([[0, 0, 0], [0, 1, 0], [1, 0, 1]]), [0.1, 0.3, 0.2], 2).tolist()
        [2, 1, 0]
    """
    empty = [n_clusters - len(np.unique(row)) for row in labels]
    return np.lexsort((np.asarray(scores), np.asarray(empty)))


def cluster_means(z: Array, labels: Labels, n_clusters: int, seed: int = 0) -> Array:
    """Compute the means of the clusters in z.

    The mean of an empty cluster is a random point of z.

    Args:
        z: array (n, d).
        labels: integer array (n,).
        n_clusters: number of clusters k.
        seed: seed of the random points.

    Returns:
        Array (k, d) float32.

    Reference:
        DANCE paper, algorithm 1, the starting centers of DEC.
    """
    random = np.random.default_rng(seed)
    means = [
        z[labels == j].mean(axis=0) if np.any(labels == j) else z[random.integers(len(z))] for j in range(n_clusters)
    ]
    return np.stack(means).astype("float32")


def share_within(z: Array, labels: Labels, n_clusters: int) -> float:
    """Compute the share of the variance within clusters.

    The share does not depend on the scale of z.

    Args:
        z: array (n, d).
        labels: integer array (n,).
        n_clusters: number of clusters k.

    Returns:
        Number in [0, 1]. The best clustering has the lowest number.

    Example:
        >>> round(share_within(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]), 2), 4)
        0.0385
    """
    total = ((z - z.mean(axis=0)) ** 2).sum() or 1.0
    return float(((z - cluster_means(z, labels, n_clusters)[labels]) ** 2).sum() / total)
