"""Ranking clusterings of the same samples by evidence that needs no labels."""

from dataclasses import dataclass, field

import numpy as np

from kerasclust.choosing.neighbors import nearest_neighbors, neighbor_information
from kerasclust.metrics import agreement, silhouette

CRITERIA = ("neighbors", "agreement", "silhouette")
NEARLY = 0.99  # of the best score by neighbors: a run that has as much is as good, as far as that score can tell


@dataclass
class ComparedRun:
    """One clustering of a comparison.

    Args:
        method: what found it.
        seed: of its training.
        labels: clusters (n,).
        warnings: what the method itself says against it.
        seconds: it took.
        evidence: the method's own measurements.
        model: name of its file in the directory of the comparison.
        scores: {criterion: number} of `CRITERIA`, the higher the better; `judge` sets them.
        failed: whether it has another number of clusters than was asked for.
    """

    method: str
    seed: int
    labels: np.ndarray
    warnings: list = field(default_factory=list)
    seconds: float = 0.0
    evidence: dict = field(default_factory=dict)
    model: str = ""
    scores: dict = field(default_factory=dict)
    failed: bool = False

    @property
    def name(self):
        """Method and seed: "idec 0"."""
        return f"{self.method} {self.seed}"


def agreement_matrix(runs):
    """Adjusted Rand index of each pair of runs: array (len(runs), len(runs)), ones on the diagonal."""
    found = np.eye(len(runs))
    for i, run in enumerate(runs):
        for j in range(i):
            found[i, j] = found[j, i] = agreement(run.labels, runs[j].labels)
    return found


def mean_agreements(runs, matrix):
    """How much each run agrees with the others: every method counts the same, also its own.

    Runs of one seed may start from one autoencoder: that they agree says little. So a run is compared with those of
    other seeds, where there are any.

    Args:
        runs: list of `ComparedRun`.
        matrix: their `agreement_matrix`.

    Returns:
        Array (len(runs),); 1 for a run without others.
    """
    return np.array([_mean_agreement(i, runs, matrix) for i in range(len(runs))])


def _mean_agreement(i, runs, matrix):
    others = [j for j in range(len(runs)) if j != i]
    others = [j for j in others if runs[j].seed != runs[i].seed] or others
    by_method = {}
    for j in others:
        by_method.setdefault(runs[j].method, []).append(matrix[i, j])
    return float(np.mean([np.mean(values) for values in by_method.values()])) if by_method else 1.0


def judge(runs, spaces, n_clusters):
    """Set the scores of runs, and whether they failed.

    Args:
        runs: list of `ComparedRun`.
        spaces: arrays (n, d) that belong to none of the methods; scores are means over them.
        n_clusters: number of clusters that was asked for.

    Returns:
        The `agreement_matrix` of the runs.
    """
    matrix = agreement_matrix(runs)
    neighbors = [nearest_neighbors(z) for z in spaces]
    for run, agreeing in zip(runs, mean_agreements(runs, matrix), strict=True):
        run.failed = len(np.unique(run.labels)) != n_clusters
        informed = np.mean([neighbor_information(run.labels, found) for found in neighbors])
        run.scores = {
            "neighbors": float(informed / np.log(n_clusters)),
            "agreement": float(agreeing),
            "silhouette": float(np.mean([silhouette(z, run.labels, max_samples=2000) for z in spaces])),
        }
    return matrix


def ranked(runs):
    """Places of judged runs from best to worst.

    The score by neighbors decides; among those that are nearly as good as the best, the agreement with other runs. A
    run that failed comes after all that did not. On generated data a mean of ranks by all scores chose worse: many runs
    may agree on what is wrong, and the silhouette prefers balls.

    Args:
        runs: list of `ComparedRun` with scores.

    Returns:
        List of their places.

    Example:
        >>> scores = [(0.80, 0.5), (0.799, 0.9), (0.3, 0.9)]
        >>> ranked([ComparedRun("m", i, [], scores=dict(zip(CRITERIA, s))) for i, s in enumerate(scores)])
        [1, 0, 2]
    """
    best = max((run.scores["neighbors"] for run in runs if not run.failed), default=np.inf)

    def order(place):
        run = runs[place]
        nearly = not run.failed and run.scores["neighbors"] >= NEARLY * best
        return run.failed, not nearly, -run.scores["agreement" if nearly else "neighbors"]

    return sorted(range(len(runs)), key=order)
