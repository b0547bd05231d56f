"""Scores of a method on complete data, and on the same data with values removed."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks.tables.fits import fit_and_keep, settings_of
from benchmarks.tables.groups import n_groups
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.models.catalog import methods
from kerasclust.records import results
from kerasclust.types import Array


def at_random(share: float) -> Callable[[Array, np.random.Generator], Array]:
    """Return a function that marks values (n, ...) for removal, each with the same probability."""
    return lambda x, random: random.random(x.shape) < share


def stretch(share: float) -> Callable[[Array, np.random.Generator], Array]:
    """Return a function that marks a stretch of each sequence for removal, all channels at a random place.

    Example:
        >>> stretch(0.5)(np.zeros((1, 4, 1)), np.random.default_rng(0))[0, :, 0].sum()
        np.int64(2)
    """

    def marked(x: Array, random: np.random.Generator) -> Array:
        n, steps = x.shape[:2]
        length = round(share * steps)
        first = random.integers(0, steps - length + 1, (n, 1))
        inside = (np.arange(steps) >= first) & (np.arange(steps) < first + length)
        return np.broadcast_to(inside[:, :, None], x.shape)

    return marked


REMOVED: Mapping[str, Callable[[Array, np.random.Generator], Array] | None] = MappingProxyType(
    {
        "nothing": None,
        "10% at random": at_random(0.1),
        "30% at random": at_random(0.3),
        "a third in a row": stretch(1 / 3),
    }
)


def with_gaps(x: Array, removed: str, seed: int = 0) -> Array:
    """Return a copy of samples (n, ...) without some values, by a name of `REMOVED`."""
    marked = REMOVED[removed]
    return x if marked is None else np.where(marked(x, np.random.default_rng(seed)), np.nan, x).astype("float32")


def run_missing(
    method: str,
    data_name: str,
    data: Any,
    results_path: FilePath,
    seeds: Iterable[int],
    settings: Settings | None = None,
    options: Settings | None = None,
    report: Report = print,
) -> list[Record]:
    """Fit a method to sequences without some of their values, with each seed, and append its scores to a results file.

    Runs that the file has are skipped.

    Args:
        method: name, as in `kerasclust methods`.
        data_name: name of the data set in the results.
        data: a `DataSet` of sequences with known groups, which only score the results.
        results_path: the results file.
        seeds: whole numbers. A seed also chooses the values that are removed.
        settings: settings of the method other than its defaults.
        options: {name: value} that the data was loaded with, for the results.
        report: called with a line of text after each run.

    Returns:
        The rows of these runs, including rows that the file had. The name of the method says what was removed.
    """
    rows = []
    for seed in seeds:
        for removed in REMOVED:
            model = methods()[method](n_groups(data.y), **(settings or {}) | {"random_state": seed})
            key = {"experiment": "missing", "method": f"{method}, {removed} removed", "data": data_name, "seed": seed}
            key["settings"] = settings_of(model, options)
            if not results.done(results_path, **key):
                row = fit_and_keep(results_path, key, model, with_gaps(data.x, removed, seed), data.y)
                report(f"{data_name}, seed {seed}, {key['method']}: ACC {row['scores']['acc']:.3f}")
            rows += results.find(results_path, **key)
    return rows
