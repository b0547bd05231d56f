"""Phases, which a method lists and `kerasclust.training.trainer.Trainer` runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras

from kerasclust.data.pipeline import Samples
from kerasclust.types import Tensor

FEWEST_STEPS = 32  # of an epoch of "auto", about
Step: TypeAlias = Callable[[Tensor, Tensor, Tensor], dict[str, Tensor]]  # (index, x, view) -> logs


@dataclass(frozen=True)
class Steered:
    """Optimizer of a phase, and the course of its learning rate.

    Args:
        optimizer: Keras optimizer. `LearningRateDecay` lowers and logs its learning rate.
        learning_rate: highest learning rate of the phase.
        name: name of the learning rate in the logs.
        setting: setting of the user that the advice after a divergence names.
        rise: share of the phase in which the learning rate rises from 0.
        constant: whether the learning rate stays the same instead of decaying.
    """

    optimizer: keras.optimizers.Optimizer
    learning_rate: float
    name: str = "learning_rate"
    setting: str = "learning_rate"
    rise: float = 0.0
    constant: bool = False


@dataclass(frozen=True)
class Phase:
    """Named part of a training.

    Args:
        name: name in logs, in progress bars and in the file names of a backup.
        step: function (index (b,), x (b, ...), view (b, ...)) -> logs that trains one iteration. None for a phase
            without gradients.
        updates: number of iterations for epochs="auto".
        batch: batch size that `updates` refers to; with another batch size the phase sees the same number of samples.
            None: the number of iterations does not depend on the batch size.
        epochs: passes over the samples, or "auto".
        fewest_steps: steps that an epoch of "auto" has, about, if a pass over the samples has fewer.
        steers: optimizers of the phase.
        before: function (run: `Run`) that is called before the training, for starting clusters and targets.
        after: function (run: `Run`) that is called after the training.
        callbacks: function (samples, epochs) -> list of Keras callbacks of the phase.
        restart: offset to the seed of the run. The sum resets the optimizers and the noise, and orders the samples.
            None: nothing is reset, and the seed of the run orders the samples.
        repeated: whether the phase is repeated in each of the `n_runs` runs.
    """

    name: str
    step: Step | None = None
    updates: int = 0
    batch: int | None = None
    epochs: int | str = "auto"
    fewest_steps: int = FEWEST_STEPS
    steers: tuple[Steered, ...] = ()
    before: Callable[["Run"], None] | None = None
    after: Callable[["Run"], None] | None = None
    callbacks: Callable[[Samples, int], list[keras.callbacks.Callback]] | None = None
    restart: int | None = None
    repeated: bool = False

    def in_epochs(self, samples: Samples) -> Samples:
        """Return samples with the passes that an epoch of this phase has.

        What is done between epochs takes longer than a few small steps. So where a pass over the samples has few steps,
        an epoch of "auto" is several passes.
        """
        if not isinstance(self.epochs, str):
            return samples
        return samples.with_passes(max(1, round(self.fewest_steps / samples.steps_per_epoch)))

    def epochs_for(self, samples: Samples) -> int:
        """Return the number of epochs over some samples.

        The setting "auto" means enough epochs for `updates`.
        """
        if not isinstance(self.epochs, str):  # "auto"
            return self.epochs
        if self.batch is None:
            needed, seen = self.updates, samples.steps_per_epoch
        else:
            needed, seen = self.updates * min(self.batch, len(samples)), samples.steps_per_epoch * samples.batch_size
        return max(1, -(-needed // seen))


@dataclass(frozen=True)
class Run:
    """Run through the phases, the argument of the functions `before` and `after` of a phase.

    Args:
        trainer: `Trainer` that runs the phases.
        seed: seed of all random numbers of the run.
        state: {name: array or number}, results of phases for later phases and for the choice of a run.
    """

    trainer: Any
    seed: int
    state: dict[str, Any]

    @property
    def samples(self) -> Samples:
        """`Samples` with the features of all samples."""
        return self.trainer.samples

    def train(self, phase: Phase, samples: Samples, seed: int, steps_per_epoch: int | None = None) -> None:
        """Train the model by the step of a further phase.

        An example is the search for clusters, which has its own samples.

        Args:
            phase: phase with the step.
            samples: samples for the step.
            seed: seed of the order of the samples.
            steps_per_epoch: number of steps in an epoch; None for those of the phase.
        """
        self.trainer.train(phase, samples, seed, steps_per_epoch)
