"""Whether other samples of the same kind give the same clusters."""

import numpy as np

from kerasclust.initializers import fit_kmeans, several_tries
from kerasclust.metrics import agreement


def best_kmeans(z, n_clusters, seed, n_tries=3):
    """The k-means with the least inertia of several starting points: scikit-learn's estimator, fitted."""
    estimators, _, scores = several_tries(fit_kmeans, z, n_clusters, seed, n_tries)
    return estimators[int(np.argmin(scores))]


def split_stability(z, n_clusters, seed, n_splits=5):
    """How well clusters of one half of the points predict those of the other half, adjusted for chance.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the halves and of k-means.
        n_splits: how often the points are halved.

    Returns:
        Mean adjusted Rand index of the clusters of a half and those that the centers of the other half give it: 1 when
        both are the same, 0 when they agree no more than by chance.

    Reference:
        Tibshirani and Walther, "Cluster validation by prediction strength", 2005; with the adjusted Rand index, as
        Dudoit and Fridlyand, 2002, suggest.

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
