"""Time of a whole run outside of training steps: target updates, initialization, diagnostics."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.speed.models import trained_methods
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.callbacks import AssignmentUpdate
from kerasclust.datasets import load
from kerasclust.models.catalog import methods
from kerasclust.system.lines import aligned
from kerasclust.training.trainer import Trainer
from kerasclust.types import Array

DATA = "mobile_network"
STEPS, TARGETS, START, EVIDENCE, REST = "training steps", "target updates", "initialization", "diagnostics", "the rest"
PARTS = (STEPS, TARGETS, START, EVIDENCE, REST)
OVERHEAD = (TARGETS, START, EVIDENCE)
HEADER = ("method", "seconds", *PARTS, "target updates + initialization + diagnostics")


class Stopwatch:
    """Seconds of named parts of the work, in `seconds`; of nested parts the innermost counts."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.names: list[str] = []
        self.since = 0.0

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Count the time inside this context as a part."""
        self._pass_to([*self.names, name])
        try:
            yield
        finally:
            self._pass_to(self.names[:-1])

    def _pass_to(self, names: list[str]) -> None:
        now = time.perf_counter()
        if self.names:
            self.seconds[self.names[-1]] += now - self.since
        self.names, self.since = names, now

    def watch(self, owner: object, method: str, name: str) -> None:
        """Count all calls of a method of an object as a part."""
        watched = getattr(owner, method)

        def run(*arguments, **named):
            with self.on(name):
                return watched(*arguments, **named)

        setattr(owner, method, run)


class WatchedTrainer(Trainer):
    """Trains the phases of a model, with a `Stopwatch` on their parts.

    Args:
        model: as `Trainer`.
        samples: as `Trainer`.
        stopwatch: gets the seconds.
    """

    def __init__(self, model, samples, stopwatch):
        super().__init__(model, samples)
        self.stopwatch = stopwatch
        if hasattr(model, "find_clusters"):
            stopwatch.watch(model, "find_clusters", START)
        stopwatch.watch(model, "candidate", EVIDENCE)

    def callbacks_of(self, phase, samples, epochs):
        """Return the callbacks of a phase, those that renew targets watched."""
        callbacks = super().callbacks_of(phase, samples, epochs)
        for callback in callbacks:
            if isinstance(callback, AssignmentUpdate):
                self.stopwatch.watch(callback, "update", TARGETS)
        return callbacks

    def train(self, phase, samples, seed=0, steps_per_epoch=None):
        """Train as `Trainer.train` does."""
        with self.stopwatch.on(STEPS):
            super().train(phase, samples, seed, steps_per_epoch)


def time_run(model: Any, x: Array) -> Record:
    """Fit a model and time the parts of the run.

    Args:
        model: a clustering model that trains in phases.
        x: raw samples (n, ...).

    Returns:
        {"seconds": seconds of the run, "parts": {name: seconds}}
    """
    stopwatch = Stopwatch()
    with stopwatch.on(REST):
        samples = model.trainer(x).samples
        WatchedTrainer(model, samples, stopwatch).run()
    parts = {name: stopwatch.seconds[name] for name in PARTS}
    return {"seconds": sum(parts.values()), "parts": parts}


def run_overhead(out: FilePath, names: Sequence[str] = (), report: Report = print) -> list[Record]:
    """Time whole runs with default settings on the simulated mobile network, and append a row for each method.

    Args:
        out: results file; measurements in it are not repeated.
        names: names of methods; none for all methods that train in phases.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.
    """
    rows, data = [], None
    for name in trained_methods(names):

        def measure(name=name):
            nonlocal data
            data = data or load(DATA)
            return time_run(methods()[name](len(data.label_names), random_state=0), data.x)

        rows += kept(out, "overhead", name, DATA, {}, measure, report)
    return rows


def overhead_table(rows: list[Record]) -> str:
    """Return rows of `run_overhead` as text: the share of each part, and the sum of the parts in `OVERHEAD`."""
    lines = []
    for row in rows:
        shares = {name: row["parts"][name] / row["seconds"] for name in PARTS}
        together = sum(shares[name] for name in OVERHEAD)
        lines.append((row["method"], f"{row['seconds']:.1f}", *(f"{shares[p]:.1%}" for p in PARTS), f"{together:.1%}"))
    return "\n".join(aligned([HEADER, *lines]))
