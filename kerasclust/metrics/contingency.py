"""Contingency table of classes and clusters, from which external metrics are computed."""

import numpy as np
from numpy.typing import ArrayLike

from kerasclust.errors import InputError
from kerasclust.types import Array, Labels


def contingency_table(y: ArrayLike, labels: ArrayLike) -> tuple[Array, Labels, Labels]:
    """Count the samples of each (class, cluster) pair.

    Args:
        y: classes (n,), integers. A negative class means not known: the sample is left out.
        labels: clusters (n,), integers. A negative label means noise, a sample in no cluster.

    Returns:
        Counts (classes, clusters), the class of each row and the cluster of each column, both ascending.

    Raises:
        InputError: if the lengths differ, the arrays are not integer labels (n,), or no sample has a known class.

    Example:
        >>> contingency_table([0, 0, 1], [5, 5, 7])
        (array([[2, 0],
               [0, 1]]), array([0, 1]), array([5, 7]))
    """
    of_samples, in_clusters = as_labels(y, "y"), as_labels(labels, "labels")
    if len(of_samples) != len(in_clusters):
        raise InputError(
            f"y has {len(of_samples)} entries and labels has {len(in_clusters)}: pass one of each for every sample."
        )
    known = of_samples >= 0
    if not known.any():
        raise InputError(
            "y has no known class: all entries are negative, or there are none. Pass the class of at least one sample."
        )
    classes, rows = np.unique(of_samples[known], return_inverse=True)
    clusters, columns = np.unique(in_clusters[known], return_inverse=True)
    counts = np.zeros((len(classes), len(clusters)), "int64")
    np.add.at(counts, (rows, columns), 1)
    return counts, classes, clusters


def as_labels(values: ArrayLike, what: str) -> Labels:
    """Return labels as an int64 array (n,).

    Args:
        values: whole numbers (n,) of any number type.
        what: name of the argument, for the error.

    Raises:
        InputError: if the values are not whole numbers of shape (n,).

    Example:
        >>> as_labels([1.0, -1.0], "labels")
        array([ 1, -1])
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise InputError(f"{what} must have shape (n,), found {array.shape}: pass .argmax(-1) of soft assignments.")
    if array.dtype.kind not in "biuf" or not np.all(array == np.floor(array)):
        raise InputError(f"{what} must be whole numbers, found dtype {array.dtype}: replace names by numbers first.")
    return array.astype(np.int64)
