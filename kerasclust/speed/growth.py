"""How time and memory grow with the number of samples; each measurement in a process of its own."""

import itertools
import json
import subprocess
import sys
import time

import numpy as np

from kerasclust.console import aligned
from kerasclust.experiments.results import peak_memory_mb
from kerasclust.registry import methods
from kerasclust.speed.models import trained_methods
from kerasclust.speed.rows import kept

SIZES = (10_000, 100_000, 1_000_000)
FEATURES, CLUSTERS = 32, 10
SETTINGS = {"network": "dense", "units": (64, 64), "batch_size": 1024, "pretrain_epochs": 2, "epochs": 2, "n_runs": 1}
HEADER = ("method", "rows", "seconds", "ms a row", "beyond the data (MB)", "kB a row")


def simulated_rows(n):
    """Rows (n, `FEATURES`) float32 around `CLUSTERS` centers."""
    random = np.random.default_rng(0)
    x = random.standard_normal((n, FEATURES), "float32")
    for cluster, center in enumerate(random.normal(scale=4.0, size=(CLUSTERS, FEATURES))):
        x[cluster::CLUSTERS] += center
    return x


def fit_simulated(method, n):
    """Fit a method for a few passes over n simulated rows.

    Args:
        method: name, as in `kerasclust methods`.
        n: number of rows.

    Returns:
        {"seconds": of the fit, "memory_mb": the most that this process had in use beyond what it had with the data}
    """
    model = methods()[method](CLUSTERS, **SETTINGS, random_state=0)
    model.fit(simulated_rows(SIZES[0]), verbose=0)  # traces what can be traced
    x = simulated_rows(n)
    before, started = peak_memory_mb(), time.perf_counter()
    model = methods()[method](CLUSTERS, **SETTINGS, random_state=0)
    model.fit(x, verbose=0)
    return {"seconds": time.perf_counter() - started, "memory_mb": peak_memory_mb() - before}


def time_growth(method, n):
    """`fit_simulated` in a new process."""
    done = subprocess.run([sys.executable, "-m", __name__, method, str(n)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def run_growth(out, names=(), sizes=SIZES, report=print):
    """Measure and append a row for each method and number of rows to a results file.

    Args:
        out: the results file; what it has is not measured again.
        names: of methods; all that train in phases if there are none.
        sizes: numbers of rows.
        report: called with a line of text after each measurement.

    Returns:
        The rows, those found in the file included.
    """
    rows = []
    for name, n in itertools.product(trained_methods(names), sizes):
        rows += kept(out, "growth", name, "simulated", {"rows": n}, lambda at=(name, n): time_growth(*at), report)
    return rows


def growth_table(rows):
    """Rows of `run_growth` as text."""
    lines = [
        (
            row["method"],
            f"{row['settings']['rows']:,}",
            f"{row['seconds']:.1f}",
            f"{1000 * row['seconds'] / row['settings']['rows']:.3f}",
            f"{row['memory_mb']:.0f}",
            f"{1000 * row['memory_mb'] / row['settings']['rows']:.2f}",
        )
        for row in rows
    ]
    return "\n".join(aligned([HEADER, *lines]))


if __name__ == "__main__":
    print(json.dumps(fit_simulated(sys.argv[1], int(sys.argv[2]))))
