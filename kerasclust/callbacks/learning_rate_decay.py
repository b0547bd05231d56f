"""Lets a learning rate fall to almost nothing by the end of a phase."""

import math

import keras

from kerasclust.compute.distribution import number_in

FLOOR = 0.01  # share of the learning rate that is left at the end of a phase


class LearningRateDecay(keras.callbacks.Callback):
    """Cosine decay of an optimizer's learning rate over one phase, after a rise where one is asked for.

    Two adversaries that keep taking large steps circle around their equilibrium for ever; with falling steps they
    settle, and the critic ends near chance. It takes the place of a stop on plateau: an adversarial loss has none.

    Args:
        optimizer: a Keras optimizer.
        learning_rate: at the start.
        epochs: of the phase.
        name: of the learning rate in the logs.
        floor: fraction of the learning rate left at the end.
        rise: share of the epochs over which it rises from nothing first. Adam's first steps change every weight by the
            whole learning rate, however small its gradient: enough to undo what a phase goes on from.
    """

    kept = ("_done",)

    @classmethod
    def of(cls, steered, epochs):
        """Return the callback of a `kerasclust.training.phase.Steered` optimizer for a phase of some epochs."""
        floor = 1.0 if steered.constant else FLOOR
        return cls(steered.optimizer, steered.learning_rate, epochs, steered.name, floor, steered.rise)

    def __init__(self, optimizer, learning_rate, epochs, name="learning_rate", floor=FLOOR, rise=0.0):
        super().__init__()
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.name = name
        self.floor = floor
        self.rise = rise * epochs

    def on_train_begin(self, logs=None):
        """Start at the top; where the rate rises, the first batch lowers it."""
        self._done = 0
        self._assign()

    def on_train_batch_begin(self, batch, logs=None):
        """During the rise: the share of it that is over when the steps of this call are."""
        if self._done < self.rise:
            passed = self._done + (batch + self.model.steps_per_execution) / self.params["steps"]
            self._assign(min(1.0, passed / self.rise))

    def on_epoch_end(self, epoch, logs=None):
        """Log the learning rate of this epoch and lower it."""
        if logs is not None:
            logs[self.name] = number_in(self.optimizer.learning_rate)
        self._done += 1
        self._assign()

    def _assign(self, risen=1.0):
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(1.0, self._done / self.epochs)))
        self.optimizer.learning_rate = risen * self.learning_rate * (self.floor + (1.0 - self.floor) * cosine)
