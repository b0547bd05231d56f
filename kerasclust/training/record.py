"""Record of a training: logs of all epochs, and seconds."""

import math
import time

import keras


class EpochRecord(keras.callbacks.Callback):
    """Collects the logs of each epoch of all phases; a value that an epoch does not have is NaN."""

    def __init__(self):
        super().__init__()
        self.labels = {}
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        """Keep the logs of an epoch."""
        self.epochs.append({**self.labels, **(logs or {})})

    def history(self, model):
        """Return the record as Keras's History, with "run" and "phase" of each epoch."""
        history = keras.callbacks.History()
        history.set_model(model)
        names = dict.fromkeys(name for row in self.epochs for name in row)
        history.history = {name: [row.get(name, math.nan) for row in self.epochs] for name in names}
        history.epoch = list(range(len(self.epochs)))
        return history


class Clock:
    """Seconds that a run takes, over all processes that worked on it."""

    def start(self, earlier):
        """Count on from the seconds of an earlier process."""
        self._from = time.perf_counter() - earlier

    @property
    def seconds(self):
        """Seconds so far."""
        return time.perf_counter() - self._from
