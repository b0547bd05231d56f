"""Schedules for the weight of the clustering loss against the other losses."""

from typing import Any

import keras

from kerasclust.compute.distribution import number_in

SCHEDULES = ("finetune", "simultaneous", "dynamic")


class LossSchedule(keras.callbacks.Callback):
    """Callback that sets alpha before each epoch.

    Alpha is the share of the clustering loss in L = alpha L_c + (1 - alpha) L_nc.

    Args:
        schedule: "finetune" (alpha is 1), "simultaneous" (alpha is 0.5), "dynamic" (alpha rises evenly from 0 to 1), or
            a number, the value of alpha.
        epochs: number of epochs of the phase.

    Reference:
        Survey, section 3.3 and eq. 10.
    """

    kept = ("_done",)

    def __init__(self, schedule: str | float, epochs: int) -> None:
        super().__init__()
        self.schedule = schedule
        self.epochs = epochs

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Set the first alpha."""
        self._done = 0
        self._assign()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log alpha, and set the next alpha."""
        if logs is not None:
            logs["alpha"] = number_in(self.model.loss_share)
        self._done += 1
        self._assign()

    def _assign(self) -> None:
        rising = min(1.0, self._done / max(1, self.epochs - 1))
        known: dict[str | float, str | float] = {"finetune": 1.0, "simultaneous": 0.5, "dynamic": rising}
        self.model.loss_share.assign(known.get(self.schedule, self.schedule))
