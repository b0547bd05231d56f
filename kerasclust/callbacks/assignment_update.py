"""What refinement takes from the assignments of the whole data set."""

import keras
import numpy as np

from kerasclust.compute.workers import from_chief, over_workers
from kerasclust.data.pipeline import in_batches


class AssignmentUpdate(keras.callbacks.Callback):
    """Assigns all samples at an interval, and has the model renew what depends on them: targets, centers.

    Logs `label_change`, the share of samples whose cluster differs from that of the update before, and the size of
    the smallest cluster.

    Args:
        samples: `Samples` with the features.
        interval: epochs between two updates.
        refill: function (latent points (n, d), clusters (n,)) that gives empty clusters samples of others, and says
            whether it did; None leaves them empty.

    Reference:
        DANCE paper, eq. 9; DEC: "targets over the whole set at an interval".
    """

    kept = ("_epochs", "labels")

    def __init__(self, samples, interval=1, refill=None):
        super().__init__()
        self.refill = refill
        self.samples = samples
        self.interval = interval
        self.labels = None

    def on_train_begin(self, logs=None):
        """First targets."""
        self._epochs = 0
        self.update()

    def on_epoch_end(self, epoch, logs=None):
        """New targets and the share of changed labels."""
        self._epochs += 1
        if self._epochs % self.interval:
            return
        before = self.labels
        self.update()
        if logs is not None:
            logs["label_change"] = float(from_chief([np.mean(before != self.labels)])[0])
            logs["smallest_cluster"] = int(np.bincount(self.labels, minlength=self.model.n_clusters).min())

    def update(self):
        """Assign all samples and renew what depends on that."""
        encode = self.model.traced(self.model.encode_features)
        z = over_workers(lambda rows: in_batches(encode, rows), self.samples.x)
        self.labels = self.model.renew_targets(z)
        if self.refill is not None and self.refill(z, self.labels):
            self.labels = self.model.renew_targets(z)
