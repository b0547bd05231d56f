"""Choosing one of several trainings by evidence that needs no labels."""

from dataclasses import dataclass, field

import numpy as np

from kerasclust.initializers import consensus_labels, rank_tries
from kerasclust.metrics import agreement

VOTES = 8  # tries, of all runs together, that vote


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
    """Mean adjusted Rand index of each labelling with all others (1 for a single one).

    Args:
        labels: sequence of integer arrays (n,).

    Returns:
        Array (len(labels),).
    """
    pairs = np.array([[agreement(a, b) for b in labels] for a in labels])
    n = len(labels)
    return (pairs.sum(axis=1) - 1.0) / (n - 1) if n > 1 else np.ones(1)


def choose_run(candidates, n_clusters, seed=0):
    """What the best tries of several runs agree on, and the run that comes closest to it.

    The tries of all runs compete by the score that chooses among those of a single run, conditional entropy for RIM: a
    run whose latent space has clearer gaps provides more of the best ones. These vote on which samples belong together,
    so that no single lucky try decides. The run whose own clusters agree most with the outcome (adjusted for chance) is
    kept. No labels are used.

    Args:
        candidates: sequence of `Candidate` with "tries" (m, n) and "tries_scores" (m,), comparable between runs, in
            their state; their evidence gets "agreement" (mean adjusted Rand index with the other runs) and
            "consensus_agreement".
        n_clusters: number of clusters k.
        seed: of the consensus.

    Returns:
        (index of the chosen candidate, consensus labels (n,)).
    """
    tries = np.concatenate([candidate.state["tries"] for candidate in candidates])
    scores = np.concatenate([candidate.state["tries_scores"] for candidate in candidates])
    consensus = consensus_labels(tries[rank_tries(tries, scores, n_clusters)[:VOTES]], n_clusters, seed)
    for candidate, score in zip(candidates, agreements([c.labels for c in candidates]), strict=True):
        candidate.evidence["agreement"] = float(score)
        candidate.evidence["consensus_agreement"] = agreement(candidate.labels, consensus)
    chosen = max(range(len(candidates)), key=lambda i: candidates[i].evidence["consensus_agreement"])
    return chosen, consensus
