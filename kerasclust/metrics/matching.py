"""Best one-to-one matching of clusters and classes."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from kerasclust.metrics.contingency import as_labels, contingency_table
from kerasclust.types import Array, Labels


def matched_weight(counts: Array) -> float:
    """Compute the largest number of samples in a one-to-one matching of rows and columns.

    Args:
        counts: numbers of samples, or sums of weights, (classes, clusters). The two lengths may differ.

    Reference:
        H. W. Kuhn, "The Hungarian method for the assignment problem", 1955 (SciPy's solver is Jonker and Volgenant's).

    Example:
        >>> int(matched_weight(np.array([[0, 5], [4, 1]])))
        9
    """
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return float(counts[rows, columns].sum())


def best_matching(y: ArrayLike, labels: ArrayLike) -> Labels:
    """Rename each cluster to the class that it is matched to, for confusion matrices and colors.

    `clustering_accuracy` has the same matching, so (result == y).mean() is the accuracy. If there are more clusters
    than classes, a cluster without a class gets a number above the highest class.

    Args:
        y: classes (n,). Samples with a negative class do not influence the matching.
        labels: clusters (n,). Negative labels mean noise and become -1.

    Returns:
        Renamed labels, int64 array (n,).

    Raises:
        InputError: as `clustering_accuracy`.

    Example:
        >>> best_matching([0, 0, 1, 1], [7, 7, 3, 5])
        array([0, 0, 1, 2])
    """
    counts, classes, clusters = contingency_table(y, labels)
    in_cluster = clusters >= 0
    counts, clusters = counts[:, in_cluster], clusters[in_cluster]
    rows, columns = linear_sum_assignment(counts, maximize=True)
    names = dict(zip(clusters[columns].tolist(), classes[rows].tolist(), strict=True))
    old = as_labels(labels, "labels")
    free = int(classes.max()) + 1
    for cluster in np.unique(old[old >= 0]).tolist():
        if cluster not in names:
            names[cluster] = free
            free += 1
    return np.array([names.get(label, -1) for label in old.tolist()], np.int64)
