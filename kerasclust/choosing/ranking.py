"""Ranking of clusterings of the same samples, by evidence that needs no labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasclust.choosing.planned import Planned, in_words
from kerasclust.metrics import agreement, nearest_neighbors, neighbor_information, silhouette
from kerasclust.types import Array, Labels

CRITERIA = ("neighbors", "agreement", "silhouette")
NEARLY = 0.99  # share of the best score by neighbors, from which that score cannot tell two runs apart


@dataclass
class ComparedRun:
    """One clustering of a comparison.

    Args:
        method: name of the method.
        seed: seed of the training.
        labels: clusters (n,).
        warnings: sentences of the method about its own result.
        seconds: duration of the training.
        evidence: measurements of the method itself.
        model: name of the model's file in the directory of the comparison.
        history: values {name: list} that the training logged.
        scores: {criterion: number} of `CRITERIA`, the higher the better; `judge` sets them.
        failed: whether it has another number of clusters than was asked for; `judge` sets it.
        frontend: its front end; None if all runs have the same.
        leads: whether it ranks before other runs.
    """

    method: str
    seed: int
    labels: Labels
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    evidence: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    history: dict[str, list[Any]] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    failed: bool = False
    frontend: str | None = None
    leads: bool = False

    @property
    def name(self) -> str:
        """Method, seed, and the front end if runs have several."""
        return in_words(Planned(self.method, self.seed, self.frontend))


def agreement_matrix(runs: Sequence[ComparedRun]) -> Array:
    """Compute the adjusted Rand index of each pair of runs.

    The array (len(runs), len(runs)) has ones on its diagonal.
    """
    found = np.eye(len(runs))
    for i, run in enumerate(runs):
        for j in range(i):
            found[i, j] = found[j, i] = agreement(run.labels, runs[j].labels)
    return found


def mean_agreements(runs: Sequence[ComparedRun], matrix: Array) -> Array:
    """Compute the mean agreement of each run with the other runs; every method counts the same.

    Agreement between runs of the same seed means little, as they may start from the same autoencoder. So a run is
    compared with runs of other seeds, if there are any.

    Args:
        runs: list of `ComparedRun`.
        matrix: their `agreement_matrix`.

    Returns:
        Array (len(runs),); 1 for a single run.
    """
    return np.array([_mean_agreement(i, runs, matrix) for i in range(len(runs))])


def _mean_agreement(i: int, runs: Sequence[ComparedRun], matrix: Array) -> float:
    others = [j for j in range(len(runs)) if j != i]
    others = [j for j in others if runs[j].seed != runs[i].seed] or others
    by_method: dict[tuple[str, str | None], list[float]] = {}
    for j in others:
        by_method.setdefault((runs[j].method, runs[j].frontend), []).append(matrix[i, j])
    return float(np.mean([np.mean(values) for values in by_method.values()])) if by_method else 1.0


def judge(runs: Sequence[ComparedRun], spaces: Mapping[str | None, Sequence[Array]], n_clusters: int) -> Array:
    """Set the scores of runs, and whether they failed.

    Args:
        runs: list of `ComparedRun`.
        spaces: for each front end, arrays (n, d) that belong to none of the methods. The scores of a run are means over
            the spaces of its own front end.
        n_clusters: number of clusters that was asked for.

    Returns:
        The `agreement_matrix` of the runs.
    """
    matrix = agreement_matrix(runs)
    neighbors = {frontend: [nearest_neighbors(z) for z in arrays] for frontend, arrays in spaces.items()}
    for run, agreeing in zip(runs, mean_agreements(runs, matrix), strict=True):
        run.failed = len(np.unique(run.labels)) != n_clusters
        informed = np.mean([neighbor_information(run.labels, found) for found in neighbors[run.frontend]])
        run.scores = {
            "neighbors": float(informed / np.log(n_clusters)),
            "agreement": float(agreeing),
            "silhouette": float(np.mean([silhouette(z, run.labels, max_samples=2000) for z in spaces[run.frontend]])),
        }
    return matrix


def ranked(runs: Sequence[ComparedRun]) -> list[int]:
    """Return the indices of judged runs from best to worst.

    Runs that lead come first, failed runs last. Then the score by neighbors decides. Among the runs that are nearly as
    good as the best, the agreement with other runs decides. The other scores have no vote: many runs can agree on a
    wrong result, and the silhouette prefers balls.

    Args:
        runs: list of `ComparedRun` with scores.

    Returns:
        List of indices into `runs`.

    Example:
        >>> scores = [(0.80, 0.5), (0.799, 0.9), (0.3, 0.9)]
        >>> ranked([ComparedRun("m", i, [], scores=dict(zip(CRITERIA, s))) for i, s in enumerate(scores)])
        [1, 0, 2]
    """
    groups: dict[tuple[bool, bool], list[int]] = {}
    for place, run in enumerate(runs):
        groups.setdefault((run.failed, not run.leads), []).append(place)
    return [place for group in sorted(groups) for place in _by_scores(runs, groups[group])]


def _by_scores(runs: Sequence[ComparedRun], places: Sequence[int]) -> list[int]:
    best = max(runs[place].scores["neighbors"] for place in places)

    def order(place: int) -> tuple[bool, float]:
        scores = runs[place].scores
        nearly = scores["neighbors"] >= NEARLY * best
        return not nearly, -scores["agreement" if nearly else "neighbors"]

    return sorted(places, key=order)
