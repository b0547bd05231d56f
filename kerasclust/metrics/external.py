"""How well a clustering agrees with known classes. For reporting: no method reads them.

A sample whose class is negative is not known and left out everywhere. A sample whose cluster is negative is noise
(HDBSCAN marks it -1): it counts as an error for the accuracy, and all noise together as one more cluster for the other
two.
"""

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from kerasclust.metrics.contingency import contingency_table
from kerasclust.metrics.matching import matched_weight


def clustering_accuracy(y, labels) -> float:
    """ACC: share of samples whose cluster is matched to their class, under the best one-to-one matching.

    With more clusters than classes, or fewer, those left over match nothing and their samples count as errors.

    Args:
        y: classes (n,), integers; negative means not known.
        labels: clusters (n,), integers; negative means noise.

    Returns:
        0 to 1; 1 if the clusters are the classes under other names.

    Raises:
        InputError: if the lengths differ, the arrays are not integer labels (n,), or no sample has a known class.

    Reference:
        The survey, section on evaluation metrics; Yang et al., "Image clustering using local discriminant models and
        global integration", 2010.

    Example:
        >>> clustering_accuracy([0, 0, 1, 1], [1, 1, 0, 1])
        0.75
    """
    counts, _, clusters = contingency_table(y, labels)
    return float(matched_weight(counts[:, clusters >= 0]) / counts.sum())


def normalized_mutual_information(y, labels) -> float:
    """NMI: mutual information of classes and clusters over the mean of their entropies.

    Args:
        y: classes (n,), integers; negative means not known.
        labels: clusters (n,), integers; negative means noise.

    Returns:
        0 (independent) to 1 (the same partition).

    Raises:
        InputError: as `clustering_accuracy`.

    Example:
        >>> round(normalized_mutual_information([0, 0, 1, 1], [5, 5, 3, 3]), 6)
        1.0
    """
    return float(normalized_mutual_info_score(*_expanded(y, labels)))


def adjusted_rand_index(y, labels) -> float:
    """ARI: share of sample pairs on which classes and clusters agree, corrected for chance.

    Args:
        y: classes (n,), integers; negative means not known.
        labels: clusters (n,), integers; negative means noise.

    Returns:
        1 for the same partition, about 0 for a random one, negative for worse than that (lowest: -.5).

    Raises:
        InputError: as `clustering_accuracy`.

    Reference:
        L. Hubert and P. Arabie, "Comparing partitions", 1985.

    Example:
        >>> adjusted_rand_index([0, 0, 1, 1], [5, 5, 3, 3])
        1.0
    """
    return float(adjusted_rand_score(*_expanded(y, labels)))


def external_scores(y, labels) -> dict[str, float]:
    """The three scores under the short names that tables use.

    Args:
        y: classes (n,), integers; negative means not known.
        labels: clusters (n,), integers; negative means noise.

    Returns:
        {"acc": ..., "nmi": ..., "ari": ...}

    Raises:
        InputError: as `clustering_accuracy`.

    Example:
        >>> external_scores([0, 1, 1], [1, 0, 0])
        {'acc': 1.0, 'nmi': 1.0, 'ari': 1.0}
    """
    return {
        "acc": clustering_accuracy(y, labels),
        "nmi": normalized_mutual_information(y, labels),
        "ari": adjusted_rand_index(y, labels),
    }


def _expanded(y, labels) -> tuple[np.ndarray, np.ndarray]:
    """Checked labels of the samples with a known class, with all noise in one cluster."""
    contingency_table(y, labels)  # for its checks
    y, labels = np.asarray(y), np.asarray(labels)
    known = y >= 0
    return y[known].astype("int64"), np.maximum(labels[known].astype("int64"), -1)
