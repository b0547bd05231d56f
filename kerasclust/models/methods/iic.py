"""IIC: invariant information clustering."""

import keras
import numpy as np
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.data.pipeline import in_batches
from kerasclust.losses import mutual_information
from kerasclust.models.families.discriminative import DiscriminativeModel
from kerasclust.models.parts.checks import positive
from kerasclust.models.parts.paired_views import PairedViews
from kerasclust.models.registry import register_method
from kerasclust.networks import build_classifier


@register_method("iic", kind="discriminative, paired views", paper="DANCE paper, II")
@keras.saving.register_keras_serializable(package="kerasclust")
class IIC(PairedViews, DiscriminativeModel):
    """A classifier whose answers for two views of a sample tell as much as possible about each other.

    Several heads for the clusters are trained, and of those the one with the most information is used. As many heads
    with more classes than clusters teach the encoder further ("auxiliary overclustering"). The paper trains the two
    kinds in turn, an epoch each; here both count in every step.

    Args:
        n_clusters: number of clusters k.
        n_heads: heads of each kind.
        overclustering: classes of an overclustering head for each cluster; 0 for no such heads.
        batch_size: samples a step, by which the joint distribution of two answers is estimated.
        n_runs: trainings, of which the one with the most information is kept: some leave two clusters in one, and none
            of their heads finds out of that.
        **shared: settings of `DiscriminativeModel`.

    Reference:
        X. Ji, J. Henriques, A. Vedaldi, "Invariant information clustering for unsupervised image classification and
        segmentation", ICCV 2019: eq. 1 to 5, section 3.2 for the overclustering.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = IIC(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    loss_names = ("loss", "mutual_information", "overclustering_information")

    def __init__(self, n_clusters, *, n_heads=5, overclustering=5, batch_size=512, n_runs=3, **shared):
        super().__init__(n_clusters, batch_size=batch_size, n_runs=n_runs, **shared)
        self.n_heads = positive("n_heads", n_heads)
        self.overclustering = 0 if overclustering == 0 else positive("overclustering", overclustering)

    def new_heads(self, seed):
        """The heads of each kind, joined: the first `n_clusters` outputs are those of the first head, and so on."""
        sizes = {"classifier": self.n_clusters, "overclustering": self.overclustering * self.n_clusters}
        return {
            name: build_classifier(self.latent_dim, self.n_heads * size, seed + i)
            for i, (name, size) in enumerate(sizes.items())
            if size
        }

    def build_further(self):
        """The heads, and which of them is used."""
        super().build_further()
        self.used_head = self.add_weight(
            shape=(), initializer="zeros", trainable=False, dtype="int32", name="used_head"
        )

    def answers(self, kind, z):
        """Assignments (h, b, k) of latent points z (b, d) by each of the heads of a kind."""
        logits = self.heads[kind](z)
        by_head = ops.reshape(logits, (-1, self.n_heads, logits.shape[-1] // self.n_heads))
        return ops.softmax(ops.transpose(by_head, (1, 0, 2)), axis=-1)

    def soft_assignment(self, z):
        """Soft assignments (b, k) of latent points z (b, d)."""
        return ops.take(self.answers("classifier", z), self.used_head, axis=0)

    def batch_losses(self, index, x, view):
        """I(Y; Y') of the views of a batch (eq. 3), the mean over the heads of each kind."""
        z, z_view = self.encoder(x, training=True), self.encoder(view, training=True)
        names = {"classifier": "mutual_information", "overclustering": "overclustering_information"}
        return {
            names[kind]: ops.mean(mutual_information(*(gathered(self.answers(kind, v), axis=1) for v in (z, z_view))))
            for kind in self.heads
        }

    def objective(self, losses):
        """L = -I(Y; Y'), of both kinds of heads."""
        return -sum(losses.values())

    def train_classifier(self, runner, seed):
        """Train, then take the head with the most information about the samples."""
        self.used_head.assign(0)
        super().train_classifier(runner, seed)
        q = in_batches(self.function("all_heads"), runner.samples.x)
        self.used_head.assign(np.argmax([self.information(q[:, head]) for head in range(self.n_heads)]))

    def all_heads(self, features):
        """Assignments (b, h, k) of features (b, ...) by each head for the clusters."""
        return ops.transpose(self.answers("classifier", self.encode_features(features)), (1, 0, 2))
