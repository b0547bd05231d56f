"""k-means as the search for starting clusters in a latent space."""

from sklearn.cluster import KMeans

from kerasclust.initializers.tries import sampled


def fit_kmeans(z, n_clusters, seed):
    """k-means from one starting point, of a sample where there are many points.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the starting point.

    Returns:
        (fitted `sklearn.cluster.KMeans` with `labels_` (n,), score): the share of the variance that lies within
        clusters, in which the scale of z does not count.
    """
    sample = sampled(z)
    estimator = KMeans(n_clusters, n_init=1, random_state=seed).fit(sample)
    if len(sample) < len(z):
        estimator.labels_ = estimator.predict(z)
    total = ((sample - sample.mean(axis=0)) ** 2).sum() or 1.0
    return estimator, estimator.inertia_ / total
