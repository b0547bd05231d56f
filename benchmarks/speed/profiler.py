"""Operations of a training step and their times, by TensorFlow's profiler."""

import collections
import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from benchmarks.speed.choices import SHAPES
from benchmarks.speed.models import random_samples, small_model, trained_methods
from benchmarks.speed.phases import wait_for
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.system.lines import aligned
from kerasclust.training.trainer import Trainer

BATCH, STEPS = 256, 16  # steps of an execution, the part that is profiled
EXECUTIONS = 2  # of a phase; the first traces
SHOWN = 5  # longest operations of a phase
CONTROL = ("StatefulPartitionedCall", "PartitionedCall", "While", "If", "StatelessWhile", "StatelessIf")
HEADER = ("method", "phase", "network", "all operations (ms a step)", "those with the largest shares of it")


class Profile(keras.callbacks.Callback):
    """Callback that profiles the last execution of a phase.

    Args:
        folder: folder for the trace.
    """

    def __init__(self, folder):
        super().__init__()
        self.folder = str(folder)
        self.n_left = EXECUTIONS
        self.runs = False

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the profiler at the last execution."""
        self.n_left -= 1
        if self.n_left == 0:
            tf.profiler.experimental.start(self.folder)
            self.runs = True

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Stop the profiler after the last execution."""
        if self.n_left == 0:
            wait_for(logs or {})
            self.stop()

    def stop(self) -> None:
        """Stop the profiler if it runs."""
        if self.runs:
            self.runs = False
            tf.profiler.experimental.stop()


class ProfiledTrainer(Trainer):
    """Trains the phases of a model under the profiler; where their time went is in `phases`.

    Args:
        model: as `Trainer`.
        samples: as `Trainer`.
        folder: for the traces, one a phase.
    """

    def __init__(self, model, samples, folder):
        super().__init__(model, samples)
        self.folder = Path(folder)
        self.phases = []

    def callbacks_of(self, phase, samples, epochs):
        """Return the callbacks of a phase, and the profile."""
        return [*super().callbacks_of(phase, samples, epochs), self.profile]

    def train(self, phase, samples, seed=0, steps_per_epoch=None):
        """Train as `Trainer.train` does, profiled, for some executions."""
        n_steps, folder = steps_per_epoch or samples.steps_per_execution, self.folder / phase.name
        shutil.rmtree(folder, ignore_errors=True)  # of a run that was interrupted
        self.profile = Profile(folder)
        try:
            short = replace(phase, epochs=EXECUTIONS, updates=EXECUTIONS * n_steps)
            super().train(short, samples, seed, steps_per_epoch)
        finally:
            self.profile.stop()
        of_step = {name: seconds / n_steps for name, seconds in operations(folder).items()}
        self.phases.append({"phase": phase.name, "operations": of_step})


def operations(folder: FilePath) -> dict[str, float]:
    """Return the seconds of TensorFlow's operations in a trace, summed over threads.

    Args:
        folder: folder of the trace.

    Returns:
        {type of the operation: seconds}, the longest first. Functions, branches and loops, which wait for other
        operations, are left out.
    """
    seconds: dict[str, float] = collections.defaultdict(float)
    for path in Path(folder).rglob("*.xplane.pb"):
        for name, duration in _events(xplane_pb2.XSpace.FromString(path.read_bytes())):
            operation, _, kind = name.rpartition(":")
            if operation and not operation.endswith(":") and kind not in CONTROL:  # a::b is a part of the runtime
                kind = kind.removeprefix("_").removeprefix("Mkl")  # variants of oneDNN on some CPUs
                seconds[kind] += duration
    return dict(sorted(seconds.items(), key=lambda item: -item[1]))


def _events(space: Any) -> Iterator[tuple[str, float]]:
    """Yield (name, seconds) of the events in the threads of a step, without those of tf.data."""
    for plane in space.planes:
        for line in plane.lines:
            if line.name.startswith("tf_Compute"):
                for event in line.events:
                    yield plane.event_metadata[event.metadata_id].name, event.duration_ps / 1e12


def run_profiles(
    out: FilePath, names: Sequence[str] = (), networks: Iterable[str] = SHAPES, report: Report = print
) -> list[Record]:
    """Profile each method and network, and append a row to a results file.

    Args:
        out: results file; profiles in it are not repeated. The traces go to the folder OUT.traces.
        names: names of methods; none for all methods that train in phases.
        networks: keys of `SHAPES`.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.
    """
    rows = []
    for network, name in itertools.product(dict.fromkeys(networks), trained_methods(names)):
        traces = Path(f"{out}.traces", f"{name}-{network}")

        def measure(name=name, network=network, traces=traces):
            model = small_model(name, network, "float32", BATCH, EXECUTIONS)
            samples = model.trainer(random_samples(network, STEPS * BATCH)).samples
            trainer = ProfiledTrainer(model, samples, traces)
            trainer.run()
            seconds = sum(sum(phase["operations"].values()) for phase in trainer.phases)
            return {"seconds": seconds, "phases": trainer.phases}

        rows += kept(out, "profile", name, network, {"batch_size": BATCH}, measure, report)
    return rows


def profiles_table(rows: list[Record]) -> str:
    """Return rows of `run_profiles` as text, one line for each phase, the slowest phase of a method first."""
    lines = []
    for row in rows:
        for phase in sorted(row["phases"], key=lambda phase: -sum(phase["operations"].values())):
            total = sum(phase["operations"].values())
            largest = list(phase["operations"].items())[:SHOWN]
            shares = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in largest)
            lines.append((row["method"], phase["phase"], row["data"], f"{1000 * total:.1f}", shares))
    return "\n".join(aligned([HEADER, *lines]))
