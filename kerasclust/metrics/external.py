"""Agreement of a clustering with known classes.

The scores are for reports: no method trains or chooses by them. A negative class means not known: the sample is left
out. A negative cluster means noise, as HDBSCAN marks it. Noise counts as an error for the accuracy. For the other two
scores all noise together counts as one more cluster.
"""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from kerasclust.metrics.contingency import as_labels, contingency_table
from kerasclust.metrics.matching import matched_weight
from kerasclust.types import Labels


def clustering_accuracy(y: ArrayLike, labels: ArrayLike) -> float:
    """Compute ACC, the share of samples whose cluster is matched to their class.

    The matching is the best one-to-one matching of clusters and classes. If their numbers differ, some match nothing
    and their samples count as errors.

    Args:
        y: classes (n,), integers; negative means not known.
        labels: clusters (n,), integers; negative means noise.

    Returns:
        Share from 0 to 1, 1 if the clusters are the classes under other names.

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


def normalized_mutual_information(y: ArrayLike, labels: ArrayLike) -> float:
    """Compute NMI, the mutual information of classes and clusters over their mean entropy.

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


def adjusted_rand_index(y: ArrayLike, labels: ArrayLike) -> float:
    """Compute ARI, the agreement of classes and clusters on pairs of samples.

    It is the share of pairs that are together in both or apart in both, corrected for chance.

    Args:
        y: classes (n,), integers; negative means not known.
        labels: clusters (n,), integers; negative means noise.

    Returns:
        1 for the same partition, about 0 for a random partition, at least -0.5.

    Raises:
        InputError: as `clustering_accuracy`.

    Reference:
        L. Hubert and P. Arabie, "Comparing partitions", 1985.

    Example:
        >>> adjusted_rand_index([0, 0, 1, 1], [5, 5, 3, 3])
        1.0
    """
    return float(adjusted_rand_score(*_expanded(y, labels)))


def external_scores(y: ArrayLike, labels: ArrayLike) -> dict[str, float]:
    """Compute ACC, NMI and ARI, under the short names of tables.

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


def _expanded(y: ArrayLike, labels: ArrayLike) -> tuple[Labels, Labels]:
    """Return classes and clusters of samples with a known class, all noise in one cluster."""
    contingency_table(y, labels)  # raises if they do not fit
    classes, clusters = as_labels(y, "y"), as_labels(labels, "labels")
    known = classes >= 0
    return classes[known], np.maximum(clusters[known], -1)
