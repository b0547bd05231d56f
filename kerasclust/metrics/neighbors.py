"""Mutual information of the clusters of neighbors: a score for clusters of any shape."""

import numpy as np
from sklearn.metrics import mutual_info_score
from sklearn.neighbors import NearestNeighbors

from kerasclust.types import Array, Labels

MOST_POINTS = 5000
N_NEIGHBORS = 10


def nearest_neighbors(z: Array, n_neighbors: int = N_NEIGHBORS, seed: int = 0) -> tuple[Array, Array]:
    """Find the nearest neighbors of points, for `neighbor_information`.

    Args:
        z: array (n, d); if n is above `MOST_POINTS`, that many points are drawn, with neighbors among them.
        n_neighbors: number of neighbors of each point.
        seed: seed of the draw.

    Returns:
        (indices of the points (m,), indices of their neighbors (m, n_neighbors)).
    """
    some = np.arange(len(z))
    if len(z) > MOST_POINTS:
        some = np.sort(np.random.default_rng(seed).choice(len(z), MOST_POINTS, replace=False))
    search = NearestNeighbors(n_neighbors=min(n_neighbors, len(some) - 1)).fit(z[some])
    return some, some[search.kneighbors(return_distance=False)]  # without an argument, a point is no neighbor of itself


def neighbor_information(labels: Labels, neighbors: tuple[Array, Array]) -> float:
    """Compute the mutual information of the clusters of neighbors.

    It is high if neighbors are in the same cluster and clusters have similar sizes. Merging two groups lowers it, and
    so does a cluster of a few outliers; silhouettes miss both.

    Args:
        labels: clusters (n,).
        neighbors: result of `nearest_neighbors`.

    Returns:
        Mutual information in nats, from 0 to the logarithm of the number of clusters.

    Reference:
        Ji, Henriques and Vedaldi, "Invariant information clustering for unsupervised image classification and
        segmentation", 2019, eq. 3, with neighbors as pairs.

    Example:
        >>> z = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]])
        >>> found = nearest_neighbors(z, 2)
        >>> round(neighbor_information(np.array([0, 0, 0, 1, 1, 1]), found), 4)  # log 2
        0.6931
        >>> neighbor_information(np.zeros(6, int), found)
        0.0
    """
    points, others = neighbors
    first, second = np.repeat(np.asarray(labels)[points], others.shape[1]), np.asarray(labels)[others].ravel()
    # A point need not be a neighbor of its neighbor, so pairs count in both directions.
    return max(0.0, float(mutual_info_score(np.append(first, second), np.append(second, first))))
