"""End of a training whose loss is NaN or infinite, with advice to the user."""

from typing import Any

import keras
import numpy as np

from kerasclust.errors import TrainingDiverged


class DivergenceGuard(keras.callbacks.Callback):
    """Callback that ends a phase whose losses become NaN or infinite.

    The model gets the weights of the last good epoch.

    Args:
        phase: `kerasclust.training.phase.Phase` of the training; the advice names its learning rates.

    Raises:
        TrainingDiverged: A loss is not finite. The message names the loss and the settings to change.
    """

    kept = ("_epoch",)

    def __init__(self, phase: Any) -> None:
        super().__init__()
        self.phase = phase
        self._epoch = 0
        self.good: list[Any] | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the weights before the first epoch."""
        if self.good is None:
            self.good = self.model.get_weights()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the weights if all values are finite, otherwise end the training.

        The logs have the loss before the last step, so the weights are checked as well.
        """
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

    def _advice(self) -> str:
        settings = {steered.setting: steered for steered in self.phase.steers}
        now = {name: getattr(self.model, name, steered.learning_rate) for name, steered in settings.items()}
        rate = f"Lower {' and '.join(f'{name} (it is {value:g})' for name, value in now.items())}"
        if self.model.dtype_policy.compute_dtype == "float16":
            rate += ", or train with dtype='mixed_bfloat16' or 'float32', which hold larger numbers"
        return f"{rate}; if that does not help, look for extreme values in the data."
