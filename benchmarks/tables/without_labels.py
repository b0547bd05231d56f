"""What is found in the labelled sequence sets without their labels: clocks, lasting clusters, numbers of clusters."""

from typing import Any

import numpy as np

from benchmarks.tables.defaults import NO_CLOCK, kind_of
from benchmarks.tables.groups import n_groups
from benchmarks.tables.sequence_sets import SETS, load_set
from kerasclust.choosing import estimate_n_clusters
from kerasclust.choosing.persistence import LEAST_PAIRS, persistence, successors
from kerasclust.choosing.spaces import feature_space
from kerasclust.frontends.clock import shared_clock

COMPARED = ("variability", "statistics")  # the default front end without a clock, and the other one


def clocks() -> list[dict[str, Any]]:
    """Return the clock that the samples of each set share, found without labels.

    Returns:
        For each set of `SETS` {"data", "period": steps, "share", "by_chance", "evident"}.
    """
    found = []
    for data_name in SETS:
        clock = shared_clock(load_set(data_name).x)
        found.append({"data": data_name, **clock._asdict(), "evident": clock.is_evident})
    return found


def lasting() -> list[dict[str, Any]]:
    """Return how far clusters last from one sample of an origin to the next, without labels.

    Returns:
        For each set of `SETS` without a clock that has origins {"data", "pairs": number of pairs of samples, front end:
        `persistence`}, for the front ends `COMPARED`.
    """
    found = []
    for data_name in (name for name in SETS if kind_of(name) == NO_CLOCK):
        data = load_set(data_name)
        pairs = successors(() if data.groups is None else data.groups)
        if len(pairs[0]) >= LEAST_PAIRS:
            values = {name: persistence(feature_space(data.x, name), pairs) for name in COMPARED}
            found.append({"data": data_name, "pairs": len(pairs[0]), **values})
    return found


def numbers() -> list[dict[str, Any]]:
    """Estimate the number of clusters of each set.

    Returns:
        For each set of `SETS` {"data", "known": number of known groups, "estimate", "nearly": other numbers with nearly
        as much evidence, "space": where it was decided}.
    """
    found = []
    for data_name in SETS:
        data = load_set(data_name)
        number = estimate_n_clusters(data.x, verbose=0)
        row = {"data": data_name, "known": n_groups(np.asarray(data.y)), "estimate": number.n_clusters}
        found.append(row | {"nearly": number.nearly, "space": number.deciding.space})
    return found
