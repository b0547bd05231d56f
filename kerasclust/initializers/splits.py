"""The start of a split latent space: seen without its scales, and the split that fits some clusters."""

import numpy as np
from sklearn.decomposition import PCA

NOTHING = 1e-6  # of the largest variance: directions with less are left out, there is nothing but rounding in them


def whitened(z):
    """Points in coordinates that are uncorrelated and have variance 1.

    Args:
        z: array (n, d).

    Returns:
        Array (n, m), with m <= d the number of directions that z varies in; (n, 1) of zeros where it does not vary.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(100, 2)) * [1.0, 30.0]
        >>> whitened(x).var(axis=0, ddof=1).round(3)
        array([1., 1.])
    """
    if not np.ptp(z, axis=0).any():
        return np.zeros((len(z), 1))
    pca, varied = _principal_components(z)
    return pca.transform(z)[:, varied]


def whitening(z):
    """P, with which `whitened(z)` is (z - mean) P.

    Args:
        z: array (n, d).

    Returns:
        Array (d, m); (d, 1) of zeros where z does not vary.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(100, 2)) * [1.0, 30.0]
        >>> np.allclose((x - x.mean(axis=0)) @ whitening(x), whitened(x))
        True
    """
    if not np.ptp(z, axis=0).any():
        return np.zeros((z.shape[1], 1))
    pca, varied = _principal_components(z)
    return (pca.components_[varied] / np.sqrt(pca.explained_variance_[varied])[:, None]).T


def _principal_components(z):
    """The fitted `sklearn.decomposition.PCA` of z (n, d), and which of its directions z varies in."""
    pca = PCA(whiten=True, svd_solver="covariance_eigh").fit(z)
    return pca, pca.explained_variance_ > NOTHING * pca.explained_variance_[0]


def best_split(z, means, labels):
    """V and beta_cs that fit clusters best, as far as the directions that the centers differ in tell.

    V are the eigenvectors of the scatter of the centers, as in SubKmeans. With V and the clusters constant, eq. 5 is
    sum_i beta_i^2 W_i + (1 - beta_i)^2 T_i, lowest at beta_i = T_i / (W_i + T_i): W_i is the variance of dimension i of
    V^T z within clusters, T_i that around the common mean.

    Args:
        z: points (n, d).
        means: of the clusters (k, d).
        labels: cluster of each point (n,).

    Returns:
        (V (d, d), orthogonal, the dimensions that tell most first; beta_cs (d,) in [1/2, 1]).

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
