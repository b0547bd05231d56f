"""What figures show of a model: the points of its latent space, its parts, and the clusters in it."""

from dataclasses import dataclass

import numpy as np

from kerasclust.data.pipeline import in_batches


@dataclass(frozen=True)
class ClusteredSpace:
    """Samples as a model sees them.

    Args:
        z: latent points (n, d).
        z_c: their part that is clustered (n, a); all of z for a model with one latent space.
        z_r: the rest (n, d - a); no columns for a model with one latent space.
        q: soft assignments (n, k).
        centers: cluster centers in z_c (k, a); NaN for an empty cluster of a model without centers.
    """

    z: np.ndarray
    z_c: np.ndarray
    z_r: np.ndarray
    q: np.ndarray
    centers: np.ndarray

    @property
    def labels(self):
        """Cluster of each sample, integers (n,)."""
        return self.q.argmax(axis=1)

    @property
    def n_clusters(self):
        """Number of clusters k."""
        return self.q.shape[1]


def clustered_space(model, x) -> ClusteredSpace:
    """Encode samples and assign them to clusters.

    Args:
        model: a fitted `DeepClusteringModel`.
        x: raw samples (n, ...).

    Returns:
        ClusteredSpace.

    Raises:
        InputError: the model is not fitted, or to samples of another shape.
    """
    z = model.encode(x)
    q = in_batches(model.traced(model.soft_assignment), z)
    z_c, z_r = model.split(z) if hasattr(model, "split") else (z, z[:, :0])
    return ClusteredSpace(z, z_c, z_r, q, _centers(model, z_c, q))


def _centers(model, z_c, q):
    centers = getattr(getattr(model, "assignment", None), "centers", None)
    if centers is not None and tuple(centers.shape) == (q.shape[1], z_c.shape[1]):
        return np.asarray(centers)
    return group_means(z_c, q.argmax(axis=1), q.shape[1])


def group_means(values, labels, n_groups):
    """Mean of the rows of each group; NaN for a group without rows.

    Args:
        values: array (n, c).
        labels: integers (n,), each below `n_groups`.
        n_groups: number of groups k.

    Returns:
        float64 array (k, c).

    Example:
        >>> group_means(np.array([[1.0], [3.0], [9.0]]), np.array([0, 0, 1]), 2).tolist()
        [[2.0], [9.0]]
    """
    sums = np.zeros((n_groups, values.shape[1]))
    np.add.at(sums, labels, values)
    sizes = np.bincount(labels, minlength=n_groups).astype(float)
    return sums / np.where(sizes > 0, sizes, np.nan)[:, None]
