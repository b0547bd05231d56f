"""Schedules of the clustering loss against the others."""

import keras

from kerasclust.compute.distribution import number_in

SCHEDULES = ("finetune", "simultaneous", "dynamic")


class LossSchedule(keras.callbacks.Callback):
    """Sets the model's alpha, the share of the clustering loss in L = alpha L_c + (1 - alpha) L_nc, epoch by epoch.

    Args:
        schedule: "finetune" (alpha is 1), "simultaneous" (alpha is 0.5), "dynamic" (alpha rises evenly from 0 to 1), or
            a number: alpha itself.
        epochs: of the phase.

    Reference:
        Survey, section 3.3 and eq. 10.
    """

    kept = ("_done",)

    def __init__(self, schedule, epochs):
        super().__init__()
        self.schedule = schedule
        self.epochs = epochs

    def on_train_begin(self, logs=None):
        """First alpha."""
        self._done = 0
        self._assign()

    def on_epoch_end(self, epoch, logs=None):
        """Log alpha and move it."""
        if logs is not None:
            logs["alpha"] = number_in(self.model.loss_share)
        self._done += 1
        self._assign()

    def _assign(self):
        rising = min(1.0, self._done / max(1, self.epochs - 1))
        known = {"finetune": 1.0, "simultaneous": 0.5, "dynamic": rising}
        self.model.loss_share.assign(known.get(self.schedule, self.schedule))
