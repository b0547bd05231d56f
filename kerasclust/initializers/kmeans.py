"""k-means as an initializer."""

from sklearn.cluster import KMeans

from kerasclust.initializers.tries import sampled
from kerasclust.types import Array


def fit_kmeans(z: Array, n_clusters: int, seed: int) -> tuple[KMeans, float]:
    """Fit k-means from one starting point.

    With many points, k-means is fitted to a random sample.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: seed of the starting point.

    Returns:
        (fitted `sklearn.cluster.KMeans` with `labels_` (n,), score). The score is the share of the variance within
        clusters. It does not depend on the scale of z.
    """
    sample = sampled(z)
    estimator = KMeans(n_clusters, n_init=1, random_state=seed).fit(sample)
    if len(sample) < len(z):
        estimator.labels_ = estimator.predict(z)
    total = ((sample - sample.mean(axis=0)) ** 2).sum() or 1.0
    return estimator, estimator.inertia_ / total
