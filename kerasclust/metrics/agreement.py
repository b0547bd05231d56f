"""How much two clusterings agree, for the stability of a method over seeds."""

from sklearn.metrics import adjusted_rand_score

from kerasclust.errors import InputError
from kerasclust.metrics.contingency import as_labels


def agreement(labels_a, labels_b) -> float:
    """Adjusted Rand index of two clusterings of the same samples; the names and numbers of clusters may differ.

    Args:
        labels_a: clusters (n,), integers; each negative label is a cluster like any other.
        labels_b: clusters (n,) of another run.

    Returns:
        1 for the same partition, about 0 for unrelated ones.

    Raises:
        InputError: if the lengths differ or the arrays are not integer labels (n,).

    Example:
        >>> agreement([0, 0, 1, 1], [1, 1, 0, 0])
        1.0
    """
    labels_a, labels_b = as_labels(labels_a, "labels_a"), as_labels(labels_b, "labels_b")
    if len(labels_a) != len(labels_b):
        raise InputError(f"Two clusterings of the same samples: found {len(labels_a)} and {len(labels_b)} labels.")
    return float(adjusted_rand_score(labels_a, labels_b))
