"""Whether neighbours in a space are in the same cluster: a score that prefers no shape of clusters."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

MOST_POINTS = 5000
N_NEIGHBOURS = 10


def nearest_neighbours(z, n_neighbours=N_NEIGHBOURS, seed=0):
    """The nearest neighbours of points, for `neighbour_agreement` of any number of clusterings.

    Args:
        z: array (n, d); of more than `MOST_POINTS` points so many are drawn, and are neighbours of each other.
        n_neighbours: how many of each.
        seed: of the draw.

    Returns:
        (numbers of the points (m,), those of their neighbours (m, n_neighbours)).
    """
    some = np.arange(len(z))
    if len(z) > MOST_POINTS:
        some = np.sort(np.random.default_rng(seed).choice(len(z), MOST_POINTS, replace=False))
    search = NearestNeighbors(n_neighbors=min(n_neighbours, len(some) - 1)).fit(z[some])
    return some, some[search.kneighbors(return_distance=False)]  # without points: each point is no neighbour of itself


def neighbour_agreement(labels, neighbours):
    """How much more often neighbours are in the same cluster than any two points.

    Args:
        labels: clusters (n,).
        neighbours: as `nearest_neighbours` gives them.

    Returns:
        1 when all neighbours are, 0 when no more than by chance; also 0 for a single cluster.

    Reference:
        M. E. J. Newman, "Modularity and community structure in networks", 2006: the modularity of the graph of
        neighbours, here as a share of its largest value for clusters of these sizes.

    Example:
        >>> z = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]])
        >>> neighbour_agreement(np.array([0, 0, 0, 1, 1, 1]), nearest_neighbours(z, 2))
        1.0
    """
    labels = np.asarray(labels)
    points, others = neighbours
    share = np.mean(labels[points][:, None] == labels[others])
    _, sizes = np.unique(labels[points], return_counts=True)
    chance = np.sum((sizes / sizes.sum()) ** 2)
    return float((share - chance) / (1.0 - chance)) if chance < 1.0 else 0.0
