"""How far a phase is, kept every now and then, so that a training that was killed loses a minute and not the phase."""

import time

import keras
import numpy as np

SECONDS = 60  # between two checkpoints, at least
SHARE = 0.05  # of the time that writing them may take


class PhaseCheckpoint(keras.callbacks.Callback):
    """Keeps what a phase depends on after an epoch, at most once a minute; the last callback of its training.

    A phase that goes on runs again what comes before its training; then everything is put where it was. The user's own
    callbacks start anew.

    Args:
        backup: `Backup` that the checkpoint lies in.
        name: of the checkpoint.
        callbacks: of the phase; `kept` of each names the attributes, numbers and arrays, that belong to how far it is.
        progress: function () -> {"epochs": logs of the epochs of the phase, "seconds": of the run}, JSON values.
    """

    def __init__(self, backup, name, callbacks, progress):
        super().__init__()
        self.backup, self.name, self.progress, self.callbacks = backup, name, progress, callbacks
        self._kept = None

    def read(self, model):
        """Put a model where its phase goes on: the `progress` up to there, or None without a checkpoint."""
        self._kept = self.backup.read(self.name, model.training_variables())
        if self._kept is None:
            return None
        self._restore(model)
        return {name: self._kept[name] for name in ("epochs", "seconds")}

    def on_train_begin(self, logs=None):
        """Put the model, which the other callbacks may have changed, and these callbacks where they were."""
        if self._kept:
            self._restore(self.model)
            for i, (callback, name) in enumerate(self._attributes()):
                setattr(callback, name, self._kept["state"][str(i)])
        self._kept = None
        self._next = time.monotonic() + SECONDS

    def on_epoch_end(self, epoch, logs=None):
        """Write a checkpoint where it is time; the end of the phase has a backup of its own."""
        started = time.monotonic()
        if started < self._next or self.model.stop_training or epoch + 1 == self.params["epochs"]:
            return
        state = {str(i): np.asarray(getattr(*attribute)) for i, attribute in enumerate(self._attributes())}
        self.backup.write(self.name, self.model.training_variables(), {**self.progress(), "state": state})
        now = time.monotonic()
        self._next = now + max(SECONDS, (now - started) / SHARE)

    def _restore(self, model):
        for variable, value in zip(model.training_variables(), self._kept["variables"], strict=True):
            variable.assign(value)

    def _attributes(self):
        """(callback, name of an attribute) of all that is kept of them."""
        return [(callback, name) for callback in self.callbacks for name in callback.kept]
