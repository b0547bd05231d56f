"""Ranking clusterings of the same samples by evidence that needs no labels."""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import rankdata

from kerasclust.choosing.neighbours import nearest_neighbours, neighbour_agreement
from kerasclust.metrics import agreement, silhouette

CRITERIA = ("agreement", "neighbours", "silhouette")


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
        failed: whether it lacks clusters that were asked for.
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
        n_clusters: number of clusters that was asked for; None where each method finds its own.

    Returns:
        The `agreement_matrix` of the runs.
    """
    matrix = agreement_matrix(runs)
    neighbours = [nearest_neighbours(z) for z in spaces]
    for run, agreeing in zip(runs, mean_agreements(runs, matrix), strict=True):
        run.failed = len(np.unique(run.labels)) < (n_clusters or 2)
        run.scores = {
            "agreement": float(agreeing),
            "neighbours": float(np.mean([neighbour_agreement(run.labels, found) for found in neighbours])),
            "silhouette": float(np.mean([silhouette(z, run.labels, max_samples=2000) for z in spaces])),
        }
    return matrix


def standing(runs):
    """How runs stand by all criteria together: the mean of their ranks, from 1 (first by all) to 0 (last by all).

    Ranks, because the criteria have no common unit. Each counts the same, as without labels nothing tells their worth.

    Args:
        runs: list of judged `ComparedRun`.

    Returns:
        Array (len(runs),).

    Example:
        >>> good = ComparedRun("a", 0, [], scores={"agreement": 0.9, "neighbours": 0.8, "silhouette": 0.3})
        >>> poor = ComparedRun("b", 0, [], scores={"agreement": 0.2, "neighbours": 0.7, "silhouette": 0.1})
        >>> standing([good, poor]).tolist()
        [1.0, 0.0]
    """
    ranks = [rankdata([run.scores[name] for run in runs]) - 1.0 for name in CRITERIA]
    return np.mean(ranks, axis=0) / max(len(runs) - 1, 1) if len(runs) > 1 else np.ones(len(runs))


def ranked(runs):
    """Places of runs from best to worst: by `standing`, but one that failed comes after all that did not."""
    failed = [run.failed for run in runs]
    return np.lexsort((-standing(runs), failed)).tolist()
