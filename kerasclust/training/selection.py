"""Choosing one of several trainings by evidence that needs no labels."""

from dataclasses import dataclass, field

import numpy as np

from kerasclust.initializers import rank_tries
from kerasclust.metrics import agreement


@dataclass
class Candidate:
    """One training of a model.

    Args:
        weights: of the whole model, as `get_weights` gives them.
        labels: its clusters (n,).
        evidence: label-free measurements of it, name to number.
        state: what its phases found on the way.
    """

    weights: list
    labels: np.ndarray
    evidence: dict
    state: dict = field(default_factory=dict)


@dataclass
class FitResult:
    """What a `fit` found.

    Args:
        candidates: one `Candidate` a run, as it was before the last phases.
        chosen: index of the run that the model goes on from.
        kept: the finished model.
    """

    candidates: list
    chosen: int
    kept: Candidate

    @property
    def seconds(self):
        """Training time of all runs together, the later phases included."""
        others = [run for i, run in enumerate(self.candidates) if i != self.chosen]
        return sum(run.evidence["seconds"] for run in [*others, self.kept])


def follow(candidate, later):
    """A candidate that went through further phases: the later measurements, with those that only earlier ones have.

    Args:
        candidate: `Candidate` before the further phases.
        later: `Candidate` after them.

    Returns:
        Candidate; its "seconds" are those of both.
    """
    seconds = candidate.evidence["seconds"] + later.evidence["seconds"]
    evidence = {**candidate.evidence, **later.evidence, "seconds": seconds}
    return Candidate(later.weights, later.labels, evidence, {**candidate.state, **later.state})


def agreements(labels):
    """Mean adjusted Rand index of each labeling with all others (1 for a single one).

    Args:
        labels: sequence of integer arrays (n,).

    Returns:
        Array (len(labels),).
    """
    pairs = np.array([[agreement(a, b) for b in labels] for a in labels])
    n = len(labels)
    return (pairs.sum(axis=1) - 1.0) / (n - 1) if n > 1 else np.ones(1)


def choose_run(candidates, n_clusters):
    """The run with the best start, by the score that chooses among the tries of a single run.

    For RIM that is the conditional entropy: a latent space with clearer gaps between its clusters wins. Of all
    label-free measurements it had the highest rank correlation with ACC on two of three problems and none on the third
    (`python -m benchmarks bench evidence`); a consensus of the runs was worse. No labels are used.

    Args:
        candidates: sequence of `Candidate` with "tries" (m, n) and "tries_scores" (m,), best first, in their state;
            scores have to be comparable between runs. Their evidence gets "agreement", the mean adjusted Rand index
            with the other runs.
        n_clusters: number of clusters k.

    Returns:
        Index of the chosen candidate.
    """
    for candidate, score in zip(candidates, agreements([c.labels for c in candidates]), strict=True):
        candidate.evidence["agreement"] = float(score)
    starts = np.stack([candidate.state["tries"][0] for candidate in candidates])
    scores = np.array([candidate.state["tries_scores"][0] for candidate in candidates])
    return int(rank_tries(starts, scores, n_clusters)[0])
