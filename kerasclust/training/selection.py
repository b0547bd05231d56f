"""Choice of one of several trainings by evidence that needs no labels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasclust.initializers import rank_tries
from kerasclust.metrics import agreement
from kerasclust.types import Array, Labels


@dataclass
class Candidate:
    """Result of one run.

    Args:
        weights: weights of the whole model, as `get_weights` returns them.
        labels: cluster of each sample (n,), or None for a model without clusters.
        evidence: {name: number}, measurements that need no labels.
        state: {name: array or number}, further results of the phases.
    """

    weights: list[Array]
    labels: Labels | None
    evidence: dict[str, Any]
    state: dict[str, Any] = field(default_factory=dict)


@dataclass
class FitResult:
    """Result of a `fit`.

    Args:
        candidates: `Candidate` of each run, as it was before the last phases.
        chosen: index of the run that the last phases continued.
        kept: `Candidate` of the finished model.
    """

    candidates: list[Candidate]
    chosen: int
    kept: Candidate

    @property
    def seconds(self) -> float:
        """Training time of all runs and of the last phases."""
        others = [run for i, run in enumerate(self.candidates) if i != self.chosen]
        return sum(run.evidence["seconds"] for run in [*others, self.kept])


def follow(candidate: Candidate, later: Candidate) -> Candidate:
    """Return a candidate after further phases, with the measurements of all phases.

    Args:
        candidate: `Candidate` before the further phases.
        later: `Candidate` after the further phases. Its measurements replace measurements of the same name.

    Returns:
        Candidate; its "seconds" are the sum of both.
    """
    seconds = candidate.evidence["seconds"] + later.evidence["seconds"]
    evidence = {**candidate.evidence, **later.evidence, "seconds": seconds}
    return Candidate(later.weights, later.labels, evidence, {**candidate.state, **later.state})


def agreements(labels: Sequence[Labels]) -> Array:
    """Compute the mean adjusted Rand index of each labeling with all other labelings.

    Args:
        labels: integer arrays (n,). The agreement of a single labeling is 1.

    Returns:
        Array (len(labels),).
    """
    pairs = np.array([[agreement(a, b) for b in labels] for a in labels])
    n = len(labels)
    return (pairs.sum(axis=1) - 1.0) / (n - 1) if n > 1 else np.ones(1)


def choose_run(candidates: Sequence[Candidate], n_clusters: int) -> int:
    """Return the index of the run with the best start.

    The best start has the best score among the best tries of all runs. With RIM, the score is the conditional entropy:
    a latent space with clear gaps between its clusters wins. The choice uses no labels.

    Args:
        candidates: candidates with "tries" (m, n) and "tries_scores" (m,) in their state, best first. The scores must
            be comparable between runs. The evidence of each candidate gets "agreement", the mean adjusted Rand index
            with the other runs.
        n_clusters: number of clusters k.

    Returns:
        Index of the chosen candidate.
    """
    labels = [c.labels for c in candidates if c.labels is not None]  # only models with clusters have several runs
    for candidate, score in zip(candidates, agreements(labels), strict=True):
        candidate.evidence["agreement"] = float(score)
    starts = np.stack([candidate.state["tries"][0] for candidate in candidates])
    scores = np.array([candidate.state["tries_scores"][0] for candidate in candidates])
    return int(rank_tries(starts, scores, n_clusters)[0])
