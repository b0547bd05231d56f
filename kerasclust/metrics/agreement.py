"""Agreement of two clusterings, for the stability of a method over seeds."""

from numpy.typing import ArrayLike
from sklearn.metrics import adjusted_rand_score

from kerasclust.errors import InputError
from kerasclust.metrics.contingency import as_labels


def agreement(labels_a: ArrayLike, labels_b: ArrayLike) -> float:
    """Compute the adjusted Rand index of two clusterings of the same samples.

    The names and numbers of clusters may differ.

    Args:
        labels_a: clusters (n,), integers. Each negative label is a cluster like any other.
        labels_b: clusters (n,) of another run.

    Returns:
        1 for the same partition, about 0 for unrelated partitions.

    Raises:
        InputError: if the lengths differ or the arrays are not integer labels (n,).

    Example:
        >>> agreement([0, 0, 1, 1], [1, 1, 0, 0])
        1.0
    """
    a, b = as_labels(labels_a, "labels_a"), as_labels(labels_b, "labels_b")
    if len(a) != len(b):
        raise InputError(
            f"labels_a and labels_b must have one label for each sample, found {len(a)} and {len(b)} labels: "
            "pass two clusterings of the same samples."
        )
    return float(adjusted_rand_score(a, b))
