"""New samples for clusters that have lost theirs."""

import numpy as np

from kerasclust.initializers.kmeans import fit_kmeans


def refill(z, labels, n_clusters):
    """Labels in which each empty cluster has a part of the largest one, as k-means with two clusters cuts it.

    Args:
        z: array (n, d).
        labels: integer array (n,).
        n_clusters: number of clusters k.

    Returns:
        Integer array (n,).

    Reference:
        M. Caron, P. Bojanowski, A. Joulin, M. Douze, "Deep clustering for unsupervised learning of visual features",
        ECCV 2018, section 3.3 ("trivial solutions"): there the new center is that of a random cluster, a little moved.

    Example:
        >>> np.bincount(refill(np.array([[0.0], [0.1], [5.0], [9.0]]), np.array([1, 1, 1, 2]), 3)).min()
        np.int64(1)
    """
    labels = np.array(labels)
    for empty in np.flatnonzero(np.bincount(labels, minlength=n_clusters) == 0):
        members = np.flatnonzero(labels == np.bincount(labels).argmax())
        if np.ptp(z[members], axis=0).any():  # nothing tells points apart that are all the same
            estimator, _ = fit_kmeans(z[members], 2, seed=0)
            labels[members[estimator.labels_ == 1]] = empty
    return labels
