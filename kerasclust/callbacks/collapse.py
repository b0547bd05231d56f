"""Warning during training about clusters that have lost all their samples."""

import warnings
from typing import Any

import keras


class CollapseWatch(keras.callbacks.Callback):
    """Callback that warns when a cluster stays empty over several updates of the assignments.

    Args:
        phase: name of the phase in the message, such as "refine".
        patience: number of updates in a row with an empty cluster; a cluster may be empty for one update only.
    """

    kept = ("_empty",)

    def __init__(self, phase: str, patience: int = 3) -> None:
        super().__init__()
        self.phase, self.patience = phase, patience

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the count."""
        self._empty = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count updates in a row with an empty cluster, and warn after `patience` of them."""
        smallest = (logs or {}).get("smallest_cluster")
        if smallest is None:
            return
        self._empty = self._empty + 1 if smallest == 0 else 0
        if self._empty == self.patience:
            warnings.warn(f"Clusters have no samples left in phase {self.phase!r}. {self._advice()}", stacklevel=2)

    def _advice(self) -> str:
        if "empty_clusters" in self.model.settings:
            return "There may be fewer groups; empty_clusters='split' gives them parts of the largest cluster."
        return "There may be fewer groups than n_clusters."
