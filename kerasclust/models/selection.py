"""Choosing one of several trainings by evidence that needs no labels."""

from dataclasses import dataclass, field

import numpy as np

from kerasclust.metrics import adjusted_rand_index


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


def agreements(labels):
    """Mean adjusted Rand index of each labelling with all others (1 for a single one).

    Args:
        labels: sequence of integer arrays (n,).

    Returns:
        Array (len(labels),).
    """
    pairs = np.array([[adjusted_rand_index(a, b) for b in labels] for a in labels])
    n = len(labels)
    return (pairs.sum(axis=1) - 1.0) / (n - 1) if n > 1 else np.ones(1)


def choose_run(candidates):
    """The run that the others agree with most.

    A clustering that different starting weights come back to is structure of the data; one that a single run found is
    an accident of that run. Agreement is adjusted for chance.

    Args:
        candidates: sequence of `Candidate`.

    Returns:
        (index of the chosen candidate, agreement (len(candidates),) that chose it).
    """
    scores = agreements([candidate.labels for candidate in candidates])
    for candidate, score in zip(candidates, scores, strict=True):
        candidate.evidence["agreement"] = float(score)
    return int(scores.argmax()), scores
