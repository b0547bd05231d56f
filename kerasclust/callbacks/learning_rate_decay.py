"""Decay of a learning rate to almost zero by the end of a phase."""

import math
from typing import Any

import keras

from kerasclust.compute.distribution import number_in

FLOOR = 0.01  # share of the learning rate at the end of a phase


class LearningRateDecay(keras.callbacks.Callback):
    """Cosine decay of an optimizer's learning rate over one phase, with an optional rise.

    Two adversaries that keep taking large steps circle around their equilibrium. With falling steps they settle, and
    the critic ends near chance. A stop on plateau cannot replace the decay, since an adversarial loss has no plateau.

    Args:
        optimizer: Keras optimizer.
        learning_rate: learning rate at the start of the decay.
        epochs: number of epochs of the phase.
        name: name of the learning rate in the logs.
        floor: share of the learning rate at the end of the phase.
        rise: share of the epochs in which the learning rate rises from 0. The first steps of Adam change each weight by
            the whole learning rate, even with small gradients. Without a rise, such steps could undo earlier phases.
    """

    kept = ("_done",)

    @classmethod
    def of(cls, steered: Any, epochs: int) -> "LearningRateDecay":
        """Return the callback for an optimizer.

        Args:
            steered: `kerasclust.training.phase.Steered`, the optimizer with the course of its learning rate.
            epochs: number of epochs of the phase.
        """
        floor = 1.0 if steered.constant else FLOOR
        return cls(steered.optimizer, steered.learning_rate, epochs, steered.name, floor, steered.rise)

    def __init__(
        self,
        optimizer: keras.optimizers.Optimizer,
        learning_rate: float,
        epochs: int,
        name: str = "learning_rate",
        floor: float = FLOOR,
        rise: float = 0.0,
    ) -> None:
        super().__init__()
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.name = name
        self.floor = floor
        self.rise = rise * epochs

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Set the highest learning rate. During a rise, the first batch lowers it again."""
        self._done = 0
        self._assign()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Raise the learning rate during the rise, by the steps done at the end of this execution."""
        if self._done < self.rise:
            passed = self._done + (batch + self.model.steps_per_execution) / self.params["steps"]
            self._assign(min(1.0, passed / self.rise))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the learning rate of this epoch and lower it."""
        if logs is not None:
            logs[self.name] = number_in(self.optimizer.learning_rate)
        self._done += 1
        self._assign()

    def _assign(self, risen: float = 1.0) -> None:
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(1.0, self._done / self.epochs)))
        self.optimizer.learning_rate = risen * self.learning_rate * (self.floor + (1.0 - self.floor) * cosine)
