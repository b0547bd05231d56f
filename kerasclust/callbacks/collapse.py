"""Tells the user, while a model trains, that clusters have lost all their samples."""

import warnings

import keras


class CollapseWatch(keras.callbacks.Callback):
    """Warns when the smallest cluster is empty, several updates of the assignments in a row.

    Args:
        phase: what is trained, for the message: "refine".
        patience: updates in a row; a cluster that loses its samples may get others.
    """

    kept = ("_empty",)

    def __init__(self, phase, patience=3):
        super().__init__()
        self.phase, self.patience = phase, patience

    def on_train_begin(self, logs=None):
        """Start counting."""
        self._empty = 0

    def on_epoch_end(self, epoch, logs=None):
        """Count updates with an empty cluster; the others start the count anew."""
        smallest = (logs or {}).get("smallest_cluster")
        if smallest is None:
            return
        self._empty = self._empty + 1 if smallest == 0 else 0
        if self._empty == self.patience:
            warnings.warn(f"Clusters have no samples left in phase {self.phase!r}. {self._advice()}", stacklevel=2)

    def _advice(self):
        if "empty_clusters" in self.model.settings:
            return "There may be fewer groups; empty_clusters='split' gives them parts of the largest cluster."
        return "There may be fewer groups than n_clusters."
