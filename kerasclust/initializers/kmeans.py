"""k-means as the search for starting clusters in a latent space."""

from sklearn.cluster import KMeans, MiniBatchKMeans

# On two busy cores fitting a million points of 10 dimensions took a second, and mini-batches, which need as much memory
# once z is there, were slower and had a higher inertia: they are for the data where a pass itself is too long.
ALL_POINTS = 1_000_000
BATCH = 16_384  # points a mini-batch; scikit-learn's 1024 are too few to share among threads


def fit_kmeans(z, n_clusters, seed):
    """k-means from one starting point, by mini-batches for more than `ALL_POINTS` points.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the starting point.

    Returns:
        (fitted `sklearn.cluster.KMeans` or `MiniBatchKMeans`, score): the share of the variance that lies within
        clusters, in which the scale of z does not count.
    """
    if len(z) > ALL_POINTS:
        estimator = MiniBatchKMeans(n_clusters, n_init=1, batch_size=BATCH, random_state=seed)
    else:
        estimator = KMeans(n_clusters, n_init=1, random_state=seed)
    total = ((z - z.mean(axis=0)) ** 2).sum() or 1.0
    return estimator, estimator.fit(z).inertia_ / total
