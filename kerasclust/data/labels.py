"""Clusters of samples by their soft assignments."""

import numpy as np

from kerasclust.types import Array, Labels

UNKNOWN = -1  # label of a sample without an answer


def labels_of(q: Array) -> Labels:
    """Return the cluster of each sample, by its largest soft assignment.

    Args:
        q: soft assignments (n, k). Rows that are not finite belong to samples that the model cannot use.

    Returns:
        Integers (n,); `UNKNOWN` for a row that is not finite.

    Example:
        >>> labels_of(np.array([[0.9, 0.1], [np.nan, np.nan], [0.3, 0.7]])).tolist()
        [0, -1, 1]
    """
    q = np.asarray(q)
    return np.where(np.isfinite(q).all(axis=1), q.argmax(axis=1), UNKNOWN)
