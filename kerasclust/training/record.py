"""Record of a training: the logs of all epochs, and the training time."""

import math
import time
from typing import Any

import keras


class EpochRecord(keras.callbacks.Callback):
    """Callback that collects the logs of all epochs of all phases.

    Attributes:
        labels: {name: value} that is added to the logs of each following epoch, such as the name of the phase.
        epochs: labels and logs {name: value} of each epoch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, Any] = {}
        self.epochs: list[dict[str, Any]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add the logs of an epoch to the record."""
        self.epochs.append({**self.labels, **(logs or {})})

    def history(self, model: keras.Model) -> keras.callbacks.History:
        """Return the record as the History of Keras, with "run" and "phase" of each epoch.

        A value is NaN in epochs that did not log it.
        """
        history = keras.callbacks.History()
        history.set_model(model)
        names = dict.fromkeys(name for row in self.epochs for name in row)
        history.history = {name: [row.get(name, math.nan) for row in self.epochs] for name in names}
        history.epoch = list(range(len(self.epochs)))
        return history


class Clock:
    """Clock for the seconds of a run, added up over all processes that worked on the run."""

    def start(self, earlier: float) -> None:
        """Start the clock at the seconds of earlier processes."""
        self._from = time.perf_counter() - earlier

    @property
    def seconds(self) -> float:
        """Seconds of the run up to now."""
        return time.perf_counter() - self._from
