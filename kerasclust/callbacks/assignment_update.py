"""Updates of the assignments of the whole data set during refinement."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from kerasclust.compute.workers import from_chief, over_workers
from kerasclust.data.pipeline import Samples, in_batches
from kerasclust.types import Array, Labels


class AssignmentUpdate(keras.callbacks.Callback):
    """Callback that assigns all samples to clusters at an interval.

    Each update also renews the targets and the centers of the model. The callback logs "label_change", the share of
    samples whose cluster differs from the update before, and "smallest_cluster", the size of the smallest cluster.

    Args:
        samples: `Samples` with the features.
        interval: epochs between two updates.
        refill: function (latent points (n, d), clusters (n,)) -> bool. It gives samples of other clusters to empty
            clusters, and returns whether there were any. None leaves clusters empty.

    Reference:
        DANCE paper, eq. 9; DEC: "targets over the whole set at an interval".
    """

    kept = ("_epochs", "labels")

    def __init__(
        self, samples: Samples, interval: int = 1, refill: Callable[[Array, Labels], bool] | None = None
    ) -> None:
        super().__init__()
        self.refill = refill
        self.samples = samples
        self.interval = interval
        self.labels: Labels | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Compute the first targets."""
        self._epochs = 0
        self.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Update the targets if it is time, and log the share of changed labels."""
        self._epochs += 1
        if self._epochs % self.interval:
            return
        before = self.labels
        labels = self.update()
        if logs is not None:
            logs["label_change"] = float(from_chief([np.mean(before != labels)])[0])
            logs["smallest_cluster"] = int(np.bincount(labels, minlength=self.model.n_clusters).min())

    def update(self) -> Labels:
        """Assign all samples, and update targets and centers of the model.

        Returns:
            Cluster of each sample (n,), also as the attribute `labels`.
        """
        encode = self.model.traced(self.model.encode_features)
        z = over_workers(lambda rows: in_batches(encode, rows), self.samples.x)
        labels: Labels = self.model.renew_targets(z)
        if self.refill is not None and self.refill(z, labels):
            labels = self.model.renew_targets(z)
        self.labels = labels
        return labels
