"""SubKmeans: k-means together with the subspace that its clusters lie in."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import kmeans_plusplus
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from kerasclust.errors import InputError
from kerasclust.initializers.tries import sampled


class SubspaceKMeans(TransformerMixin, ClusterMixin, BaseEstimator):
    """k-means in the subspace that shows its clusters best, found at the same time: SubKmeans.

    The data are rotated by an orthogonal V. In the first m dimensions, the cluster space, points belong to the nearest
    center; in all others, the noise space, to the mean of the data. Every iteration assigns the points, then takes new
    centers, and V and m from the eigenvectors of sum_j S_j - S_D: S_j is the scatter matrix of cluster j, S_D that of
    the data, and dimensions with a negative eigenvalue make the cluster space.

    That difference is minus the scatter of the centers around the mean. So its eigenvectors come from a k x d matrix
    instead of a d x d one; it has no positive eigenvalue, and k - 1 negative ones however the clusters lie, the last
    of which may say nothing but that no mean of a sample is exact. `tolerance` counts those as 0.

    Args:
        n_clusters: number of clusters k.
        n_init: starts, of which the one with the lowest `inertia_` is kept.
        max_iter: iterations of a start at most.
        tolerance: eigenvalues above minus this share of the total scatter count as 0. The paper means rounding errors
            only; 1e-10 gives its m. A dimension costs this share: `inertia_` plus that cost never rises.
        random_state: seed of the starts: a random rotation, m = d / 2 and centers by k-means++, as in the paper.

    Attributes:
        V_: rotation (d, d), orthogonal; its first `cluster_dim_` columns span the cluster space.
        cluster_dim_: m.
        cluster_centers_: centers (k, d), not rotated.
        mean_: mean of the data (d,).
        labels_: cluster of each sample (n,).
        inertia_: the objective: squared distances to the centers in the cluster space and to the mean in the rest.
        objectives_: inertia and cost of the dimensions after each iteration of the start that was kept.
        n_iter_: its number of iterations.

    Raises:
        InputError: in `fit`, more clusters than samples.

    Reference:
        D. Mautz, W. Ye, C. Plant, C. Boehm, "Towards an optimal subspace for k-means", KDD 2017, algorithm 1.

    Example:
        >>> random = np.random.default_rng(0)
        >>> x = random.normal(size=(90, 5))
        >>> x[:, 0] += 20.0 * (np.arange(90) % 2)
        >>> found = SubspaceKMeans(2, random_state=0).fit(x)
        >>> found.cluster_dim_, found.transform(x).shape, np.bincount(found.labels_).tolist()
        (1, (90, 1), [45, 45])
    """

    def __init__(self, n_clusters=8, *, n_init=10, max_iter=300, tolerance=1e-3, random_state=None):
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tolerance = tolerance
        self.random_state = random_state

    def fit(self, X, y=None):
        """Find clusters and their subspace.

        Args:
            X: samples (n, d).
            y: not used.

        Returns:
            The estimator.
        """
        X = validate_data(self, X, dtype="float64")
        if len(X) < self.n_clusters:
            raise InputError(f"n_samples={len(X)} should be >= n_clusters={self.n_clusters}.")
        random = check_random_state(self.random_state)
        self.mean_ = X.mean(axis=0)
        centered = X - self.mean_
        starts = [self._start(centered, random) for _ in range(self.n_init)]
        self.labels_, means, basis, self.objectives_ = min(starts, key=lambda start: start[-1][-1])
        self.cluster_dim_ = basis.shape[1]
        self.cluster_centers_ = means + self.mean_
        self.V_ = _completed(basis)
        self.inertia_ = self.objectives_[-1] - self._cost(centered) * self.cluster_dim_
        self.n_iter_ = len(self.objectives_)
        return self

    def predict(self, X):
        """Nearest center in the cluster space, integers (n,), of samples (n, d)."""
        return _nearest(self.transform(X), self.cluster_centers_ @ self.V_[:, : self.cluster_dim_])

    def transform(self, X):
        """Samples (n, d) in the cluster space (n, m)."""
        check_is_fitted(self)
        return validate_data(self, X, dtype="float64", reset=False) @ self.V_[:, : self.cluster_dim_]

    def _cost(self, x):
        return self.tolerance * (x**2).sum()

    def _start(self, x, random):
        """(labels, means, basis of the cluster space, objectives) from one start, for x with mean 0."""
        scatter, cost = (x**2).sum(), self._cost(x)
        dims = x.shape[1]
        basis = np.linalg.qr(random.normal(size=(dims, max(1, dims // 2))))[0]
        y = x @ basis
        labels = _nearest(y, kmeans_plusplus(y, self.n_clusters, random_state=random)[0])
        objectives = []
        for _ in range(self.max_iter):
            labels = _without_empty(y, labels, self.n_clusters)
            means, counts = _means(x, labels, self.n_clusters)
            basis, explained = _cluster_space(means, counts, cost)
            objectives.append(scatter - explained.sum() + cost * len(explained))
            y = x @ basis
            previous, labels = labels, _nearest(y, means @ basis)
            if np.array_equal(labels, previous):
                break
        return labels, means, basis, np.array(objectives)


def _nearest(y, centers):
    """Number of the nearest center (n,): ||y - c||^2 without ||y||^2, which is the same for all centers."""
    return ((centers**2).sum(axis=1) - 2.0 * y @ centers.T).argmin(axis=1)


def _means(x, labels, n_clusters):
    """Means (k, d) and sizes (k,) of the clusters."""
    n = len(x)
    members = csr_array((np.ones(n), (labels, np.arange(n))), shape=(n_clusters, n))
    counts = np.bincount(labels, minlength=n_clusters)
    return (members @ x) / np.maximum(counts, 1)[:, None], counts


def _cluster_space(means, counts, cost):
    """Basis (d, m) of the cluster space and minus the eigenvalues (m,) of its dimensions, largest first; m >= 1.

    sum_j S_j - S_D = -A'A for A with the rows sqrt(n_j) (mu_j - mu_D), whose squared singular values are wanted.
    """
    _, singular, directions = np.linalg.svd(np.sqrt(counts)[:, None] * means, full_matrices=False)
    eigenvalues = -(singular**2)
    m = max(1, np.count_nonzero(eigenvalues < -cost))
    return directions[:m].T, singular[:m] ** 2


def _without_empty(y, labels, n_clusters):
    """Labels where each empty cluster has got the point that lies farthest from its own center."""
    counts = np.bincount(labels, minlength=n_clusters)
    if counts.all():
        return labels
    labels = labels.copy()
    means, _ = _means(y, labels, n_clusters)
    distances = ((y - means[labels]) ** 2).sum(axis=1)
    for empty in np.flatnonzero(counts == 0):
        farthest = np.where(counts[labels] > 1, distances, -1.0).argmax()
        counts[labels[farthest]] -= 1
        labels[farthest], counts[empty], distances[farthest] = empty, 1, 0.0
    return labels


def _completed(basis):
    """Orthogonal matrix (d, d) that starts with the columns of a basis (d, m)."""
    dims, m = basis.shape
    rest = np.linalg.qr(np.hstack([basis, np.eye(dims)]))[0][:, m:dims]
    return np.hstack([basis, rest])


def fit_subkmeans(z, n_clusters, seed):
    """SubKmeans from one start, of a sample where there are many points.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: of the start.

    Returns:
        (fitted `SubspaceKMeans`, score): the share of the scatter that its objective leaves.
    """
    sample = sampled(z)
    estimator = SubspaceKMeans(n_clusters, n_init=1, random_state=seed).fit(sample)
    if len(sample) < len(z):
        estimator.labels_ = estimator.predict(z)
    total = ((sample - estimator.mean_) ** 2).sum() or 1.0
    return estimator, estimator.inertia_ / total
