"""How good a clustering is by the data alone: what runs are compared by when there is no ground truth.

Points whose label is negative are noise and left out: look at their number too. A clustering that cannot be scored,
because all points are in one cluster or each is in its own, gets the worst value of the score, so that a collapse never
wins.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import entr
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from kerasclust.errors import InputError
from kerasclust.metrics.contingency import as_labels


def silhouette(z, labels, max_samples: int = 5000, seed: int = 0) -> float:
    """Mean silhouette: how much closer points are to their own cluster than to the next one.

    Its cost grows with the square of the points; above `max_samples` it is the silhouette of as many, drawn at random.

    Args:
        z: points (n, d), usually the latent space.
        labels: clusters (n,), integers; negative means noise.
        max_samples: points to take at most.
        seed: of the sample.

    Returns:
        -1 (worst, also if there is nothing to compare) to 1.

    Raises:
        InputError: if the shapes do not fit, or no point is in a cluster.

    Reference:
        P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987.

    Example:
        >>> silhouette([[0.0], [0.0], [9.0], [9.0]], [0, 0, 1, 1])
        1.0
    """
    z, labels = _points_in_clusters(z, labels)
    if len(z) > max_samples:
        sample = np.random.default_rng(seed).choice(len(z), max_samples, replace=False)
        z, labels = z[sample], labels[sample]
    return _score(silhouette_score, z, labels, worst=-1.0)


def davies_bouldin(z, labels) -> float:
    """Davies-Bouldin index: the spread of clusters over the distance of their centers, of the worst pairs.

    Args:
        z: points (n, d).
        labels: clusters (n,), integers; negative means noise.

    Returns:
        0 (best) to infinity (also if there is nothing to compare).

    Raises:
        InputError: if the shapes do not fit, or no point is in a cluster.

    Reference:
        D. L. Davies and D. W. Bouldin, "A cluster separation measure", 1979.

    Example:
        >>> davies_bouldin([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1])
        0.2
    """
    return _score(davies_bouldin_score, *_points_in_clusters(z, labels), worst=np.inf)


def calinski_harabasz(z, labels) -> float:
    """Calinski-Harabasz index: variance between clusters over variance within them, each per degree of freedom.

    Args:
        z: points (n, d).
        labels: clusters (n,), integers; negative means noise.

    Returns:
        0 (worst, also if there is nothing to compare) upwards.

    Raises:
        InputError: if the shapes do not fit, or no point is in a cluster.

    Reference:
        T. Calinski and J. Harabasz, "A dendrite method for cluster analysis", 1974.

    Example:
        >>> calinski_harabasz([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1])
        50.0
    """
    return _score(calinski_harabasz_score, *_points_in_clusters(z, labels), worst=0.0)


def conditional_entropy(q) -> float:
    """H(Y given X): how undecided the soft assignments are, averaged over samples.

    Args:
        q: soft assignments (n, k), rows sum to 1.

    Returns:
        nats, 0 (all certain) to log k.

    Raises:
        InputError: if `q` is not a table of probabilities.

    Reference:
        The DANCE paper, eq. 5 to 7: the score by which RIM keeps the best of its tries.

    Example:
        >>> round(conditional_entropy([[1.0, 0.0], [0.5, 0.5]]), 4)
        0.3466
    """
    return float(entr(_probabilities(q)).sum(axis=1).mean())


def label_entropy(q) -> float:
    """H(Y): how evenly the clusters are used; exp of it is the effective number of clusters.

    Args:
        q: soft assignments (n, k), rows sum to 1.

    Returns:
        nats, 0 (everything in one cluster) to log k (all clusters equally large).

    Raises:
        InputError: if `q` is not a table of probabilities.

    Reference:
        The DANCE paper, eq. 6.

    Example:
        >>> round(label_entropy([[1.0, 0.0], [0.0, 1.0]]), 4)
        0.6931
    """
    return float(entr(_probabilities(q).mean(axis=0)).sum())


def _score(score: Callable, z: np.ndarray, labels: np.ndarray, worst: float) -> float:
    n_clusters = len(np.unique(labels))
    return float(score(z, labels)) if 2 <= n_clusters < len(z) else worst


def _points_in_clusters(z, labels) -> tuple[np.ndarray, np.ndarray]:
    z, labels = np.asarray(z), as_labels(labels, "labels")
    if z.ndim != 2 or len(z) != len(labels):
        raise InputError(f"z must have shape (n, d) with n the {len(labels)} labels, found {z.shape}.")
    in_cluster = labels >= 0
    if not in_cluster.any():
        raise InputError("No point is in a cluster: all labels are negative, or there are none.")
    return z[in_cluster], labels[in_cluster]


def _probabilities(q) -> np.ndarray:
    q = np.asarray(q, "float64")
    if q.ndim != 2 or not q.size:
        raise InputError(f"Soft assignments must have shape (n, k), found {q.shape}.")
    # The negated form also catches NaN. Half precision sums to 1 within a few thousandths.
    if not (np.all(q >= 0) and np.allclose(q.sum(axis=1), 1.0, rtol=0, atol=0.01)):
        raise InputError("Soft assignments must be probabilities: not negative, each row summing to 1.")
    return q
