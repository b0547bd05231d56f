"""Start of a split latent space: whitened points, and the best split for given clusters."""

import numpy as np
from sklearn.decomposition import PCA

from kerasclust.types import Array, Labels

NOTHING = 1e-6  # share of the largest variance; directions with less variance hold rounding errors only


def whitened(z: Array) -> Array:
    """Transform points to uncorrelated coordinates of variance 1.

    Args:
        z: array (n, d).

    Returns:
        Array (n, m), where m <= d is the number of directions in which z varies; zeros (n, 1) if z is constant.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(100, 2)) * [1.0, 30.0]
        >>> whitened(x).var(axis=0, ddof=1).round(3)
        array([1., 1.])
    """
    if not np.ptp(z, axis=0).any():
        return np.zeros((len(z), 1))
    pca = PCA(whiten=True, svd_solver="covariance_eigh").fit(z)
    return pca.transform(z)[:, pca.explained_variance_ > NOTHING * pca.explained_variance_[0]]


def best_split(z: Array, means: Array, labels: Labels) -> tuple[Array, Array]:
    """Compute V and beta_cs that fit given clusters.

    V has the eigenvectors of the scatter of the centers, as in SubKmeans. With V and the clusters constant, eq. 5 is
    sum_i beta_i^2 W_i + (1 - beta_i)^2 T_i. W_i is the variance of dimension i of V^T z within clusters, and T_i is the
    variance around the common mean. The minimum is at beta_i = T_i / (W_i + T_i).

    Args:
        z: points (n, d).
        means: means of the clusters (k, d).
        labels: cluster of each point (n,).

    Returns:
        (V (d, d), beta_cs (d,)). V is orthogonal, and the centers differ most in its first dimensions. The values of
        beta_cs lie in [1/2, 1].

    Reference:
        ACe/DeC paper, eq. 5 and section 2.1; D. Mautz et al., "Towards an optimal subspace for k-means", KDD 2017.
    """
    z, means = np.asarray(z, "float64"), np.asarray(means, "float64")
    mean = z.mean(axis=0)
    apart = (means - mean)[labels]
    v = np.linalg.eigh(apart.T @ apart)[1][:, ::-1]
    within = np.mean(((z - means[labels]) @ v) ** 2, axis=0)
    total = np.mean(((z - mean) @ v) ** 2, axis=0)
    both = within + total
    return v, np.divide(total, both, out=np.full(len(both), 0.5), where=both > 0)
