"""What the clusters of neighbors in a space tell about each other: a score that prefers no shape of clusters."""

import numpy as np
from sklearn.metrics import mutual_info_score
from sklearn.neighbors import NearestNeighbors

MOST_POINTS = 5000
N_NEIGHBORS = 10


def nearest_neighbors(z, n_neighbors=N_NEIGHBORS, seed=0):
    """The nearest neighbors of points, for `neighbor_information` of any number of clusterings.

    Args:
        z: array (n, d); of more than `MOST_POINTS` points so many are drawn, and are neighbors of each other.
        n_neighbors: how many of each.
        seed: of the draw.

    Returns:
        (numbers of the points (m,), those of their neighbors (m, n_neighbors)).
    """
    some = np.arange(len(z))
    if len(z) > MOST_POINTS:
        some = np.sort(np.random.default_rng(seed).choice(len(z), MOST_POINTS, replace=False))
    search = NearestNeighbors(n_neighbors=min(n_neighbors, len(some) - 1)).fit(z[some])
    return some, some[search.kneighbors(return_distance=False)]  # without points: each point is no neighbor of itself


def neighbor_information(labels, neighbors):
    """How much the cluster of a point tells about that of a neighbor.

    It is high where neighbors are in one cluster and clusters are of like size: merging two groups, or leaving a
    cluster to a few outliers, costs as it should, which silhouettes do not see.

    Args:
        labels: clusters (n,).
        neighbors: as `nearest_neighbors` gives them.

    Returns:
        Mutual information in nats, 0 to the logarithm of the number of clusters.

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
    # A neighbor's neighbor need not be the point itself: pairs count in both directions.
    return max(0.0, float(mutual_info_score(np.append(first, second), np.append(second, first))))
