"""Steers the weight of an adversarial loss so that the critic ends near chance."""

import keras
import numpy as np

from kerasclust.compute.distribution import number_in

AVERAGED = 8  # measurements that the log is the mean of


class AdversaryBalance(keras.callbacks.Callback):
    """Adapts beta_cor so that the critic's accuracy on held-out points approaches `target`.

    The DANCE paper tunes beta_cor by hand, "solely by making sure that the decorrelator adversary converges close to
    50% accuracy". Here the logarithm of beta_cor follows the difference between the accuracy and the target: a critic
    that sees through the encoder makes the decorrelation count more, a critic at chance makes it count less.

    Args:
        features: features (m, ...) of the held-out points, which the critic is not trained on.
        target: accuracy to aim at, a little above chance, or nothing would ever lower beta_cor.
        interval: steps between two measurements.
        gain: change of log beta_cor for a difference of 1 between accuracy and target.
        bounds: beta_cor stays within.

    Reference:
        DANCE paper, section IV-C.
    """

    kept = ("_measured_at", "_steps", "_accuracies")

    def __init__(self, features, target=0.55, interval=25, gain=0.3, bounds=(1e-4, 1.0)):
        super().__init__()
        self.features = features
        self.target = target
        self.interval = interval
        self.gain = gain
        self.bounds = bounds
        self._measured_at = 0

    def on_train_begin(self, logs=None):
        """Measure from the first step on."""
        self._measured_at = 0
        self._steps = 0
        self._accuracies = np.empty(0)  # the latest

    def on_train_batch_end(self, batch, logs=None):
        """Measure the critic and move beta_cor, at the interval."""
        self._steps += self.model.steps_per_execution
        if self._steps - self._measured_at < self.interval:
            return
        self._measured_at = self._steps
        accuracy = float(self.model.traced(self.model.critic_accuracy)(self.features))
        self._accuracies = np.append(self._accuracies, accuracy)[-AVERAGED:]
        beta = number_in(self.model.beta_cor) * np.exp(self.gain * (accuracy - self.target))
        self.model.beta_cor.assign(np.clip(beta, *self.bounds))

    def on_epoch_end(self, epoch, logs=None):
        """Log the latest measurement and beta_cor."""
        if logs is not None and len(self._accuracies):
            logs["critic_accuracy"] = float(np.mean(self._accuracies))
            logs["beta_cor"] = number_in(self.model.beta_cor)
