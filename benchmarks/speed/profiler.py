"""Where the time of a training step goes: each phase of each method under TensorFlow's profiler."""

import collections
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from benchmarks.speed.choices import SHAPES
from benchmarks.speed.models import random_samples, small_model, trained_methods
from benchmarks.speed.phases import wait_for
from benchmarks.speed.rows import kept
from kerasclust.system.lines import aligned
from kerasclust.training.trainer import Trainer

BATCH, STEPS = 256, 16  # of an execution, which is what is profiled
EXECUTIONS = 2  # of a phase: the first one traces
SHOWN = 5  # operations of a phase, by their time
CONTROL = ("StatefulPartitionedCall", "PartitionedCall", "While", "If", "StatelessWhile", "StatelessIf")
HEADER = ("method", "phase", "network", "all operations (ms a step)", "those with the largest shares of it")


class Profile(keras.callbacks.Callback):
    """Has TensorFlow's profiler watch the last execution of a phase.

    Args:
        folder: where the trace goes.
    """

    def __init__(self, folder):
        super().__init__()
        self.folder = str(folder)
        self.n_left = EXECUTIONS
        self.runs = False

    def on_train_batch_begin(self, batch, logs=None):
        """An execution starts."""
        self.n_left -= 1
        if self.n_left == 0:
            tf.profiler.experimental.start(self.folder)
            self.runs = True

    def on_train_batch_end(self, batch, logs=None):
        """An execution is asked for."""
        if self.n_left == 0:
            wait_for(logs)
            self.stop()

    def stop(self):
        """End the profile, if there is one."""
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


def operations(folder):
    """Seconds of TensorFlow's operations in a trace, all threads together.

    Args:
        folder: of the trace.

    Returns:
        {type of the operation: seconds}, the longest first. What only waits for others (functions, branches, loops) is
        left out.
    """
    seconds = collections.Counter()
    for path in Path(folder).rglob("*.xplane.pb"):
        for name, duration in _events(xplane_pb2.XSpace.FromString(path.read_bytes())):
            operation, _, kind = name.rpartition(":")
            if operation and not operation.endswith(":") and kind not in CONTROL:  # a::b is of the runtime itself
                kind = kind.removeprefix("_").removeprefix("Mkl")  # oneDNN's, which TensorFlow takes on some CPUs
                seconds[kind] += duration
    return dict(seconds.most_common())


def _events(space):
    """(name, seconds) of what ran in the threads of a step, without those of tf.data."""
    for plane in space.planes:
        for line in plane.lines:
            if line.name.startswith("tf_Compute"):
                for event in line.events:
                    yield plane.event_metadata[event.metadata_id].name, event.duration_ps / 1e12


def run_profiles(out, names=(), networks=SHAPES, report=print):
    """Profile each method and network, and append a row to a results file.

    Args:
        out: the results file; what it has is not profiled again. The traces go beside it, into OUT.traces.
        names: of methods; all that train in phases if there are none.
        networks: keys of `SHAPES`.
        report: called with a line of text after each measurement.

    Returns:
        The rows, those found in the file included.
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


def profiles_table(rows):
    """Rows of `run_profiles` as text, one line a phase, the slowest phase of a method first."""
    lines = []
    for row in rows:
        for phase in sorted(row["phases"], key=lambda phase: -sum(phase["operations"].values())):
            total = sum(phase["operations"].values())
            largest = list(phase["operations"].items())[:SHOWN]
            shares = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in largest)
            lines.append((row["method"], phase["phase"], row["data"], f"{1000 * total:.1f}", shares))
    return "\n".join(aligned([HEADER, *lines]))
