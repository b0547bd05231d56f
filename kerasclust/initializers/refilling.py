"""Refilling of empty clusters with samples of the largest cluster."""

import numpy as np

from kerasclust.initializers.kmeans import fit_kmeans
from kerasclust.types import Array, Labels


def refill(z: Array, labels: Labels, n_clusters: int) -> Labels:
    """Split the largest cluster for each empty cluster.

    k-means with two clusters splits the largest cluster, and the empty cluster gets one of the two parts. A largest
    cluster of identical points is not split.

    Args:
        z: array (n, d).
        labels: integer array (n,).
        n_clusters: number of clusters k.

    Returns:
        New labels (n,).

    Reference:
        M. Caron, P. Bojanowski, A. Joulin, M. Douze, "Deep clustering for unsupervised learning of visual features",
        ECCV 2018, section 3.3 ("trivial solutions"). In the paper, the new center is the slightly perturbed center of a
        random cluster.

    Example:
        >>> np.bincount(refill(np.array([[0.0], [0.1], [5.0], [9.0]]), np.array([1, 1, 1, 2]), 3)).min()
        np.int64(1)
    """
    labels = np.array(labels)
    for empty in np.flatnonzero(np.bincount(labels, minlength=n_clusters) == 0):
        members = np.flatnonzero(labels == np.bincount(labels).argmax())
        if np.ptp(z[members], axis=0).any():  # identical points cannot be split
            estimator, _ = fit_kmeans(z[members], 2, seed=0)
            labels[members[estimator.labels_ == 1]] = empty
    return labels
