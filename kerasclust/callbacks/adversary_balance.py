"""Control of the weight of an adversarial loss, so that the critic ends near chance."""

from typing import Any

import keras
import numpy as np

from kerasclust.compute.distribution import number_in
from kerasclust.types import Array

AVERAGED = 8  # number of measurements in the logged mean


class AdversaryBalance(keras.callbacks.Callback):
    """Callback that adapts beta_cor until the critic's accuracy is near `target`.

    The DANCE paper tunes beta_cor by hand, "solely by making sure that the decorrelator adversary converges close to
    50% accuracy". Here each measurement changes log beta_cor by `gain` times the difference between accuracy and
    target. A critic above the target raises the weight of the decorrelation, a critic below the target lowers it.

    Args:
        features: features (m, ...) of held-out points, on which the critic is not trained.
        target: desired accuracy. It is a little above chance, since otherwise beta_cor would never fall.
        interval: steps between two measurements.
        gain: change of log beta_cor for a difference of 1 between accuracy and target.
        bounds: smallest and largest value of beta_cor.

    Reference:
        DANCE paper, section IV-C.
    """

    kept = ("_measured_at", "_steps", "_accuracies")

    def __init__(
        self,
        features: Array,
        target: float = 0.55,
        interval: int = 25,
        gain: float = 0.3,
        bounds: tuple[float, float] = (1e-4, 1.0),
    ) -> None:
        super().__init__()
        self.features = features
        self.target = target
        self.interval = interval
        self.gain = gain
        self.bounds = bounds
        self._measured_at = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Discard the measurements of an earlier training."""
        self._measured_at = 0
        self._steps = 0
        self._accuracies: Array = np.empty(0)  # the latest `AVERAGED` measurements

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure the critic and update beta_cor, once per interval."""
        self._steps += self.model.steps_per_execution
        if self._steps - self._measured_at < self.interval:
            return
        self._measured_at = self._steps
        accuracy = float(self.model.traced(self.model.critic_accuracy)(self.features))
        self._accuracies = np.append(self._accuracies, accuracy)[-AVERAGED:]
        beta = number_in(self.model.beta_cor) * np.exp(self.gain * (accuracy - self.target))
        self.model.beta_cor.assign(np.clip(beta, *self.bounds))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the mean of the latest measurements, and beta_cor."""
        if logs is not None and len(self._accuracies):
            logs["critic_accuracy"] = float(np.mean(self._accuracies))
            logs["beta_cor"] = number_in(self.model.beta_cor)
