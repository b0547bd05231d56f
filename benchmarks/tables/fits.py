"""What a results file keeps of a fitted model."""

from kerasclust.metrics import external_scores
from kerasclust.records import results

VARIED = ("random_state", "decorrelate", "initializer", "refine")  # the seed, and what names a row of an ablation


def settings_of(model, options=None, without=("random_state",)):
    """All settings of a model, defaults included, and the options that its data was loaded with.

    Args:
        model: a `DeepClusteringModel`.
        options: of the loader, {name: value}.
        without: settings that the row has elsewhere.
    """
    return {name: value for name, value in model.settings.items() if name not in without} | dict(options or {})


def fit_and_keep(results_path, key, model, x, y, **extra):
    """Fit a model and append its scores to a results file at once.

    Args:
        results_path: the results file.
        key: which run it is: experiment, method, data, seed, settings.
        model: a `DeepClusteringModel` that is not fitted yet.
        x: unlabeled samples (n, ...).
        y: known labels (n,), for scoring only.
        **extra: anything else that the row keeps.

    Returns:
        The row.
    """
    model.fit(x, verbose=0)
    row = row_of_fit(key, model.result_, y, **extra)
    results.append(results_path, row)
    return row


def row_of_fit(key, result, y, **extra):
    """A row of a results file for a `fit`, with the evidence and the scores of every run.

    Args:
        key: which run it is: experiment, method, data, seed, settings.
        result: a model's `FitResult`.
        y: known labels (n,), for scoring only.
        **extra: anything else that the row keeps.
    """
    every = [{**run.evidence, **external_scores(y, run.labels)} for run in result.candidates]
    scores = external_scores(y, result.kept.labels)
    return results.new_row(key, scores, result.seconds, evidence=result.kept.evidence, candidates=every, **extra)
