"""Rows of a results file for fitted models."""

from collections.abc import Iterable
from typing import Any

from benchmarks.types import FilePath, Record, Settings
from kerasclust.metrics import external_scores
from kerasclust.records import results
from kerasclust.types import Array

VARIED = ("random_state", "decorrelate", "initializer", "refine")  # the seed, and what names a row of an ablation


def settings_of(model: Any, options: Settings | None = None, without: Iterable[str] = ("random_state",)) -> Record:
    """Return all settings of a model, with defaults, and the options of its data.

    Args:
        model: a `DeepClusteringModel`.
        options: {name: value} of the loader.
        without: settings that another part of the row holds.
    """
    return {name: value for name, value in model.settings.items() if name not in without} | dict(options or {})


def fit_and_keep(results_path: FilePath, key: Record, model: Any, x: Any, y: Array, **extra: Any) -> Record:
    """Fit a model and append its scores to a results file.

    Args:
        results_path: the results file.
        key: which run it is: experiment, method, data, seed, settings.
        model: a `DeepClusteringModel` that is not fitted.
        x: unlabeled samples (n, ...), or a list of sequences of unequal length.
        y: known labels (n,), for scoring only.
        **extra: further values of the row.

    Returns:
        The row.
    """
    model.fit(x, verbose=0)
    row = row_of_fit(key, model.result_, y, **extra)
    results.append(results_path, row)
    return row


def row_of_fit(key: Record, result: Any, y: Array, **extra: Any) -> Record:
    """Return the row of a fit, with the evidence and the scores of every run.

    Args:
        key: which run it is: experiment, method, data, seed, settings.
        result: the `FitResult` of a model.
        y: known labels (n,), for scoring only.
        **extra: further values of the row.
    """
    every = [{**run.evidence, **external_scores(y, run.labels)} for run in result.candidates]
    scores = external_scores(y, result.kept.labels)
    return results.new_row(key, scores, result.seconds, evidence=result.kept.evidence, candidates=every, **extra)
