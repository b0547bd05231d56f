"""The best one-to-one matching of clusters and classes."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from kerasclust.metrics.contingency import as_labels, contingency_table


def matched_weight(counts: np.ndarray) -> float:
    """The most samples that a one-to-one matching of rows and columns covers.

    Args:
        counts: (classes, clusters), samples or sums of weights; the two numbers may differ.

    Reference:
        H. W. Kuhn, "The Hungarian method for the assignment problem", 1955 (SciPy's solver is Jonker and Volgenant's).

    Example:
        >>> int(matched_weight(np.array([[0, 5], [4, 1]])))
        9
    """
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return counts[rows, columns].sum()


def best_matching(y, labels) -> np.ndarray:
    """`labels` with each cluster renamed to the class that it matches best, for confusion matrices and colors.

    The matching is the one of `clustering_accuracy`, so that (result == y).mean() is the accuracy. A cluster that is
    left without a class, because there are more clusters than classes, gets a number above the highest class.

    Args:
        y: classes (n,); samples with a negative one are renamed but do not count.
        labels: clusters (n,); negative means noise and stays -1.

    Returns:
        int64 array (n,).

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
    labels = as_labels(labels, "labels")
    free = int(classes.max()) + 1
    for cluster in np.unique(labels[labels >= 0]).tolist():
        if cluster not in names:
            names[cluster] = free
            free += 1
    return np.array([names.get(label, -1) for label in labels.tolist()], "int64")
