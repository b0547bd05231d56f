"""Diagnostics of a model, each with what it means."""

import numpy as np

from kerasclust import metrics
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import cluster_in_words
from kerasclust.reports.words import duration, number, percent

# key: (name, how the value is written, what it tells)
MEANINGS = {
    "silhouette": (
        "Silhouette in the clustered space",
        number,
        "−1 to 1: how much closer a sample is to its own cluster than to the next. Above 0.5 the clusters stand apart, "
        "near 0 they touch. It is high by construction after refinement.",
    ),
    "silhouette_features": (
        "Silhouette in the features",
        number,
        "The same in what the networks see, before any training. It is lower, as the features hold much that does not "
        "tell clusters apart.",
    ),
    "conditional_entropy": (
        "Doubt in the assignments",
        lambda value: f"{number(value)} nats",
        "Mean entropy of the soft assignments: 0 when every sample is certain of its cluster.",
    ),
    "undecided": (
        "Samples between two clusters",
        percent,
        "Share of the samples whose best cluster is less than 1.5 times as likely as the second.",
    ),
    "label_entropy": (
        "Evenness of the clusters",
        lambda value: f"{number(value)} nats",
        "Entropy of the cluster sizes: the logarithm of the number of clusters when all are of the same size.",
    ),
    "critic_accuracy": (
        "Critic's right guesses",
        percent,
        "How often the adversary tells Z_r from noise. 50% is chance: what clusters is then in Z_c alone. Well above "
        "60% the decorrelation has not succeeded.",
    ),
    "fresh_critic_accuracy": (
        "A new critic's right guesses",
        percent,
        "The same for a critic trained afterwards, on held-out points: chance (50%) here is the stronger proof.",
    ),
    "latent_correlation": (
        "Correlation of Z_c and Z_r",
        number,
        "Largest absolute correlation between a dimension of each, 0 to 1: low when the decorrelation succeeded.",
    ),
    "beta_cor": ("Final weight of the decorrelation", number, "beta_cor, steered so that the critic ends near chance."),
    "tries_agreement": (
        "Agreement of the starting tries",
        number,
        "Mean adjusted Rand index of the chosen start with the other tries: 1 when all found the same clusters, 0 when "
        "they agree no more than by chance.",
    ),
    "agreement": (
        "Agreement of the runs",
        number,
        "Mean adjusted Rand index of this run with the others: clusters that different starting weights come back to "
        "are structure of the data.",
    ),
    "start_score": (
        "Score of the best start",
        number,
        "Conditional entropy (nats) of the best try of RIM, or the share of variance within clusters of k-means; of a "
        "method without tries minus the information (nats) that the clusters have about the samples.",
    ),
    "davies_bouldin": (
        "Davies-Bouldin index in the clustered space",
        number,
        "Spread of the clusters over the distance between them; lower is better.",
    ),
    "davies_bouldin_features": ("Davies-Bouldin index in the features", number, "The same in what the networks see."),
    "calinski_harabasz_features": (
        "Calinski-Harabasz index in the features",
        number,
        "Spread between the clusters over the spread within them; higher is better, to compare runs on one data set.",
    ),
    "reconstruction_loss": (
        "Reconstruction error",
        number,
        "Mean squared error of the autoencoder, in scaled features: 1 would be no better than the mean.",
    ),
    "seconds": ("Training time", duration, "Of the chosen run."),
}

COMPARED = (  # in the table of the runs, which has room for so many
    *("agreement", "silhouette", "conditional_entropy", "critic_accuracy", "latent_correlation", "tries_agreement"),
    *("reconstruction_loss", "seconds"),
)


def evidence_of(model, space) -> dict:
    """What a model knows about how far it can be trusted.

    Args:
        model: a fitted `DeepClusteringModel`: its `diagnostics()`, or, for one that was loaded from a file and
            has none, what can be measured on the samples at hand.
        space: `ClusteredSpace` of the samples.

    Returns:
        {name: number, list or string}.
    """
    try:
        return dict(model.diagnostics())
    except InputError:
        return _measured(space)


def _measured(space):
    found = {"conditional_entropy": float(metrics.conditional_entropy(space.q))}
    if 1 < len(np.unique(space.labels)) < len(space.labels):
        found["silhouette"] = float(metrics.silhouette(space.z_c, space.labels, max_samples=2000, seed=0))
    return found


def warnings_in_words(evidence, space, names=None) -> list[str]:
    """Plain sentences about what may be wrong: the model's own, and empty clusters in the samples at hand.

    Args:
        evidence: as `evidence_of` returns it.
        space: `ClusteredSpace` of the samples.
        names: {number: name} of the clusters that have one, or None.
    """
    found = [str(sentence) for sentence in evidence.get("warnings") or ()]
    empty = np.flatnonzero(np.bincount(space.labels, minlength=space.n_clusters) == 0)
    if len(empty) and not any("empty" in sentence.lower() for sentence in found):
        called = ", ".join(cluster_in_words(cluster, names) for cluster in empty)
        found.append(f"No sample is assigned to {called}: empty.")
    return found


def evidence_table(evidence) -> list[tuple[str, str, str]]:
    """(name, value, meaning) of every number: those with a known meaning first, others under their own name.

    Args:
        evidence: as `evidence_of` returns it.
    """
    numbers = {name: value for name, value in evidence.items() if _is_number(value) and name != "seed"}
    rows = []
    for name in sorted(numbers, key=lambda name: [*MEANINGS, name].index(name)):
        title, write, meaning = MEANINGS.get(name, (name.replace("_", " "), number, ""))
        rows.append((title, write(numbers[name]), meaning))
    return rows


def runs_table(model) -> list[dict]:
    """One row a run, when there were several: its number, whether it was chosen, and what to compare it by.

    Args:
        model: a fitted `DeepClusteringModel`.
    """
    runs = [dict(run) for run in getattr(model, "runs_", None) or []]
    if len(runs) < 2:
        return []
    names = [name for name in COMPARED if all(_is_number(run.get(name)) for run in runs)]
    chosen = getattr(model, "chosen_run_", None)
    return [
        {
            "number": i + 1,
            "chosen": i == chosen,
            "cells": {MEANINGS[name][0]: MEANINGS[name][1](run[name]) for name in names},
        }
        for i, run in enumerate(runs)
    ]


def _is_number(value):
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
