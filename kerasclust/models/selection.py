"""Choosing one of several trainings by evidence that needs no labels."""

from dataclasses import dataclass, field

import numpy as np

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
    """All trainings of one `fit` and which of them the model is.

    Args:
        candidates: one `Candidate` a run.
        chosen: index of the run that the model keeps.
    """

    candidates: list
    chosen: int

    @property
    def kept(self):
        """The candidate that the model is."""
        return self.candidates[self.chosen]


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


def choose_run(candidates):
    """The run that the others agree with most.

    A clustering that different starting weights come back to is structure of the data; one that a single run found is
    an accident of that run. Agreement is adjusted for chance.

    Args:
        candidates: sequence of `Candidate`; their evidence gets "agreement", the mean adjusted Rand index with the
            others.

    Returns:
        FitResult.
    """
    scores = agreements([candidate.labels for candidate in candidates])
    for candidate, score in zip(candidates, scores, strict=True):
        candidate.evidence["agreement"] = float(score)
    return FitResult(candidates, int(scores.argmax()))
