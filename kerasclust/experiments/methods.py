"""A method as a user would run it, over several seeds."""

import time

import numpy as np

from kerasclust import datasets
from kerasclust.experiments import results
from kerasclust.experiments.picks import known_groups
from kerasclust.metrics import external_scores
from kerasclust.registry import methods


def run_method(method, data_name, results_path, seeds, settings=None, report=print, **options):
    """Fit a method with each seed and append its scores to a results file; runs that it has are skipped.

    For `irish_5g`, mobility alone (static or driving) is clustered too, under the data key "irish_5g/mobility".

    Args:
        method: name, as in `kerasclust methods`.
        data_name: as `kerasclust.datasets.load` takes it; its known groups only score the results.
        results_path: the results file.
        seeds: whole numbers.
        settings: of the method, beyond its defaults.
        report: called with a line of text after each run.
        **options: of the loader.

    Returns:
        The rows of these runs, those found in the file included.
    """
    data = datasets.load(data_name, **options)
    settings = dict(settings or {})
    rows = []
    for seed in seeds:
        for name, y in known_groups(data_name, data).items():
            key = {"experiment": "methods", "method": method, "data": name, "seed": seed}
            key["settings"] = {**settings, **options, "n_clusters": len(np.unique(y))}
            if not results.done(results_path, **key):
                row = _fit(key, data.x, y, settings)
                results.append(results_path, row)
                report(f"{name}, {method}, seed {seed}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")
            rows += results.find(results_path, **key)
    return rows


def _fit(key, x, y, settings):
    started = time.perf_counter()
    model = methods()[key["method"]](key["settings"]["n_clusters"], random_state=key["seed"], **settings)
    model.fit(x, verbose=0)
    seconds = time.perf_counter() - started
    kept = model.result_.kept
    every = [{**run.evidence, **external_scores(y, run.labels)} for run in model.result_.candidates]
    return results.new_row(key, external_scores(y, kept.labels), seconds, evidence=kept.evidence, candidates=every)
