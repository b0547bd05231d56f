"""Several tries at starting clusters: which are best, and where their centers lie."""

import numpy as np


def rank_tries(labels, scores, n_clusters):
    """The tries from best to worst: a lower score is better, but a try with an empty cluster never beats one without.

    Args:
        labels: integer array (n_tries, n).
        scores: array (n_tries,): conditional entropies of RIM, shares of variance within clusters of k-means.
        n_clusters: number of clusters k.

    Returns:
        Integer array (n_tries,).

    Reference:
        DANCE paper, algorithm 1, for RIM.

    Example:
        >>> rank_tries(np.array([[0, 0, 0], [0, 1, 0], [1, 0, 1]]), [0.1, 0.3, 0.2], 2).tolist()
        [2, 1, 0]
    """
    empty = [n_clusters - len(np.unique(row)) for row in labels]
    return np.lexsort((scores, empty))


def cluster_means(z, labels, n_clusters, seed=0):
    """Means of the clusters in z; an empty cluster starts at a random point.

    Args:
        z: array (n, d).
        labels: integer array (n,).
        n_clusters: number of clusters k.
        seed: for the points of empty clusters.

    Returns:
        Array (k, d) float32.

    Reference:
        DANCE paper, algorithm 1: the centers that start DEC.
    """
    random = np.random.default_rng(seed)
    means = [
        z[labels == j].mean(axis=0) if np.any(labels == j) else z[random.integers(len(z))] for j in range(n_clusters)
    ]
    return np.stack(means).astype("float32")
