"""Families of runs: data can be grouped in more than one way, and runs that agree show one of them."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from kerasclust.choosing.ranking import ComparedRun
from kerasclust.types import Array

AGREE = 0.5  # adjusted Rand index: mean over the pairs of two families, from which they are one
WORTH = 0.5  # share of the best score by neighbors that the best run of a family has at least


def families_of(runs: Sequence[ComparedRun], matrix: Array) -> list[list[int]]:
    """Return families of runs that agree within and disagree between, as places of runs, best family first.

    Runs are joined by average linkage of their adjusted Rand indices. One run alone is no family, nor are runs that
    failed or whose clusters tell little about their neighbors.

    Args:
        runs: judged runs, best first.
        matrix: their `agreement_matrix`.

    Returns:
        Lists of places, each ascending. The chosen run is in the first one, even if no other run agrees with it.

    Example:
        >>> runs = [ComparedRun("m", i, [], scores={"neighbors": 1.0 - 0.1 * i}) for i in range(4)]
        >>> matrix = np.eye(4) + 0.9 * np.array([[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]])
        >>> families_of(runs, matrix)
        [[0, 2], [1, 3]]
    """
    if len(runs) == 1:
        return [[0]]
    distances = squareform(np.clip(1.0 - matrix, 0.0, None), checks=False)
    number = fcluster(linkage(distances, "average"), 1.0 - AGREE, criterion="distance")
    least = WORTH * runs[0].scores["neighbors"]
    found = []
    for one in dict.fromkeys(number.tolist()):  # in the order of their best runs
        places = [place for place in np.flatnonzero(number == one).tolist() if not runs[place].failed]
        is_first = 0 in places
        if is_first or (len(places) > 1 and runs[places[0]].scores["neighbors"] >= least):
            found.append(places)
    return found or [[0]]
