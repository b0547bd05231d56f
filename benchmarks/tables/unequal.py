"""Scores of all methods on series of unequal length, beside k-means on a few statistics of each series."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from benchmarks.tables.fits import fit_and_keep, settings_of
from benchmarks.tables.groups import n_groups
from benchmarks.tables.picks import CLIP
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.choosing.planned import in_order_of_cost
from kerasclust.data.inputs import lengths_of
from kerasclust.errors import TrainingDiverged
from kerasclust.metrics import external_scores
from kerasclust.models.catalog import methods
from kerasclust.models.catalog import settings_of as settings_taken
from kerasclust.records import results
from kerasclust.types import Array

PICK = "k-means on mean, deviation and difference"


def series_of(x: Array) -> list[Array]:
    """Return padded series (n, steps, channels) as a list of arrays (steps, channels) without padding."""
    return [one[:length] for one, length in zip(x, lengths_of(x), strict=True)]


def statistics(series: Sequence[Array]) -> Array:
    """Return standardized mean, deviation and mean absolute difference of each channel of series: (n, 3 * channels)."""
    rows = [np.concatenate([one.mean(0), one.std(0), np.abs(np.diff(one, axis=0)).mean(0)]) for one in series]
    features = np.array(rows, "float64")
    deviation = features.std(axis=0)
    return np.clip((features - features.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0), -CLIP, CLIP)


def run_unequal(
    data_name: str,
    data: Any,
    results_path: FilePath,
    seeds: Iterable[int],
    names: Iterable[str] | None = None,
    settings: Settings | None = None,
    report: Report = print,
) -> list[Record]:
    """Fit methods to series of unequal length with each seed, and append their scores to a results file.

    Methods on raw data get the front end "auto", because "raw" needs equal lengths. Runs that the file has are skipped.

    Args:
        data_name: name of the data set in the results.
        data: a `DataSet` of padded series with known groups, which only score the results.
        results_path: the results file.
        seeds: whole numbers.
        names: names of methods; None for all.
        settings: settings of all methods that have them.
        report: called with a line of text after each run.

    Returns:
        The rows of these runs, including rows that the file had.
    """
    series, k, rows = series_of(data.x), n_groups(data.y), []
    for seed in seeds:
        for name in (PICK, *in_order_of_cost(names or methods())):
            key = {"experiment": "unequal", "method": name, "data": data_name, "seed": seed}
            if name == PICK:
                rows += _kmeans(key | {"settings": {"n_clusters": k}}, series, data.y, results_path, report)
                continue
            cls = methods()[name]
            given = {"frontend": "auto"} | dict(settings or {}) | {"random_state": seed}
            model = cls(k, **{setting: value for setting, value in given.items() if setting in settings_taken(cls)})
            key["settings"] = settings_of(model)
            if not results.done(results_path, **key):
                try:
                    row = fit_and_keep(results_path, key, model, series, data.y)
                except TrainingDiverged as error:
                    report(f"{data_name}, {name}, seed {seed}: {error}")
                    continue
                report(f"{data_name}, {name}, seed {seed}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")
            rows += results.find(results_path, **key)
    return rows


def _kmeans(key: Record, series: Sequence[Array], y: Array, results_path: FilePath, report: Report) -> list[Record]:
    if not results.done(results_path, **key):
        started = time.perf_counter()
        labels = KMeans(key["settings"]["n_clusters"], n_init=10, random_state=key["seed"]).fit_predict(
            statistics(series)
        )
        scores = external_scores(y, labels)
        results.append(results_path, results.new_row(key, scores, time.perf_counter() - started))
        report(f"{key['data']}, {key['method']}, seed {key['seed']}: ACC {scores['acc']:.3f}")
    return results.find(results_path, **key)
