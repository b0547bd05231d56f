"""Phases of a training: a method lists them, `kerasclust.training.trainer.Trainer` runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Steered:
    """An optimizer that acts in a phase, and the course of its learning rate.

    Args:
        optimizer: Keras optimizer. `LearningRateDecay` lowers and logs its learning rate.
        learning_rate: highest learning rate of the phase.
        name: of the learning rate in the logs.
        setting: the user's setting that advice names.
        rise: share of the phase over which the rate rises first.
        constant: keep the rate instead of lowering it.
    """

    optimizer: Any
    learning_rate: float
    name: str = "learning_rate"
    setting: str = "learning_rate"
    rise: float = 0.0
    constant: bool = False


@dataclass(frozen=True)
class Phase:
    """A named part of a training.

    Args:
        name: shown, logged, and used in the file names of a backup.
        step: function (index (b,), x (b, ...), view (b, ...)) -> logs, one iteration; None for a phase that does not
            train by gradient.
        updates: iterations that epochs="auto" stands for.
        batch: batch size that `updates` counts in, where another batch size sees as many samples; None counts
            iterations whatever the batch size.
        epochs: passes over the samples, or "auto".
        steers: the optimizers that act, each as `Steered`.
        before: function (run: `Run`), called first: starting clusters, targets.
        after: function (run: `Run`), called last.
        callbacks: function (samples, epochs) -> list of Keras callbacks of this phase.
        restart: None, or offset to the seed of the run: optimizers and noise start anew from that seed, and it orders
            the samples.
        repeated: whether `n_runs` repeats the phase.
    """

    name: str
    step: Callable | None = None
    updates: int = 0
    batch: int | None = None
    epochs: int | str = "auto"
    steers: tuple[Steered, ...] = ()
    before: Callable | None = None
    after: Callable | None = None
    callbacks: Callable | None = None
    restart: int | None = None
    repeated: bool = False

    def epochs_for(self, samples) -> int:
        """Return the passes over `Samples` that the phase takes: as set, or enough for `updates`."""
        if self.epochs != "auto":
            return self.epochs
        if self.batch is None:
            needed, seen = self.updates, samples.steps_per_epoch
        else:
            n = len(samples)
            needed, seen = self.updates * min(self.batch, n), samples.steps_per_epoch * samples.batch_size
        return max(1, -(-needed // seen))


@dataclass(frozen=True)
class Run:
    """One run through the phases: what `before` and `after` of a phase work with.

    Args:
        trainer: `Trainer`.
        seed: of everything random in the run.
        state: {name: array or number} that phases found, for later phases and for the choice of a run.
    """

    trainer: Any
    seed: int
    state: dict

    @property
    def samples(self):
        """`Samples` with the features of all samples."""
        return self.trainer.samples

    def train(self, phase, samples, seed, steps_per_epoch=None):
        """Train by the step of a further phase, such as the search for clusters, on samples of its own."""
        self.trainer.train(phase, samples, seed, steps_per_epoch)
