"""k-means as the search for starting clusters in a latent space."""

import numpy as np
from sklearn.cluster import KMeans


def kmeans_tries(z, n_clusters, seed, n_tries):
    """k-means fits from different starting points.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the first fit.
        n_tries: number of fits.

    Returns:
        (labels (n_tries, n), scores (n_tries,)): the share of the variance that lies within clusters, in which the
        scale of z does not count; the lowest is the best fit.
    """
    fits = [KMeans(n_clusters, n_init=1, random_state=(seed + t) % 2**31).fit(z) for t in range(n_tries)]
    total = ((z - z.mean(axis=0)) ** 2).sum() or 1.0
    return np.stack([fit.labels_ for fit in fits]), np.array([fit.inertia_ / total for fit in fits])
