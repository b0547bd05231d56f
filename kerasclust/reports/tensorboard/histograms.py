"""Histograms for TensorBoard, in time and memory that are linear in the values."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf
from tensorboard.plugins.histogram import metadata

from kerasclust.inspection.clustered_space import group_means
from kerasclust.types import Array, Labels

BINS = 30  # of a histogram, as in `tf.summary.histogram`


def write_histograms(values: Mapping[str, Array]) -> None:
    """Write a histogram of each array to the default writer, at the default step.

    `tf.summary.histogram` needs 240 bytes a value, and a hundredth of a second for a column.

    Args:
        values: {tag: numbers of any shape}; numbers that are not finite are left out.
    """
    about = metadata.create_summary_metadata(display_name=None, description=None)
    for tag, numbers in values.items():
        tf.summary.write(tag, _bins(np.asarray(numbers, "float64").ravel()), metadata=about)


def _bins(numbers: Array) -> Array:
    """Return the left edge, the right edge and the count of each bin (BINS, 3)."""
    counts, edges = np.histogram(numbers[np.isfinite(numbers)], BINS)
    return np.column_stack([edges[:-1], edges[1:], counts])


def telling_dims(points: Array, labels: Labels | None, most: int) -> Labels:
    """Return the dimensions in which clusters differ most, in ascending order.

    The measure is the share of a dimension's variance that lies between the clusters; without clusters it is the
    variance.

    Args:
        points: array (n, d).
        labels: clusters, integers (n,), or None.
        most: largest number of dimensions.

    Example:
        >>> points = np.array([[0.0, 1.0, 9.0], [5.0, 1.0, 9.0], [0.0, 3.0, 9.0], [5.0, 3.1, 9.0]])
        >>> telling_dims(points, np.array([0, 0, 1, 1]), 1).tolist(), telling_dims(points, None, 1).tolist()
        ([1], [0])
    """
    if points.shape[1] <= most:
        return np.arange(points.shape[1])
    variance = points.var(axis=0, dtype="float64")
    strength = variance
    if labels is not None:
        sizes = np.bincount(labels)
        apart = (group_means(points, labels, len(sizes)) - points.mean(axis=0, dtype="float64")) ** 2
        between = np.nansum(apart * sizes[:, None], axis=0) / len(points)
        strength = between / np.where(variance > 0, variance, np.inf)
    return np.sort(np.argsort(-np.nan_to_num(strength), kind="stable")[:most])
