"""Stops a phase that has stopped getting better."""

import keras
import numpy as np


class PlateauStop(keras.callbacks.Callback):
    """Stops training when a loss, averaged over a window, is no better than in the window before.

    Unlike patience for a single best value this is not fooled by the noise of an adversarial loss.

    Args:
        monitor: name of the logged loss.
        window: epochs averaged.
        tolerance: relative improvement that counts.
    """

    def __init__(self, monitor, window, tolerance=0.002):
        super().__init__()
        self.monitor = monitor
        self.window = max(2, int(window))
        self.tolerance = tolerance

    def on_train_begin(self, logs=None):
        """Forget earlier phases."""
        self._values = []

    def on_epoch_end(self, epoch, logs=None):
        """Compare the last two windows."""
        self._values.append(float(logs[self.monitor]))
        if len(self._values) < 2 * self.window:
            return
        before, now = np.mean(np.split(np.array(self._values[-2 * self.window :]), 2), axis=1)
        if now > before * (1.0 - self.tolerance):
            self.model.stop_training = True
