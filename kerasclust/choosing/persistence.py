"""Persistence: whether clusters last from one sample of an origin to the next."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score

from kerasclust.types import Array

N_PARTS = 8  # of k-means; the result is nearly the same for 4 and 16
LEAST_PAIRS = 100  # with fewer, a difference may be by chance


def successors(origins: ArrayLike) -> tuple[Array, Array]:
    """Return (samples (m,), next samples (m,)): the pairs of samples of one origin that follow one another.

    Args:
        origins: array (n,), the origin of each sample, in the order of time within an origin.

    Example:
        >>> first, second = successors(["a", "b", "a", "a"])
        >>> first.tolist(), second.tolist()
        ([0, 2], [2, 3])
    """
    _, numbers = np.unique(np.asarray(origins), return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    first, second = order[:-1], order[1:]
    same = numbers[first] == numbers[second]
    return first[same], second[same]


def persistence(features: Array, pairs: tuple[Array, Array]) -> float:
    """Return how far clusters of k-means last from a sample to the next one of its origin.

    Args:
        features: array (n, d).
        pairs: result of `successors`.

    Returns:
        Adjusted mutual information of the clusters of the pairs: 1 if all last, about 0 by chance.
    """
    parts = KMeans(min(N_PARTS, len(features)), n_init=3, random_state=0).fit_predict(features)
    first, second = pairs
    return float(adjusted_mutual_info_score(parts[first], parts[second]))
