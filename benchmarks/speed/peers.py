"""Whole runs against ClustPy with the same networks, batches, epochs and optimizer, each in its own process."""

import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from benchmarks.speed import clustpy_run
from benchmarks.speed.clustpy_environment import CLUSTPY, clustpy_python, torch_version
from benchmarks.speed.processes import output_of
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.data.pipeline import in_batches
from kerasclust.datasets import load
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.models.catalog import methods
from kerasclust.records.results import peak_memory_mb
from kerasclust.system.lines import aligned
from kerasclust.types import Array

DATA = "mnist"
SETTINGS = {
    "n_clusters": 10,
    "units": (500, 500, 2000, 10),
    "batch_size": 256,
    "learning_rate": 1e-3,
    "pretrain_epochs": 100,
    "epochs": 150,
}
OURS = "kerasclust"
MEASURED = ("seconds", "nmi", "peak_memory_mb")
HEADER = (
    *("method", "seeds", "ClustPy (s)", "kerasclust (s)", "ratio", "ClustPy NMI", "kerasclust NMI"),
    *("to ClustPy's NMI (s)", "ratio", "ClustPy (MB)", "kerasclust (MB)"),
)


class ScoreClock(keras.callbacks.Callback):
    """Callback that notes time and NMI before refinement and after each of its epochs.

    Args:
        x: samples (n, features).
        y: their known groups (n,).
    """

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y
        self.started, self.looking = time.perf_counter(), 0.0
        self.seen = []

    @property
    def seconds(self) -> float:
        """Seconds since the start, without the time of scoring."""
        return time.perf_counter() - self.started - self.looking

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Note time and NMI at the start of a phase."""
        self.look()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note time and NMI after an epoch."""
        self.look()

    def look(self) -> None:
        """Note time and NMI, in refinement only."""
        if self.model.phase != "refine":
            return
        seconds = self.seconds
        q = in_batches(self.model.traced(self.model.assign_features), self.model.features(self.x).numpy())
        self.seen.append((seconds, external_scores(self.y, q.argmax(axis=1))["nmi"]))
        self.looking += self.seconds - seconds


def timed_run(method: str, x: Array, y: Array, settings: Settings) -> Record:
    """Fit a method, as `clustpy_run.timed_run` fits that of ClustPy.

    Args:
        method: name, as in `kerasclust methods`.
        x: samples (n, features), float32.
        y: known groups (n,), for the clock only.
        settings: as `SETTINGS`, with "seed".

    Returns:
        {"seconds", "peak_memory_mb", "labels", "seen": [(seconds, NMI)]}
    """
    *units, latent_dim = settings["units"]
    shared = {name: settings[name] for name in ("batch_size", "learning_rate", "pretrain_epochs", "epochs")}
    model = methods()[method](
        settings["n_clusters"],
        network="dec",  # starts from small weights, as PyTorch
        units=units,
        latent_dim=latent_dim,
        frontend="shared_unit",  # one scale for all features: ClustPy scales none
        tolerance=0.0,
        random_state=settings["seed"],
        **shared,
    )
    clock = ScoreClock(x, y)
    model.fit(x, callbacks=[clock], verbose=0)
    seconds, memory = clock.seconds, peak_memory_mb()
    labels = model.predict_clusters(x).tolist()
    return {"seconds": seconds, "peak_memory_mb": memory, "labels": labels, "seen": clock.seen}


