"""A fitted model's view of samples: latent points, soft assignments and cluster centers."""

from dataclasses import dataclass, replace

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.data.selection import taken
from kerasclust.errors import InputError
from kerasclust.inspection.fitted import FittedModel
from kerasclust.types import Array, Labels


@dataclass(frozen=True)
class ClusteredSpace:
    """Latent points and clusters of samples, computed once and shared by all that need them.

    The rows of samples that the model cannot use are NaN, and their label is -1.

    Args:
        z: latent points (n, d).
        z_c: clustered part of the latent points (n, a); equal to z for a model with one latent space.
        z_r: rest of the latent points (n, d - a); no columns for a model with one latent space.
        q: soft assignments (n, k).
        centers: cluster centers in z_c (k, a); NaN for an empty cluster of a model without centers.
        sigma: standard deviation of the Gaussian prior of z_r.
    """

    z: Array
    z_c: Array
    z_r: Array
    q: Array
    centers: Array
    sigma: float = 1.0

    @property
    def labels(self) -> Labels:
        """Cluster of each sample, integers (n,); -1 for a sample that the model cannot use."""
        return labels_of(self.q)

    @property
    def known(self) -> Labels:
        """Numbers of the samples that the model can use, integers (m,)."""
        return np.flatnonzero(self.labels >= 0)

    @property
    def n_clusters(self) -> int:
        """Number of clusters k."""
        return self.q.shape[1]

    def taken(self, index: Labels) -> "ClusteredSpace":
        """Return the space of some samples, with the centers of all.

        Args:
            index: numbers of the samples, integers (m,).

        Example:
            >>> z, q = np.arange(3.0)[:, None], np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
            >>> ClusteredSpace(z, z, z[:, :0], q, z[:2]).taken(np.array([1, 2])).labels.tolist()
            [1, 0]
        """
        rows = {name: getattr(self, name)[index] for name in ("z", "z_c", "z_r", "q")}
        return replace(self, **rows)


def clustered_space(model: FittedModel, x: Array) -> ClusteredSpace:
    """Encode samples and assign them to clusters.

    Args:
        model: a fitted `DeepClusteringModel`.
        x: raw samples (n, ...).

    Returns:
        ClusteredSpace.

    Raises:
        InputError: the model is not fitted, was fitted to samples of another shape, or has no answer at all.
    """
    z = model.encode(x)
    q = in_batches(model.traced(model.soft_assignment), z)
    q = np.where(np.isfinite(z).all(axis=1, keepdims=True), q, np.nan).astype(q.dtype)
    check_finite(q)
    z_c, z_r = (np.asarray(part) for part in model.split(z))
    return ClusteredSpace(z, z_c, z_r, q, _centers(model, z_c, q), getattr(model, "sigma", 1.0))


def check_finite(q: Array) -> None:
    """Check that a model assigned some samples.

    Args:
        q: soft assignments (n, k); the rows of samples that the model cannot use are NaN.

    Raises:
        InputError: no sample has an assignment.
    """
    if not np.isfinite(q).all(axis=1).any():
        raise InputError(
            "The model has no answer for any sample: too many values are missing or infinite, the values are too "
            "large, or the model is damaged."
        )


def known_part(data: DataSet, space: ClusteredSpace) -> tuple[DataSet, ClusteredSpace]:
    """Return data and space of the samples that a model can use.

    Args:
        data: samples (n, ...).
        space: their `ClusteredSpace`.
    """
    known = space.known
    return (data, space) if len(known) == len(data) else (taken(data, known), space.taken(known))


def _centers(model: FittedModel, z_c: Array, q: Array) -> Array:
    """Return the centers (k, a) of the model, or the means of its clusters where it has no centers in this space."""
    centers = getattr(getattr(model, "assignment", None), "centers", None)
    if centers is not None and tuple(centers.shape) == (q.shape[1], z_c.shape[1]):
        return np.asarray(centers)
    return group_means(z_c, labels_of(q), q.shape[1])


def group_means(values: Array, labels: Labels, n_groups: int) -> Array:
    """Return the mean of the rows of each group; NaN for a group without rows.

    Missing values (NaN) do not count.

    Args:
        values: array (n, c).
        labels: integers (n,), each below `n_groups`; a negative label is no group.
        n_groups: number of groups k.

    Returns:
        float64 array (k, c).

    Example:
        >>> group_means(np.array([[1.0], [3.0], [9.0]]), np.array([0, 0, 1]), 2).tolist()
        [[2.0], [9.0]]
    """
    means = np.full((n_groups, values.shape[1]), np.nan)
    for group in np.unique(labels[labels >= 0]):
        rows = values[labels == group]
        counts = np.sum(~np.isnan(rows), axis=0)
        means[group] = np.where(counts, np.nansum(rows, axis=0, dtype="float64") / np.maximum(counts, 1), np.nan)
    return means
