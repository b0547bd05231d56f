"""Scores of a method over several seeds, with the settings of a user."""

from collections.abc import Iterable
from typing import Any

from benchmarks.tables.fits import fit_and_keep, settings_of
from benchmarks.tables.groups import known_groups, n_groups
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust import datasets
from kerasclust.models.catalog import methods
from kerasclust.records import results


def run_method(
    method: str,
    data_name: str,
    results_path: FilePath,
    seeds: Iterable[int],
    settings: Settings | None = None,
    report: Report = print,
    **options: Any,
) -> list[Record]:
    """Fit a method with each seed and append its scores to a results file.

    Runs that the file has are skipped. `irish_5g` is also clustered by mobility (static or driving), under the data key
    "irish_5g/mobility".

    Args:
        method: name, as in `kerasclust methods`.
        data_name: as `kerasclust.datasets.load` takes it; its known groups only score the results.
        results_path: the results file.
        seeds: whole numbers.
        settings: settings of the method other than its defaults.
        report: called with a line of text after each run.
        **options: options of the loader.

    Returns:
        The rows of these runs, including rows that the file had.

    Raises:
        InputError: the data has no known groups.
    """
    data = datasets.load(data_name, **options)
    settings, rows = dict(settings or {}), []
    for seed in seeds:
        for name, y in known_groups(data_name, data).items():
            model = methods()[method](n_groups(y), **settings | {"random_state": seed})
            key = {"experiment": "methods", "method": method, "data": name, "seed": seed}
            key["settings"] = settings_of(model, options)
            if not results.done(results_path, **key):
                row = fit_and_keep(results_path, key, model, data.x, y)
                report(f"{name}, {method}, seed {seed}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")
            rows += results.find(results_path, **key)
    return rows
