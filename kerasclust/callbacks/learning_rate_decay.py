"""Lets the learning rates of a phase fall to almost nothing by its end."""

import math

import keras


class LearningRateDecay(keras.callbacks.Callback):
    """Cosine decay of the learning rate of all of a model's optimizers over one phase.

    Two adversaries that keep taking large steps circle around their equilibrium for ever; with falling steps they
    settle, and the critic ends near chance. It takes the place of a stop on plateau: an adversarial loss has none.

    Args:
        rates: {name in the logs: (Keras optimizer, its learning rate at the start)}.
        epochs: of the phase.
        floor: fraction of a learning rate left at the end.
    """

    def __init__(self, rates, epochs, floor=0.01):
        super().__init__()
        self.rates = rates
        self.epochs = epochs
        self.floor = floor

    def on_train_begin(self, logs=None):
        """Start high."""
        self._done = 0
        self._assign()

    def on_epoch_end(self, epoch, logs=None):
        """Log the learning rates of this epoch and lower them."""
        if logs is not None:
            logs.update({name: float(optimizer.learning_rate) for name, (optimizer, _) in self.rates.items()})
        self._done += 1
        self._assign()

    def _assign(self):
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(1.0, self._done / self.epochs)))
        for optimizer, rate in self.rates.values():
            optimizer.learning_rate = rate * (self.floor + (1.0 - self.floor) * cosine)
