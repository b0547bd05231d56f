"""The table that every external metric is computed from: how many samples of each class are in each cluster."""

import numpy as np

from kerasclust.errors import InputError


def contingency_table(y, labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count the samples of each (class, cluster) pair.

    Args:
        y: classes (n,), integers; samples with a negative one are not known and left out.
        labels: clusters (n,), integers; negative means noise, a sample in no cluster.

    Returns:
        counts (classes, clusters), the class of each row and the cluster of each column, both ascending.

    Raises:
        InputError: if the lengths differ, the arrays are not integer labels (n,), or no sample has a known class.

    Example:
        >>> contingency_table([0, 0, 1], [5, 5, 7])
        (array([[2, 0],
               [0, 1]]), array([0, 1]), array([5, 7]))
    """
    y, labels = as_labels(y, "y"), as_labels(labels, "labels")
    if len(y) != len(labels):
        raise InputError(
            f"y has {len(y)} entries and labels {len(labels)}: there must be one of each for every sample."
        )
    known = y >= 0
    if not known.any():
        raise InputError("No sample has a known class (an entry of y from 0): there is nothing to compare with.")
    classes, rows = np.unique(y[known], return_inverse=True)
    clusters, columns = np.unique(labels[known], return_inverse=True)
    counts = np.zeros((len(classes), len(clusters)), "int64")
    np.add.at(counts, (rows, columns), 1)
    return counts, classes, clusters


def as_labels(values, what: str) -> np.ndarray:
    """`values` as integers (n,), or an `InputError` that calls them `what`.

    Example:
        >>> as_labels([1.0, -1.0], "labels")
        array([ 1, -1])
    """
    values = np.asarray(values)
    if values.ndim != 1:
        raise InputError(f"{what} must have shape (n,), found {values.shape}: of soft assignments take .argmax(-1).")
    if values.dtype.kind not in "biuf" or not np.all(values == np.floor(values)):
        raise InputError(f"{what} must be whole numbers, found dtype {values.dtype}: number the names first.")
    return values.astype("int64")
