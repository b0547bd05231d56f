"""Lets the learning rates of a phase fall to almost nothing by its end."""

import math

import keras


class LearningRateDecay(keras.callbacks.Callback):
    """Cosine decay of the learning rate of all of a model's optimizers over one phase.

    Two adversaries that keep taking large steps circle around their equilibrium for ever; with falling steps they
    settle, and the critic ends near chance. It takes the place of a stop on plateau: an adversarial loss has none.

    Args:
        optimizers: Keras optimizers.
        learning_rate: at the start.
        epochs: of the phase.
        floor: fraction of the learning rate left at the end.
    """

    def __init__(self, optimizers, learning_rate, epochs, floor=0.01):
        super().__init__()
        self.optimizers = optimizers
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.floor = floor

    def on_train_begin(self, logs=None):
        """Start high."""
        self._done = 0
        self._assign()

    def on_epoch_end(self, epoch, logs=None):
        """Lower the rate and log the one of this epoch."""
        if logs is not None:
            logs["learning_rate"] = self._rate()
        self._done += 1
        self._assign()

    def _rate(self):
        share = min(1.0, self._done / self.epochs)
        cosine = 0.5 * (1.0 + math.cos(math.pi * share))
        return self.learning_rate * (self.floor + (1.0 - self.floor) * cosine)

    def _assign(self):
        for optimizer in self.optimizers:
            optimizer.learning_rate = self._rate()
