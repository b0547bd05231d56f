"""Agglomerative clustering as an initializer."""

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import pairwise_distances_argmin

from kerasclust.initializers.tries import cluster_means, share_within
from kerasclust.types import Array, Labels

SAMPLED = 5000  # largest number of merged points, since time and memory grow with its square


def agglomerative_tries(z: Array, n_clusters: int, seed: int, n_tries: int) -> tuple[Labels, Array]:
    """Cluster points by Ward's method.

    There is a single try, since the method is deterministic. With more than `SAMPLED` points, a random sample is
    merged, and each point belongs to the nearest mean of the resulting clusters.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: seed of the random sample.
        n_tries: not used; all initializers have the same arguments.

    Returns:
        (labels (1, n), scores (1,)). The score is the share of the variance within clusters.

    Reference:
        J. H. Ward, "Hierarchical grouping to optimize an objective function", 1963.
    """
    ward = AgglomerativeClustering(n_clusters)
    if len(z) <= SAMPLED:
        labels = ward.fit_predict(z)
    else:
        sample = z[np.random.default_rng(seed).choice(len(z), SAMPLED, replace=False)]
        labels = pairwise_distances_argmin(z, cluster_means(sample, ward.fit_predict(sample), n_clusters))
    return labels[None], np.array([share_within(z, labels, n_clusters)])
