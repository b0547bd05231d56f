"""Persistence: whether clusters last from one sample of an origin to the next."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score

from kerasclust.types import Array

N_PARTS = 8  # of k-means; the result is nearly the same for 4 and 16
LEAST_PAIRS = 100  # with fewer, a difference may be by chance
MOST_POINTS = 20_000  # to find the clusters in: enough for so few


def successors(origins: ArrayLike) -> tuple[Array, Array]:
    """Return the pairs of samples of one origin that follow one another.

    Args:
        origins: array (n,) of texts or numbers, the origin of each sample, in the order of time within an origin. None
            and NaN stand for an unknown origin, which has no pairs.

    Returns:
        (numbers of the samples (m,), numbers of the next ones (m,)).

    Example:
        >>> first, second = successors(["a", "b", None, "a", "a", None])
        >>> first.tolist(), second.tolist()
        ([0, 3], [3, 4])
    """
    seen: dict[object, int] = {}
    values = np.asarray(origins, dtype=object).tolist()
    numbers = np.array([-1 if v is None or v != v else seen.setdefault(v, len(seen)) for v in values], "int64")
    order = np.argsort(numbers, kind="stable")
    first, second = order[:-1], order[1:]
    same = (numbers[first] == numbers[second]) & (numbers[first] >= 0)
    return first[same], second[same]


def persistence(features: Array, pairs: tuple[Array, Array]) -> float:
    """Return how far clusters of k-means last from a sample to the next one of its origin.

    Args:
        features: array (n, d).
        pairs: result of `successors`.

    Returns:
        Adjusted mutual information of the clusters of the pairs: 1 if all last, about 0 by chance.

    Reference:
        Vinh, Epps and Bailey, "Information theoretic measures for clusterings comparison", JMLR 2010, for the
        adjustment for chance.

    Example:
        >>> x = np.array([[0.0], [9.0]]).repeat(4, axis=0)
        >>> round(persistence(x, successors([0, 0, 0, 0, 1, 1, 1, 1])), 4)
        1.0
    """
    some = features[:: -(-len(features) // MOST_POINTS)]
    n_parts = min(N_PARTS, len(np.unique(some, axis=0)))
    parts = KMeans(n_parts, n_init=3, random_state=0).fit(some).predict(features)
    first, second = pairs
    return float(adjusted_mutual_info_score(parts[first], parts[second]))
