"""Points of any dimension on the two axes of a plot."""

import numpy as np


class Projection:
    """Shows points in two dimensions, and names the axes after what they show.

    Two dimensions are shown as they are, more by their first two principal components; a single one is spread along
    the other axis at random, for legibility.

    Args:
        points: array (n, d) that the projection is made for.
        name: of the space, for the axes.
    """

    def __init__(self, points, name):
        dim = points.shape[1]
        self.basis = self.center = None
        if dim == 1:
            self.labels = (name, "(spread at random)")
        elif dim == 2:
            self.labels = (f"{name}, dimension 1", f"{name}, dimension 2")
        else:
            self.center = points.mean(axis=0)
            values, vectors = np.linalg.eigh(np.cov((points - self.center).T.astype("float64")))
            self.basis = vectors[:, [-1, -2]]
            shares = values[[-1, -2]] / max(values.sum(), 1e-12)
            self.labels = tuple(
                f"{name}, principal component {i + 1} of {dim:,}\n({100 * share:.0f}% of the variance)"
                for i, share in enumerate(shares)
            )

    def __call__(self, points):
        """Points (n, d) as (n, 2)."""
        if points.shape[1] == 1:
            return np.column_stack([points[:, 0], np.random.default_rng(0).uniform(-1, 1, len(points))])
        return points if self.basis is None else (points - self.center) @ self.basis
