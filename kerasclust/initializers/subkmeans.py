"""SubKmeans: k-means together with the subspace of its clusters."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import kmeans_plusplus
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from kerasclust.errors import InputError
from kerasclust.initializers.tries import sampled
from kerasclust.types import Array, Labels


class SubspaceKMeans(TransformerMixin, ClusterMixin, BaseEstimator):
    """SubKmeans, which finds clusters and the subspace that separates them best.

    An orthogonal matrix V rotates the data. The first m dimensions are the cluster space, in which each point belongs
    to the nearest center. The other dimensions are the noise space, in which all points belong to the mean of the data.

    Each iteration assigns the points, then updates the centers, V and m. V has the eigenvectors of sum_j S_j - S_D,
    where S_j is the scatter matrix of cluster j and S_D is the scatter matrix of the data. The dimensions with a
    negative eigenvalue form the cluster space.

    The difference sum_j S_j - S_D is minus the scatter of the centers around the mean. A k x d matrix therefore gives
    the eigenvectors, instead of a d x d matrix. No eigenvalue is positive, and in general k - 1 eigenvalues are
    negative, even if some of them only reflect the sampling error of the means. `tolerance` counts small eigenvalues
    as 0.

    Args:
        n_clusters: number of clusters k.
        n_init: number of starts; the start with the lowest objective is kept.
        max_iter: largest number of iterations of a start.
        tolerance: share of the total scatter; eigenvalues of a smaller size count as 0. The paper allows for rounding
            errors only, as 1e-10 does. A dimension of the cluster space costs this share in the objective, and
            `inertia_` plus the cost never rises between iterations.
        random_state: seed of the starts. As in the paper, a start has a random rotation, m = d / 2, and centers by
            k-means++.

    Attributes:
        V_: orthogonal rotation (d, d); its first `cluster_dim_` columns span the cluster space.
        cluster_dim_: number of dimensions m of the cluster space.
        cluster_centers_: centers (k, d), not rotated.
        mean_: mean of the data (d,).
        labels_: cluster of each sample (n,).
        inertia_: sum of the squared distances to the centers in the cluster space, and to the mean in the noise space.
        objectives_: inertia plus the cost of the dimensions, after each iteration of the best start.
        n_iter_: number of iterations of the best start.

    Raises:
        InputError: `fit` got more clusters than samples.

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

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        n_init: int = 10,
        max_iter: int = 300,
        tolerance: float = 1e-3,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tolerance = tolerance
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> "SubspaceKMeans":
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

    def predict(self, X: Any) -> Labels:
        """Return the number of the nearest center in the cluster space (n,), for samples (n, d)."""
        return _nearest(self.transform(X), self.cluster_centers_ @ self.V_[:, : self.cluster_dim_])

    def transform(self, X: Any) -> Array:
        """Transform samples (n, d) to the cluster space (n, m)."""
        check_is_fitted(self)
        return validate_data(self, X, dtype="float64", reset=False) @ self.V_[:, : self.cluster_dim_]

    def _cost(self, x: Array) -> float:
        """Return the cost of one dimension of the cluster space."""
        return self.tolerance * (x**2).sum()

    def _start(self, x: Array, random: np.random.RandomState) -> tuple[Labels, Array, Array, Array]:
        """Return (labels, means, basis of the cluster space, objectives) of one start.

        Args:
            x: samples (n, d) with mean 0.
            random: random state of the start.
        """
        scatter, cost = (x**2).sum(), self._cost(x)
        dims = x.shape[1]
        basis = np.linalg.qr(random.normal(size=(dims, max(1, dims // 2))))[0]
        y = x @ basis
        labels = _nearest(y, kmeans_plusplus(y, self.n_clusters, random_state=random)[0])
        objectives: list[float] = []
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


def _nearest(y: Array, centers: Array) -> Labels:
    """Return the number of the nearest center (n,)."""
    # ||y - c||^2 without ||y||^2, which is the same for all centers
    return ((centers**2).sum(axis=1) - 2.0 * y @ centers.T).argmin(axis=1)


def _means(x: Array, labels: Labels, n_clusters: int) -> tuple[Array, Array]:
    """Return the means (k, d) and the sizes (k,) of the clusters."""
    n = len(x)
    members = csr_array((np.ones(n), (labels, np.arange(n))), shape=(n_clusters, n))
    counts = np.bincount(labels, minlength=n_clusters)
    return (members @ x) / np.maximum(counts, 1)[:, None], counts


def _cluster_space(means: Array, counts: Array, cost: float) -> tuple[Array, Array]:
    """Return a basis (d, m) of the cluster space, and minus its eigenvalues (m,).

    The largest values come first, and m is at least 1. sum_j S_j - S_D = -A'A, where A has the rows
    sqrt(n_j) (mu_j - mu_D). The eigenvalues are minus the squared singular values of A.
    """
    _, singular, directions = np.linalg.svd(np.sqrt(counts)[:, None] * means, full_matrices=False)
    eigenvalues = -(singular**2)
    m = max(1, np.count_nonzero(eigenvalues < -cost))
    return directions[:m].T, singular[:m] ** 2


def _without_empty(y: Array, labels: Labels, n_clusters: int) -> Labels:
    """Return labels with the farthest point from its center in each empty cluster."""
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


def _completed(basis: Array) -> Array:
    """Return an orthogonal matrix (d, d) whose first columns are a basis (d, m)."""
    dims, m = basis.shape
    rest = np.linalg.qr(np.hstack([basis, np.eye(dims)]))[0][:, m:dims]
    return np.hstack([basis, rest])


def fit_subkmeans(z: Array, n_clusters: int, seed: int) -> tuple[SubspaceKMeans, float]:
    """Fit SubKmeans from one start.

    With many points, SubKmeans is fitted to a random sample.

    Args:
        z: array (n, d).
        n_clusters: number of clusters k.
        seed: seed of the start.

    Returns:
        (fitted `SubspaceKMeans` with `labels_` (n,), score). The score is the inertia as a share of the total scatter.
    """
    sample = sampled(z)
    estimator = SubspaceKMeans(n_clusters, n_init=1, random_state=seed).fit(sample)
    if len(sample) < len(z):
        estimator.labels_ = estimator.predict(z)
    total = ((sample - estimator.mean_) ** 2).sum() or 1.0
    return estimator, estimator.inertia_ / total
