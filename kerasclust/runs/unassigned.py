"""Samples without a cluster, and why they have none."""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.labels import UNKNOWN, labels_of
from kerasclust.types import Array

_NUMBERS = re.compile(r"\d[\d,.]*")


def reasons_of(q: Array, data: DataSet) -> list[str]:
    """Return why each sample has no cluster, "" for samples that have one.

    Args:
        q: soft assignments (n, k); rows that are not finite belong to samples without a cluster.
        data: the samples.

    Example:
        >>> data = DataSet("d", np.array([[1.0, 2.0], [np.inf, 0.0], [np.nan, 1.0]]))
        >>> reasons_of(np.array([[0.2, 0.8], [np.nan, np.nan], [np.nan, np.nan]]), data)
        ['', 'an infinite value', '50 % of the values are missing']
    """
    reasons = [""] * len(q)
    for place in np.flatnonzero(labels_of(q) == UNKNOWN).tolist():
        reasons[place] = _reason(np.asarray(data.x[place, : None if data.lengths is None else data.lengths[place]]))
    return reasons


def reasons_without_cluster(q: Array, data: DataSet) -> list[str]:
    """Return why samples have no cluster: those that were left out while reading, then those without an answer.

    Args:
        q: soft assignments (n, k).
        data: the samples.
    """
    left_out = [] if data.left_out is None else np.asarray(data.left_out.reasons).tolist()
    return left_out + [reason for reason in reasons_of(q, data) if reason]


def _reason(x: Array) -> str:
    """Return why a model has no answer for a sample x (...)."""
    if np.isinf(x).any():
        return "an infinite value"
    share = np.isnan(x).mean()
    if share == 1.0:
        return "no value was measured"
    return f"{np.ceil(100 * share - 1e-9):.0f} % of the values are missing" if share else "values that are too large"


def counted(reasons: Iterable[str]) -> list[tuple[int, str]]:
    """Return how often each kind of reason occurs with an example, the most frequent first.

    Args:
        reasons: why samples have no cluster; those that differ in their numbers alone are of one kind.

    Example:
        >>> counted(["30 % of the values are missing", "an infinite value", "41 % of the values are missing"])
        [(2, '30 % of the values are missing'), (1, 'an infinite value')]
    """
    examples: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    for reason in reasons:
        kind = _NUMBERS.sub("#", reason)
        kinds[kind] += 1
        examples.setdefault(kind, reason)
    return [(count, examples[kind]) for kind, count in kinds.most_common()]
