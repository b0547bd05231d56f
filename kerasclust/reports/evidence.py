"""Diagnostics of a model, each with its meaning."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kerasclust import metrics
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import Names, cluster_in_words
from kerasclust.inspection.clustered_space import ClusteredSpace
from kerasclust.inspection.fitted import FittedModel
from kerasclust.reports.words import duration, number, percent

Meaning = tuple[str, Callable[[float], str], str]  # (title, function that writes the value, meaning)

# Measurements of all methods. A method describes further measurements in `evidence_words`.
MEANINGS: dict[str, Meaning] = {
    "silhouette": (
        "Silhouette in the clustered space",
        number,
        "−1 to 1: distance of a sample to the next cluster compared with its own. Above 0.5 the clusters stand apart, "
        "near 0 they touch. It is high by construction after refinement.",
    ),
    "silhouette_features": (
        "Silhouette in the features",
        number,
        "The same in the input of the networks, before any training. It is lower, because features also hold much "
        "that does not separate the clusters.",
    ),
    "conditional_entropy": (
        "Doubt in the assignments",
        lambda value: f"{number(value)} nats",
        "Mean entropy of the soft assignments: 0 where every sample is certain of its cluster.",
    ),
    "undecided": (
        "Samples between two clusters",
        percent,
        "Share of the samples whose best cluster is less than 1.5 times as likely as the second.",
    ),
    "label_entropy": (
        "Evenness of the clusters",
        lambda value: f"{number(value)} nats",
        "Entropy of the cluster sizes: the logarithm of the number of clusters where all have the same size.",
    ),
    "fresh_critic_accuracy": (
        "A new critic's right guesses",
        percent,
        "Share of right guesses, on held-out points, of a critic that is trained after the model to tell Z_r from "
        "noise. 50% is chance: then Z_r is noise, independent of the clusters.",
    ),
    "latent_correlation": (
        "Correlation of Z_c and Z_r",
        number,
        "Largest absolute correlation between a dimension of each part, 0 to 1: low where the decorrelation succeeded.",
    ),
    "tries_agreement": (
        "Agreement of the starting tries",
        number,
        "Mean adjusted Rand index of the chosen start with the other tries: 1 where all found the same clusters, 0 "
        "where they agree no more than by chance.",
    ),
    "agreement": (
        "Agreement of the runs",
        number,
        "Mean adjusted Rand index of this run with the others. Clusters that return from different starting weights "
        "are structure of the data.",
    ),
    "start_score": (
        "Score of the best start",
        number,
        "Score by which the best try was chosen; lower is better. Its unit depends on the initializer: nats of "
        "conditional entropy or of information, or the share of variance within clusters.",
    ),
    "davies_bouldin": (
        "Davies-Bouldin index in the clustered space",
        number,
        "Spread of the clusters divided by the distance between them; lower is better.",
    ),
    "davies_bouldin_features": (
        "Davies-Bouldin index in the features",
        number,
        "The same in the input of the networks.",
    ),
    "calinski_harabasz_features": (
        "Calinski-Harabasz index in the features",
        number,
        "Spread between the clusters divided by the spread within them; higher is better. It compares runs on one data "
        "set.",
    ),
    "reconstruction_loss": (
        "Reconstruction error",
        number,
        "Mean squared error of the autoencoder in scaled features: 1 is no better than the mean.",
    ),
    "seconds": ("Training time", duration, "Time of the chosen run."),
}

COMPARED = ("agreement", "silhouette", "conditional_entropy", "latent_correlation", "tries_agreement")
COMPARED_LAST = ("reconstruction_loss", "seconds")  # columns of the table of runs after those of the method


def meanings_of(model: Any) -> dict[str, Meaning]:
    """Return the meanings of all measurements of a model: the general ones, and those of its method.

    Args:
        model: a model, or its class. Its `evidence_words`, if any, describe the measurements of the method as
            {name: (title, format string such as "{:.0%}", meaning)}.

    Example:
        >>> from types import SimpleNamespace
        >>> model = SimpleNamespace(evidence_words={"noise": ("Noise", "{:.0%}", "Samples outside of groups.")})
        >>> title, write, meaning = meanings_of(model)["noise"]
        >>> title, write(0.25)
        ('Noise', '25%')
    """
    words = getattr(model, "evidence_words", {})
    return MEANINGS | {name: (title, form.format, meaning) for name, (title, form, meaning) in words.items()}


def evidence_of(model: FittedModel, space: ClusteredSpace) -> dict[str, Any]:
    """Return the label-free measurements of a model.

    Args:
        model: a fitted `DeepClusteringModel`. A model from a file has no `diagnostics()`, and the given samples are
            measured instead.
        space: `ClusteredSpace` of the samples.

    Returns:
        {name: number, list or string}.
    """
    try:
        return dict(model.diagnostics())
    except InputError:
        return _measured(space)


def _measured(space: ClusteredSpace) -> dict[str, Any]:
    found = {"conditional_entropy": float(metrics.conditional_entropy(space.q))}
    if 1 < len(np.unique(space.labels)) < len(space.labels):
        found["silhouette"] = float(metrics.silhouette(space.z_c, space.labels, max_samples=2000, seed=0))
    return found


def warnings_in_words(evidence: Mapping[str, Any], space: ClusteredSpace, names: Names = None) -> list[str]:
    """Return plain sentences about doubts: the model's own warnings, and empty clusters in the given samples.

    Args:
        evidence: result of `evidence_of`.
        space: `ClusteredSpace` of the samples.
        names: {number: name} of the named clusters, or None.
    """
    found = [str(sentence) for sentence in evidence.get("warnings") or ()]
    empty = np.flatnonzero(np.bincount(space.labels, minlength=space.n_clusters) == 0)
    if len(empty) and not any("empty" in sentence.lower() for sentence in found):
        called = ", ".join(cluster_in_words(cluster, names) for cluster in empty.tolist())
        found.append(f"No sample is assigned to {called}: empty.")
    return found


def evidence_table(
    evidence: Mapping[str, Any], meanings: Mapping[str, Meaning] = MEANINGS
) -> list[tuple[str, str, str]]:
    """Return (title, value, meaning) of every number, those without a known meaning last and under their own name.

    Args:
        evidence: result of `evidence_of`, or `model.diagnostics()`.
        meanings: result of `meanings_of` for the model.
    """
    numbers = {name: value for name, value in evidence.items() if _is_number(value) and name != "seed"}
    order = [*meanings, *numbers]
    rows = []
    for name in sorted(numbers, key=order.index):
        title, write, meaning = meanings.get(name, (name.replace("_", " "), number, ""))
        rows.append((title, write(numbers[name]), meaning))
    return rows


def runs_table(model: Any) -> list[dict[str, Any]]:
    """Return a row for each run: its number, whether it was chosen, and its measurements; empty for a single run.

    Args:
        model: a fitted `DeepClusteringModel`.
    """
    runs = [dict(run) for run in getattr(model, "runs_", None) or []]
    if len(runs) < 2:
        return []
    meanings = meanings_of(model)
    compared = [*COMPARED, *(name for name in meanings if name not in MEANINGS), *COMPARED_LAST]
    names = [name for name in compared if all(_is_number(run.get(name)) for run in runs)]
    chosen = getattr(model, "chosen_run_", None)
    return [
        {
            "number": i + 1,
            "chosen": i == chosen,
            "cells": {meanings[name][0]: meanings[name][1](run[name]) for name in names},
        }
        for i, run in enumerate(runs)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
