"""What happens when a loss is no longer a number: the weights from before it, and what to change."""

import keras
import numpy as np

from kerasclust.errors import TrainingDiverged


class DivergenceGuard(keras.callbacks.Callback):
    """Ends a phase whose losses become NaN or infinite, and puts the weights of the last good epoch back.

    Args:
        phase: `kerasclust.training.phase.Phase` that is trained; the advice names the learning rates that act in it.

    Raises:
        TrainingDiverged: which loss it was, and what to change.
    """

    kept = ("_epoch",)

    def __init__(self, phase):
        super().__init__()
        self.phase = phase
        self._epoch, self.good = 0, None

    def on_epoch_begin(self, epoch, logs=None):
        """Keep the weights that the phase starts from, or goes on from."""
        if self.good is None:
            self.good = self.model.get_weights()

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights, or end the training. A loss is that of the weights before the last step."""
        self._epoch += 1
        weights = self.model.get_weights()
        bad = {name: value for name, value in (logs or {}).items() if "loss" in name and not np.isfinite(value)}
        if not bad and all(np.isfinite(np.sum(values)) for values in weights):
            self.good = weights
            return
        self.model.set_weights(self.good)
        parts = sorted(name for name in bad if name != "loss") or list(bad)
        found = " and ".join(f"{name} is {bad[name]}" for name in parts) or "the weights are no longer numbers"
        raise TrainingDiverged(
            f"Training diverged in epoch {self._epoch} of phase {self.phase.name!r}: {found}. {self._advice()}",
            is_trained=self._epoch > 1 or self.phase.name != self.model.phase_names[0],
        )

    def _advice(self):
        settings = {steered.setting: steered for steered in self.phase.steers}
        now = {name: getattr(self.model, name, steered.learning_rate) for name, steered in settings.items()}
        rate = f"Lower {' and '.join(f'{name} (it is {value:g})' for name, value in now.items())}"
        if self.model.dtype_policy.compute_dtype == "float16":
            rate += ", or train with dtype='mixed_bfloat16' or 'float32', which hold larger numbers"
        return f"{rate}; if that does not help, look for extreme values in the data."
