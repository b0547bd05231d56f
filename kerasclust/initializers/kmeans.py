"""k-means starting centers."""

from sklearn.cluster import KMeans


def kmeans_centers(z, n_clusters, seed, n_init=20):
    """Centers of the best of `n_init` k-means fits.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the fits.
        n_init: number of fits; the lowest sum of squared distances wins.

    Returns:
        (centers (k, d), labels (n,)).
    """
    fitted = KMeans(n_clusters, n_init=n_init, random_state=seed).fit(z)
    return fitted.cluster_centers_.astype("float32"), fitted.labels_
