"""Projection of points of any dimension to the two axes of a plot."""

import numpy as np
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from kerasclust.types import Array

EXACT = 100  # number of points or of dimensions up to which the decomposition is exact


class Projection:
    """Map of points to two dimensions, with labels for the axes.

    Points of two dimensions are shown as they are, points of more dimensions by their first two principal components.
    Points of one dimension are spread along the other axis at random, to be legible.

    Args:
        points: array (n, d) that determines the projection.
        name: name of the space in the labels.
    """

    basis: Array | None
    center: Array | None
    labels: tuple[str, str]

    def __init__(self, points: Array, name: str) -> None:
        dim = points.shape[1]
        self.basis = self.center = None
        if dim == 1:
            self.labels = (name, "(spread at random)")
        elif dim == 2:
            self.labels = (f"{name}, dimension 1", f"{name}, dimension 2")
        else:
            self.center = points.mean(axis=0)
            self.basis, shares = principal_axes(points - self.center)
            first, second = (
                f"{name}, principal component {i + 1} of {dim:,}\n({100 * share:.0f}% of the variance)"
                for i, share in enumerate(shares)
            )
            self.labels = (first, second)

    def __call__(self, points: Array) -> Array:
        """Return points (n, d) as (n, 2)."""
        if points.shape[1] == 1:
            return np.column_stack([points[:, 0], np.random.default_rng(0).uniform(-1, 1, len(points))])
        return points if self.basis is None else (points - self.center) @ self.basis


def principal_axes(centered: Array) -> tuple[Array, Array]:
    """Return the first two principal axes of centered points, and their shares of the variance.

    The cost is linear in the larger one of n and d. The sign of an axis makes its entry of largest magnitude positive.

    Args:
        centered: array (n, d), d > 1, with mean 0.

    Returns:
        Axes (d, 2), of which the second is 0 for a single point, and shares (2,).

    Example:
        >>> axes, shares = principal_axes(np.array([[-3.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
        >>> axes[:, 0].tolist(), shares.round(3).tolist()
        ([1.0, 0.0, 0.0], [1.0, 0.0])
    """
    centered = np.asarray(centered, "float64")
    if min(centered.shape) <= EXACT:
        _, deviations, axes = np.linalg.svd(centered, full_matrices=False)
    else:
        with threadpool_limits(1):  # threads wait for each other longer than they compute
            _, deviations, axes = randomized_svd(centered, 2, n_iter=4, random_state=0)
    basis, variances = np.zeros((centered.shape[1], 2)), np.zeros(2)
    found = axes[:2].T
    signs = np.sign(found[np.abs(found).argmax(axis=0), range(found.shape[1])])
    basis[:, : found.shape[1]] = found * np.where(signs == 0, 1.0, signs)
    variances[: len(deviations[:2])] = deviations[:2] ** 2
    return basis, variances / max(float((centered**2).sum()), 1e-12)
