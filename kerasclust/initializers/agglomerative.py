"""Agglomerative clustering as the search for starting clusters in a latent space."""

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import pairwise_distances_argmin

from kerasclust.initializers.tries import cluster_means, share_within

SAMPLED = 5000  # points that are merged: time and memory grow with their square (100 MB, about a second)


def agglomerative_tries(z, n_clusters, seed, n_tries):
    """Ward's clustering: one try, since no chance is in it.

    Of more than `SAMPLED` points it merges a sample, and every point goes to the nearest mean of the clusters found.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the sample.
        n_tries: not used; every initializer has the same arguments.

    Returns:
        (labels (1, n), scores (1,)): the share of the variance that lies within clusters.

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
