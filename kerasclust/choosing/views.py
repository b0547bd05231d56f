"""Views of the data: the ways in which compared runs group it, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kerasclust.choosing.families import families_of
from kerasclust.choosing.ranking import ComparedRun
from kerasclust.choosing.told import Told
from kerasclust.data.dataset import DataSet
from kerasclust.data.selection import taken
from kerasclust.reports.profiles import Statistic, cluster_profiles
from kerasclust.types import Array

if TYPE_CHECKING:
    from kerasclust.choosing.comparison import Comparison

TITLE = "Views of the data"
NAMED = 3  # measurements that are named for a view
EXPLAINED = (
    "A view is a family of runs that agree with each other more than with others. Agreement is the mean adjusted Rand "
    "index: 1 for the same clusters, 0 by chance. Separates: the share of the variance between samples that the "
    "clusters explain, of the level (mean) or the variation (deviation) of a channel."
)


@dataclass(frozen=True)
class View:
    """One way to group the data.

    Args:
        place: place of its best run among all runs.
        names: names of its runs, best first.
        within: mean adjusted Rand index of its runs with each other; 1 for a single run.
        with_first: mean adjusted Rand index of its runs with those of the first view.
    """

    place: int
    names: tuple[str, ...]
    within: float
    with_first: float


def views_of(runs: Sequence[ComparedRun], matrix: Array) -> list[View]:
    """Return the views that judged runs show, the one of the best run first.

    Args:
        runs: judged runs, best first.
        matrix: their `agreement_matrix`.
    """
    families = families_of(runs, matrix)
    return [_view(runs, matrix, places, families[0]) for places in families]


def _view(runs: Sequence[ComparedRun], matrix: Array, places: list[int], first: list[int]) -> View:
    n = len(places)
    within = (matrix[np.ix_(places, places)].sum() - n) / (n * (n - 1)) if n > 1 else 1.0
    with_first = matrix[np.ix_(places, first)].mean()
    return View(places[0], tuple(runs[place].name for place in places), float(within), float(with_first))


def views_told(comparison: "Comparison", data: DataSet, kept: int = 1) -> Told:
    """Return two or more views in words, and side by side.

    Args:
        comparison: compared runs with their views.
        data: the samples that were clustered.
        kept: number of the view whose best run is kept, from 1.
    """
    rows, words = [], []
    for number, view in enumerate(comparison.views, 1):
        labels = comparison.runs[view.place].labels
        separated = ", ".join(f"{name} ({share:.2f})" for name, share in separates(data, labels))
        sizes = np.sort(np.bincount(labels[labels >= 0]))[::-1].tolist()
        agreeing = (f"{view.within:.2f}", "" if number == 1 else f"{view.with_first:.2f}")
        rows.append(
            (str(number), view.names[0], str(len(view.names)), *agreeing, ", ".join(map(str, sizes)), separated)
        )
        words.append(f"View {number} separates {separated}.")
    said = [f"The runs group the data in {len(rows)} ways.", *words]
    said.append(f"View {kept} is kept; another one can be right for another purpose.")
    header = ("view", "best run", "runs", "agreement within", "with view 1", "sizes", "separates")
    return Told(TITLE, said, header, rows, EXPLAINED, kept - 1)


def separates(data: DataSet, labels: Array) -> list[tuple[str, float]]:
    """Return what clusters separate most: name of a measurement, and the share of its variance that they explain.

    Args:
        data: the samples.
        labels: clusters (n,); -1 for a sample without one.

    Returns:
        At most `NAMED` measurements, each channel once, the largest share first.

    Example:
        >>> x = np.array([[0.0, 5.0], [0.1, 6.0], [9.0, 5.0], [9.1, 6.0]])
        >>> separates(DataSet("d", x, channel_names=("load", "loss")), np.array([0, 0, 1, 1]))[0][0]
        'load'
    """
    known = np.flatnonzero(labels >= 0)
    labels = labels[known]
    profiles = cluster_profiles(data if len(known) == len(data) else taken(data, known), labels)
    parts = {"level of " if profiles.variation is not None else "": profiles.level}
    if profiles.variation is not None:
        parts["variation of "] = profiles.variation
    shares = {part: explained(statistic, labels) for part, statistic in parts.items()}
    best = [
        max((float(share[channel]), part) for part, share in shares.items()) for channel in range(len(profiles.names))
    ]
    order = sorted(range(len(best)), key=lambda channel: -best[channel][0])[:NAMED]
    return [(f"{best[channel][1]}{profiles.names[channel]}", best[channel][0]) for channel in order]


def explained(statistic: Statistic, labels: Array) -> Array:
    """Return the share of the variance between samples that clusters explain, for each channel.

    It is 0 for a constant channel.
    """
    inner = np.nanmean((statistic.samples - statistic.means[labels]) ** 2, axis=0)
    overall = statistic.deviation**2
    return np.where(overall > 0, 1.0 - inner / np.where(overall > 0, overall, 1.0), 0.0)
