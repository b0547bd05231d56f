"""Time of a training step in every phase of a method, with its floor."""

import statistics
import time
from dataclasses import dataclass
from typing import Any

import keras

from benchmarks.speed.floor import Floor
from kerasclust.training.trainer import Trainer


@dataclass(frozen=True)
class PhaseTime:
    """Measurements of a phase.

    Args:
        phase: name of the phase.
        batch_size: samples in a step.
        step_seconds: median time of a step within an execution, with its wait for samples.
        floor_seconds: median time of its matrix products and convolutions alone.
        n_products: number of matrix products and convolutions in a step.
    """

    phase: str
    batch_size: int
    step_seconds: float
    floor_seconds: float
    n_products: int

    @property
    def ratio(self) -> float:
        """Time of a step divided by its floor."""
        return self.step_seconds / self.floor_seconds


def wait_for(logs: dict[str, Any]) -> None:
    """Wait until an execution is done: Keras returns its logs {name: scalar} before."""
    for value in logs.values():
        float(value)


class ExecutionClock(keras.callbacks.Callback):
    """Callback that measures the seconds of a step in each execution but the first, which traces."""

    def __init__(self):
        super().__init__()
        self.first, self.begun, self.all_seconds = 0, 0.0, []

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the start of an execution."""
        self.first, self.begun = batch, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Wait for the end of an execution and note its seconds."""
        wait_for(logs or {})
        self.all_seconds.append((time.perf_counter() - self.begun) / (batch - self.first + 1))

    @property
    def seconds(self) -> float:
        """Median over all executions but the first."""
        return statistics.median(self.all_seconds[1:])


class TimedTrainer(Trainer):
    """Trains the phases of a model and measures each; the times are in `times`.

    The floor is measured as often before the training of a phase as after it, so that both see the same machine load.

    Args:
        model: as `Trainer`.
        samples: as `Trainer`.
        rounds: how often the floor is measured before, and after.
    """

    def __init__(self, model, samples, rounds):
        super().__init__(model, samples)
        self.rounds, self.clock_of_phase = rounds, None
        self.times = []

    def callbacks_of(self, phase, samples, epochs):
        """Return the callbacks of a phase, and a clock."""
        self.clock_of_phase = ExecutionClock()
        return [*super().callbacks_of(phase, samples, epochs), self.clock_of_phase]

    def train(self, phase, samples, seed=0, steps_per_epoch=None):
        """Train as `Trainer.train` does, with a clock."""
        index, x, view = next(iter(samples.training(seed)))
        floor, n_steps = Floor(phase.step, (index, x, view)), steps_per_epoch or samples.steps_per_execution
        floors = [floor.seconds(n_steps) for _ in range(self.rounds)]
        super().train(phase, samples, seed, steps_per_epoch)
        floors += [floor.seconds(n_steps) for _ in range(self.rounds)]
        seconds = self.clock_of_phase.seconds
        self.times.append(PhaseTime(phase.name, len(x), seconds, statistics.median(floors), floor.n_operations))
