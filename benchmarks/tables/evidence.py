"""Rank correlations of label-free measurements with the accuracy of runs."""

import math

import numpy as np
from scipy.stats import spearmanr

from benchmarks.types import Record
from kerasclust.types import Array

LOWER_IS_BETTER = (
    "conditional_entropy",
    "start_score",
    "undecided",
    "davies_bouldin",
    "davies_bouldin_features",
    "reconstruction_loss",
    "latent_correlation",
    "fresh_critic_accuracy",
)
JUDGED = (
    *LOWER_IS_BETTER,
    "agreement",
    "tries_agreement",
    "silhouette",
    "silhouette_features",
    "calinski_harabasz_features",
    "label_entropy",
    "critic_accuracy",
)


def rank_correlations(rows: list[Record]) -> dict[str, float]:
    """Compute Spearman's rank correlation of each measurement with ACC over all candidates.

    Args:
        rows: rows with "candidates" of a results file, for one data set and method.

    Returns:
        {name: correlation}, highest first. The sign is such that 1 means: a better measurement, a better clustering.
    """
    candidates = [candidate for row in rows for candidate in row["candidates"]]
    found = {}
    for name in JUDGED:
        pairs = [(run[name], run["acc"]) for run in candidates if run.get(name) is not None]
        if len({value for value, _ in pairs}) > 1:
            values, accuracies = (np.array(column) for column in zip(*pairs, strict=True))
            found[name] = float(spearmanr(_better_is_higher(name, values), accuracies).statistic)
    known = {name: value for name, value in found.items() if not math.isnan(value)}
    return dict(sorted(known.items(), key=lambda item: -item[1]))


def _better_is_higher(name: str, values: Array) -> Array:
    if name == "critic_accuracy":
        return -np.abs(values - 0.5)  # chance is best
    return -values if name in LOWER_IS_BETTER else values


def evidence_table(columns: dict[str, dict[str, float]]) -> str:
    """Return rank correlations as a Markdown table.

    Args:
        columns: {title: rank correlations}.

    Returns:
        Markdown; the measurement with the highest mean correlation comes first.
    """
    shared = set.intersection(*(set(column) for column in columns.values()))
    order = sorted(shared, key=lambda name: -sum(column[name] for column in columns.values()))
    lines = [f"| measurement | {' | '.join(columns)} |", "|" + "---|" * (len(columns) + 1)]
    lines += [
        f"| {name.replace('_', ' ')} | {' | '.join(f'{column[name]:+.2f}' for column in columns.values())} |"
        for name in order
    ]
    return "\n".join(lines)
