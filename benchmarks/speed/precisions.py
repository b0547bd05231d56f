"""Scores and seconds of each method in half precision and in float32."""

import itertools
import statistics
import time
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.speed.models import trained_methods
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.compute.precision import POLICIES
from kerasclust.datasets import load
from kerasclust.models.catalog import methods
from kerasclust.records.results import mean_and_deviation, summary
from kerasclust.system.lines import aligned

DATA, OPTIONS = "mobile_network", {"n_users": 160, "n_sequences": 5}
SEEDS = range(3)
SETTINGS = {"n_runs": 1}  # a single training instead of the best of several
HEADER = ("method", *(f"{policy}: NMI" for policy in POLICIES), *(f"{policy} (s)" for policy in POLICIES))


def run_precisions(
    out: FilePath,
    names: Sequence[str] = (),
    policies: Iterable[str] = POLICIES,
    seeds: Iterable[int] = SEEDS,
    settings: Settings = SETTINGS,
    report: Report = print,
) -> list[Record]:
    """Fit and append a row for each method, precision and seed to a results file.

    Args:
        out: results file; runs in it are not repeated.
        names: names of methods; none for all methods that train in phases.
        policies: Keras dtype policies.
        seeds: seeds of the runs.
        settings: {name: value} other than the defaults of the methods.
        report: called with a line of text after each run.

    Returns:
        The rows, including rows that the file had.
    """
    data, rows = load(DATA, **OPTIONS), []
    varied: Iterable[Iterable[Any]] = map(dict.fromkeys, (trained_methods(names), policies, seeds))  # each once
    for name, policy, seed in itertools.product(*varied):

        def measure(name=name, policy=policy, seed=seed):
            model = methods()[name](len(data.label_names), dtype=policy, random_state=seed, **settings)
            started = time.perf_counter()
            model.fit(data, verbose=0)
            return {"seconds": time.perf_counter() - started, "scores": model.evaluate(data)}

        at = OPTIONS | settings | {"precision": policy}
        rows += kept(out, "precision", name, DATA, at, measure, report, seed)
    return rows


def precisions_table(rows: list[Record]) -> str:
    """Return rows of `run_precisions` as text: NMI and median seconds of each method and precision."""
    of_policy = [[row for row in rows if row["settings"]["precision"] == policy] for policy in POLICIES]
    found = [summary(runs) for runs in of_policy]
    lines = []
    for name in dict.fromkeys(row["method"] for row in rows):
        nmi = (mean_and_deviation(by_method[name]["nmi"]) if name in by_method else "" for by_method in found)
        seconds = ([row["seconds"] for row in runs if row["method"] == name] for runs in of_policy)
        lines.append((name, *nmi, *(f"{statistics.median(times):.0f}" if times else "" for times in seconds)))
    return "\n".join(aligned([HEADER, *lines]))
