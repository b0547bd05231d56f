"""Stops refinement when the clusters have settled."""

import keras


class AssignmentConvergence(keras.callbacks.Callback):
    """Stops training when fewer than `tolerance` of the labels changed, `patience` updates in a row.

    Args:
        tolerance: share of samples.
        patience: updates in a row below the tolerance.

    Reference:
        DEC's stopping rule ("stop when labels change less than a tolerance").
    """

    kept = ("_settled",)

    def __init__(self, tolerance=0.001, patience=3):
        super().__init__()
        self.tolerance = tolerance
        self.patience = patience

    def on_train_begin(self, logs=None):
        """Start counting."""
        self._settled = 0

    def on_epoch_end(self, epoch, logs=None):
        """Count updates below the tolerance."""
        change = (logs or {}).get("label_change")
        if change is None:
            return
        self._settled = self._settled + 1 if change < self.tolerance else 0
        if self._settled >= self.patience:
            self.model.stop_training = True
