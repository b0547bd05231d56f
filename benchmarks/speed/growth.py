"""Growth of time and memory with the number of samples; each measurement has its own process."""

import itertools
import json
import sys
import time
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from benchmarks.speed.models import N_CLUSTERS, model_of, trained_methods
from benchmarks.speed.processes import output_of
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.errors import InputError
from kerasclust.records.results import peak_memory_mb
from kerasclust.system.lines import aligned
from kerasclust.types import Array

SIZES = (10_000, 100_000, 1_000_000)
FEATURES = 32
SETTINGS = {"network": "dense", "units": (64, 64), "batch_size": 1024, "pretrain_epochs": 2, "epochs": 2, "n_runs": 1}
COSTS = ("seconds", "memory_mb")
HEADER = ("method", "rows", "seconds", "beyond the data (MB)", "ms a further row", "kB a further row")


def simulated_rows(n: int) -> Array:
    """Return rows (n, `FEATURES`) float32 around `N_CLUSTERS` centers."""
    random = np.random.default_rng(0)
    x = random.standard_normal((n, FEATURES), "float32")
    for cluster, center in enumerate(random.normal(scale=4.0, size=(N_CLUSTERS, FEATURES))):
        x[cluster::N_CLUSTERS] += center
    return x


def fit_simulated(method: str, n: int) -> Record:
    """Fit a method for a few passes over n simulated rows.

    Args:
        method: name, as in `kerasclust methods`.
        n: number of rows.

    Returns:
        {"seconds": seconds of the fit, with tracing; "memory_mb": increase of the peak memory of this process during
        the fit}
    """
    model = model_of(method, SETTINGS)
    x = simulated_rows(n)
    before, started = peak_memory_mb(), time.perf_counter()
    model.fit(x, verbose=0)
    seconds, after = time.perf_counter() - started, peak_memory_mb()
    if before is None or after is None:
        raise InputError(
            "This system does not tell the peak memory of a process, which `--part growth` needs; use Linux or macOS."
        )
    return {"seconds": seconds, "memory_mb": after - before}


def time_growth(method: str, n: int) -> Record:
    """Run `fit_simulated` in a new process."""
    return json.loads(output_of([sys.executable, "-m", __name__, method, str(n)]).splitlines()[-1])


def run_growth(
    out: FilePath, names: Sequence[str] = (), sizes: Iterable[int] = SIZES, report: Report = print
) -> list[Record]:
    """Measure and append a row for each method and number of rows to a results file.

    Args:
        out: results file; measurements in it are not repeated.
        names: names of methods; none for all methods that train in phases.
        sizes: numbers of rows.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.
    """
    rows = []
    for name, n in itertools.product(trained_methods(names), sizes):
        rows += kept(out, "growth", name, "simulated", {"rows": n}, partial(time_growth, name, n), report)
    return rows


def growth_table(rows: list[Record]) -> str:
    """Return rows of `run_growth` as text, with the cost of a further row.

    That cost is the difference from the next smaller fit of the method, divided by the difference of their sizes.
    Constant costs, such as tracing, cancel out.
    """
    lines: list[tuple[str, ...]] = []
    smaller: dict[str, dict[str, float]] = {}
    for row in sorted(rows, key=lambda row: (row["method"], row["settings"]["rows"])):
        n, last = row["settings"]["rows"], smaller.get(row["method"])
        further = ["", ""]
        if last:
            further = [f"{1000 * (row[name] - last[name]) / (n - last['n']):.3f}" for name in COSTS]
        lines.append((row["method"], f"{n:,}", f"{row['seconds']:.1f}", f"{row['memory_mb']:.0f}", *further))
        smaller[row["method"]] = {"n": n} | {name: row[name] for name in COSTS}
    return "\n".join(aligned([HEADER, *lines]))


if __name__ == "__main__":
    print(json.dumps(fit_simulated(sys.argv[1], int(sys.argv[2]))))
