"""Several tries at starting clusters: which are best, and where their centers lie."""

import numpy as np

ENOUGH = 100_000  # points: of more the clusters are hardly better known, but each iteration takes longer


def sampled(z):
    """The points z (n, d), or `ENOUGH` of them where there are more: the same for all tries, which are compared."""
    if len(z) <= ENOUGH:
        return z
    return z[np.sort(np.random.default_rng(0).choice(len(z), ENOUGH, replace=False))]


def several_tries(fit, z, n_clusters, seed, n_tries):
    """Fits with one seed after the other.

    Args:
        fit: function (z, n_clusters, seed) -> (estimator with `labels_` (n,), score); the lowest score is the best fit.
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the first fit.
        n_tries: number of fits.

    Returns:
        (estimators, labels (n_tries, n), scores (n_tries,)).
    """
    fits = [fit(z, n_clusters, (seed + t) % 2**31) for t in range(n_tries)]
    estimators = [estimator for estimator, _ in fits]
    return estimators, np.stack([e.labels_ for e in estimators]), np.array([score for _, score in fits])


def initializer_of(fit):
    """The initializer that makes several fits: (z, n_clusters, seed, n_tries) -> (labels (n_tries, n), scores).

    Args:
        fit: as in `several_tries`.
    """

    def tries(z, n_clusters, seed, n_tries):
        return several_tries(fit, z, n_clusters, seed, n_tries)[1:]

    return tries


def rank_tries(labels, scores, n_clusters):
    """The tries from best to worst: a lower score is better, but a try with an empty cluster never beats one without.

    Args:
        labels: integer array (n_tries, n).
        scores: array (n_tries,), as the initializer defines them: conditional entropies of RIM, shares of variance
            within clusters of k-means, and so on.
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


def share_within(z, labels, n_clusters):
    """Share of the variance of points that lies within clusters, in which the scale of z does not count.

    Args:
        z: array (n, d).
        labels: integer array (n,).
        n_clusters: number of clusters k.

    Returns:
        Number in [0, 1]; the lowest is the best clustering.

    Example:
        >>> round(share_within(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]), 2), 4)
        0.0385
    """
    total = ((z - z.mean(axis=0)) ** 2).sum() or 1.0
    return float(((z - cluster_means(z, labels, n_clusters)[labels]) ** 2).sum() / total)
