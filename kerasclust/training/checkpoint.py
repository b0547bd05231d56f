"""Checkpoints in the middle of a phase, from which a killed training resumes.

A killed training loses about a minute instead of the whole phase.

The `kept` protocol: each callback of a phase has a class attribute `kept`, a tuple with the names of those of its
attributes that change during training, such as `kept = ("_done",)`. The attributes are numbers or NumPy arrays.

- `PhaseCheckpoint` writes the attributes of all callbacks with each checkpoint.
- When the phase resumes, each callback first runs its own `on_train_begin`, as in a new phase. `PhaseCheckpoint` is the
  last callback, so its `on_train_begin` then sets the attributes to their saved values.
- A callback without state has `kept = ()`.
- A phase with a callback that has no `kept` gets no checkpoints. After a kill it starts again from its beginning.

The callbacks of the user are not part of the protocol.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from kerasclust.training.backup import Backup
from kerasclust.types import Array

SECONDS = 60  # shortest time between two checkpoints
SHARE = 0.05  # largest share of the training time for writing checkpoints


class PhaseCheckpoint(keras.callbacks.Callback):
    """Callback that writes a checkpoint of a phase after an epoch, at most once a minute.

    It has to be the last callback of its training. A resumed phase first repeats its function `before`; then the model
    and the callbacks return to their saved state. The callbacks of the user start anew.

    Args:
        backup: `Backup` that holds the checkpoint.
        name: name of the checkpoint in the backup.
        callbacks: callbacks of the phase, each with the attribute `kept` (see the description of this module).
        progress: function () -> {"epochs": logs of the epochs of the phase, "seconds": seconds of the run}, as JSON
            values.
    """

    def __init__(
        self,
        backup: Backup,
        name: str,
        callbacks: Sequence[keras.callbacks.Callback],
        progress: Callable[[], dict[str, Any]],
    ) -> None:
        super().__init__()
        self.backup, self.name, self.progress, self.callbacks = backup, name, progress, callbacks
        self._kept: dict[str, Any] | None = None

    def read(self, model: keras.Model) -> dict[str, Any] | None:
        """Restore the variables of a model from the checkpoint.

        Returns:
            {"epochs", "seconds"}, the progress up to the checkpoint. None if there is no checkpoint.
        """
        self._kept = self.backup.read(self.name, model.training_variables())
        if self._kept is None:
            return None
        self._restore(model, self._kept["variables"])
        return {name: self._kept[name] for name in ("epochs", "seconds")}

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the callbacks, and the model, which the other callbacks may have changed."""
        if self._kept:
            self._restore(self.model, self._kept["variables"])
            for i, (callback, name) in enumerate(self._attributes()):
                setattr(callback, name, self._kept["state"][str(i)])
        self._kept = None
        self._next = time.monotonic() + SECONDS

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a checkpoint if enough time has passed.

        The last epoch gets no checkpoint, since the trainer writes a backup after the phase.
        """
        started = time.monotonic()
        if started < self._next or self.model.stop_training or epoch + 1 == self.params["epochs"]:
            return
        state = {str(i): np.asarray(getattr(*attribute)) for i, attribute in enumerate(self._attributes())}
        self.backup.write(self.name, self.model.training_variables(), {**self.progress(), "state": state})
        now = time.monotonic()
        self._next = now + max(SECONDS, (now - started) / SHARE)

    def _restore(self, model: keras.Model, values: list[Array]) -> None:
        for variable, value in zip(model.training_variables(), values, strict=True):
            variable.assign(value)

    def _attributes(self) -> list[tuple[keras.callbacks.Callback, str]]:
        """Return (callback, name of an attribute) for all attributes in a checkpoint."""
        return [(callback, name) for callback in self.callbacks for name in callback.kept]
