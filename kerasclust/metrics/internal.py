"""Scores of a clustering from the data alone, to compare runs without known classes.

Points with a negative label are noise and left out, so compare the numbers of noise points as well. A clustering with
all points in one cluster, or each point in a cluster of its own, cannot be scored. It gets the worst value of the
score, so that a collapse never wins.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from kerasclust.errors import InputError
from kerasclust.metrics.contingency import as_labels
from kerasclust.types import Array, Labels


def silhouette(z: ArrayLike, labels: ArrayLike, max_samples: int = 5000, seed: int = 0) -> float:
    """Compute the mean silhouette, from distances within a cluster and to the next cluster.

    The time grows with the square of the number of points. Of more than `max_samples` points a random sample is scored.

    Args:
        z: points (n, d), usually the latent space.
        labels: clusters (n,), integers; negative means noise.
        max_samples: largest number of points to score.
        seed: seed of the sample.

    Returns:
        -1 (worst, also if the clustering cannot be scored) to 1.

    Raises:
        InputError: if the shapes do not fit, or no point is in a cluster.

    Reference:
        P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987.

    Example:
        >>> silhouette([[0.0], [0.0], [9.0], [9.0]], [0, 0, 1, 1])
        1.0
    """
    points, clusters = _points_in_clusters(z, labels)
    if len(points) > max_samples:
        sample = np.random.default_rng(seed).choice(len(points), max_samples, replace=False)
        points, clusters = points[sample], clusters[sample]
    return _score(silhouette_score, points, clusters, worst=-1.0)


def davies_bouldin(z: ArrayLike, labels: ArrayLike) -> float:
    """Compute the Davies-Bouldin index.

    It relates the spread of two clusters to the distance of their centers. It is a mean over clusters, each with the
    cluster for which that ratio is largest.

    Args:
        z: points (n, d).
        labels: clusters (n,), integers; negative means noise.

    Returns:
        0 (best) to infinity (also if the clustering cannot be scored).

    Raises:
        InputError: if the shapes do not fit, or no point is in a cluster.

    Reference:
        D. L. Davies and D. W. Bouldin, "A cluster separation measure", 1979.

    Example:
        >>> davies_bouldin([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1])
        0.2
    """
    return _score(davies_bouldin_score, *_points_in_clusters(z, labels), worst=np.inf)


def calinski_harabasz(z: ArrayLike, labels: ArrayLike) -> float:
    """Compute the Calinski-Harabasz index.

    It is the variance between clusters over the variance within clusters, each per degree of freedom.

    Args:
        z: points (n, d).
        labels: clusters (n,), integers; negative means noise.

    Returns:
        0 (worst, also if the clustering cannot be scored) or more.

    Raises:
        InputError: if the shapes do not fit, or no point is in a cluster.

    Reference:
        T. Calinski and J. Harabasz, "A dendrite method for cluster analysis", 1974.

    Example:
        >>> calinski_harabasz([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1])
        50.0
    """
    return _score(calinski_harabasz_score, *_points_in_clusters(z, labels), worst=0.0)


def conditional_entropy(q: ArrayLike) -> float:
    """Compute H(Y | X), the mean entropy of the soft assignments of the samples.

    Args:
        q: soft assignments (n, k), rows sum to 1.

    Returns:
        Nats, 0 (all assignments are certain) to log k.

    Raises:
        InputError: if `q` is not a table of probabilities.

    Reference:
        DANCE paper, eq. 5: RIM keeps its try with the lowest conditional entropy.

    Example:
        >>> round(conditional_entropy([[1.0, 0.0], [0.5, 0.5]]), 4)
        0.3466
    """
    return float(entr(_probabilities(q)).sum(axis=1).mean())


def label_entropy(q: ArrayLike) -> float:
    """Compute H(Y), the entropy of the cluster shares.

    Its exponential is the effective number of clusters.

    Args:
        q: soft assignments (n, k), rows sum to 1.

    Returns:
        Nats, 0 (all samples in one cluster) to log k (all clusters equally large).

    Raises:
        InputError: if `q` is not a table of probabilities.

    Reference:
        DANCE paper, eq. 6.

    Example:
        >>> round(label_entropy([[1.0, 0.0], [0.0, 1.0]]), 4)
        0.6931
    """
    return float(entr(_probabilities(q).mean(axis=0)).sum())


def _score(score: Callable[[Array, Labels], float], z: Array, labels: Labels, worst: float) -> float:
    n_clusters = len(np.unique(labels))
    return float(score(z, labels)) if 2 <= n_clusters < len(z) else worst


def _points_in_clusters(z: ArrayLike, labels: ArrayLike) -> tuple[Array, Labels]:
    points, clusters = np.asarray(z), as_labels(labels, "labels")
    if points.ndim != 2 or len(points) != len(clusters):
        raise InputError(
            f"z must have shape (n, d) with one row for each of the {len(clusters)} labels, found {points.shape}."
        )
    in_cluster = clusters >= 0
    if not in_cluster.any():
        raise InputError("No point is in a cluster: all labels are negative, or there are no labels.")
    return points[in_cluster], clusters[in_cluster]


def _probabilities(q: ArrayLike) -> Array:
    shares: Array = np.asarray(q, "float64")
    if shares.ndim != 2 or not shares.size:
        raise InputError(f"Soft assignments must have shape (n, k), found {shares.shape}.")
    # The negated form also catches NaN. Half precision sums to 1 within a few thousandths.
    if not (np.all(shares >= 0) and np.allclose(shares.sum(axis=1), 1.0, rtol=0, atol=0.01)):
        raise InputError("Soft assignments must be probabilities: not negative, each row summing to 1.")
    return shares
