"""Time to start the command and to import the library, each in its own process."""

import statistics
import sys
import time
from collections.abc import Iterable
from functools import partial

from benchmarks.speed.processes import output_of
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.system.lines import aligned

ROUNDS = 5
STARTS = {
    "import kerasclust": ("-c", "import kerasclust"),
    "kerasclust --help": ("-m", "kerasclust", "--help"),
    "import tensorflow": ("-c", "import tensorflow"),
    "kerasclust methods": ("-m", "kerasclust", "methods"),  # imports TensorFlow
}


def time_start(arguments: Iterable[str]) -> Record:
    """Return the median seconds of a Python process over several rounds; a first round fills the disk's cache."""
    seconds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        output_of([sys.executable, *arguments])
        seconds.append(time.perf_counter() - started)
    return {"seconds": statistics.median(seconds[1:])}


def run_start(out: FilePath, report: Report = print) -> list[Record]:
    """Measure every start that a results file lacks, and return all rows."""
    rows = []
    for name, arguments in STARTS.items():
        rows += kept(out, "start", name, "none", {}, partial(time_start, arguments), report)
    return rows


def start_table(rows: list[Record]) -> str:
    """Return rows of `run_start` as text."""
    return "\n".join(aligned([("start", "seconds"), *((row["method"], f"{row['seconds']:.2f}") for row in rows)]))
