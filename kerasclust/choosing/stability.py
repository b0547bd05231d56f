"""Stability of clusters: agreement between the clusters of two halves of the samples."""

import numpy as np
from sklearn.cluster import KMeans

from kerasclust.initializers import fit_kmeans, several_tries
from kerasclust.metrics import agreement
from kerasclust.types import Array


def best_kmeans(z: Array, n_clusters: int, seed: int, n_tries: int = 3) -> KMeans:
    """Fit k-means from several starting points, and return the fit with the least inertia."""
    estimators, _, scores = several_tries(fit_kmeans, z, n_clusters, seed, n_tries)
    return estimators[int(np.argmin(scores))]


def split_stability(z: Array, n_clusters: int, seed: int, n_splits: int = 5) -> float:
    """Measure how well the clusters of one half of the points predict those of the other half.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: seed of the halves and of k-means.
        n_splits: number of times that the points are halved.

    Returns:
        Mean adjusted Rand index between the clusters of a half and the clusters that the centers of the other half
        predict for it: 1 if both are the same, 0 if they agree by chance only.

    Reference:
        Tibshirani and Walther, "Cluster validation by prediction strength", 2005; the adjusted Rand index follows
        Dudoit and Fridlyand, 2002.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(60, 2)) + 9.0 * (np.arange(60) % 2)[:, None]
        >>> split_stability(z, 2, seed=0)
        1.0
    """
    random, scores = np.random.default_rng(seed), []
    for split in range(n_splits):
        order = random.permutation(len(z))
        first, second = z[order[: len(z) // 2]], z[order[len(z) // 2 :]]
        taught = best_kmeans(first, n_clusters, seed + split)
        own = best_kmeans(second, n_clusters, seed + split)
        scores.append(agreement(taught.predict(second), own.labels_))
    return float(np.mean(scores))