def run_peers(
    out: FilePath,
    names: Sequence[str] = (),
    clustpy: FilePath | None = None,
    seeds: Iterable[int] = (0,),
    settings: Settings = SETTINGS,
    data: tuple[Array, Array] | None = None,
    report: Report = print,
) -> list[Record]:
    """Measure and append a row for each method, seed and library to a results file.

    Args:
        out: results file; measurements in it are not repeated.
        names: names of methods; none for all methods that ClustPy has.
        clustpy: Python of an environment with ClustPy; None makes an environment.
        seeds: seeds of the runs.
        settings: as `SETTINGS`.
        data: (x, y) to run on; None for MNIST's test images.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.

    Raises:
        InputError: ClustPy lacks a method, or cannot be installed.
    """
    names = list(dict.fromkeys(names)) or list(clustpy_run.METHODS)
    if unknown := [name for name in names if name not in clustpy_run.METHODS]:
        raise InputError(f"ClustPy has no method {unknown[0]!r}; choose among {', '.join(clustpy_run.METHODS)}.")
    python = clustpy_python(clustpy, report)
    programs = {
        f"{CLUSTPY}, torch=={torch_version(python)}": [str(python), clustpy_run.__file__],
        OURS: [sys.executable, "-m", __name__],
    }
    x, y = data or mnist_test()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder, "samples.npz")
        np.savez(samples, x=x, y=y)
        for name, seed, (library, program) in itertools.product(names, seeds, programs.items()):
            given = settings | {"seed": seed}

            def measure(name=name, given=given, program=program):
                said = output_of([*program, name, str(samples), json.dumps(given)], CUDA_VISIBLE_DEVICES="")
                run = json.loads(said.splitlines()[-1])
                return run | {"nmi": external_scores(y, np.array(run.pop("labels")))["nmi"]}

            rows += kept(out, "peers", name, DATA, {"library": library, **given}, measure, report, seed)
    return rows


def mnist_test() -> tuple[Array, Array]:
    """Return (x, y): MNIST's test images (10000, 784) from 0 to 1, and their digits."""
    data = load(DATA)
    return np.asarray(data.x, "float32").reshape(len(data.x), -1), np.asarray(data.y)


def seconds_to(nmi: float, seen: Iterable[tuple[float, float]]) -> float | None:
    """Return the seconds until an NMI was reached, from `ScoreClock.seen`; None if it never was."""
    return next((seconds for seconds, found in seen if found >= nmi), None)


def peers_table(rows: list[Record]) -> str:
    """Return rows of `run_peers` as text, one line for each method: medians and mean NMI over the seeds."""
    lines = []
    for name in dict.fromkeys(row["method"] for row in rows):
        runs = [row for row in rows if row["method"] == name]
        ours = [row for row in runs if row["settings"]["library"] == OURS]
        peer = [row for row in runs if row["settings"]["library"] != OURS]
        seconds, nmi, memory = (
            [_of(kind, key) for kind in (peer, ours)] for key in ("seconds", "nmi", "peak_memory_mb")
        )
        until = [seconds_to(nmi[0], row["seen"]) for row in ours]
        lines.append(
            (
                *(name, str(len(ours)), *(f"{value:.0f}" for value in seconds), f"{seconds[1] / seconds[0]:.2f}"),
                *(f"{value:.3f}" for value in nmi),
                *_reached([value for value in until if value is not None], len(ours), seconds[0]),
                *(f"{value:.0f}" for value in memory),
            )
        )
    return "\n".join(aligned([HEADER, *lines]))


def _of(rows: list[Record], key: str) -> float:
    """Return the mean of NMI, or the median of another value, over rows."""
    return (statistics.fmean if key == "nmi" else statistics.median)(row[key] for row in rows)


def _reached(times: list[float], n_runs: int, peer_seconds: float) -> tuple[str, str]:
    """Return (seconds until a score was reached, ratio to the peer's seconds) as text, over runs that reached it."""
    if not times:
        return "never", ""
    seconds = statistics.median(times)
    by = "" if len(times) == n_runs else f" ({len(times)} of {n_runs})"
    return f"{seconds:.0f}{by}", f"{seconds / peer_seconds:.2f}"


if __name__ == "__main__":
    with np.load(sys.argv[2], allow_pickle=False) as arrays:
        print(json.dumps(timed_run(sys.argv[1], arrays["x"], arrays["y"], json.loads(sys.argv[3]))))
