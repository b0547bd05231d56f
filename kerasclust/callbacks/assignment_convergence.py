"""Early end of refinement when the clusters have settled."""

from typing import Any

import keras


class AssignmentConvergence(keras.callbacks.Callback):
    """Callback that stops training when hardly any labels change.

    Args:
        tolerance: share of the samples; updates that change a smaller share of the labels count as settled.
        patience: number of settled updates in a row that stop the training.

    Reference:
        DEC's stopping rule ("stop when labels change less than a tolerance").
    """

    kept = ("_settled",)

    def __init__(self, tolerance: float = 0.001, patience: int = 3) -> None:
        super().__init__()
        self.tolerance = tolerance
        self.patience = patience

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the count."""
        self._settled = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count settled updates in a row, and stop the training after `patience` of them."""
        change = (logs or {}).get("label_change")
        if change is None:
            return
        self._settled = self._settled + 1 if change < self.tolerance else 0
        if self._settled >= self.patience:
            self.model.stop_training = True
