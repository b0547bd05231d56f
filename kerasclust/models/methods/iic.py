"""IIC: invariant information clustering."""

import keras
import numpy as np
from keras import ops

from kerasclust.data.pipeline import in_batches
from kerasclust.losses import mutual_information
from kerasclust.models.checks import count, positive
from kerasclust.models.families.classifier import CLASSIFIER, ClassifierModel
from kerasclust.models.parts.paired_views import BATCH, PAIRED_VIEWS, VIEWS
from kerasclust.models.parts.single_phase import clustering_phase, information
from kerasclust.models.registry import register_method
from kerasclust.models.settings import Setting, with_defaults
from kerasclust.networks import build_classifier
from kerasclust.training.logged import Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Tensor


@register_method("iic", kind="discriminative, paired views", paper="DANCE paper, II")
class IIC(ClassifierModel):
    """Classifier with the most information between its answers for two views of a sample.

    Several heads for the clusters are trained, and the head with the most information is used. As many further heads
    have more classes than clusters, to train the encoder ("auxiliary overclustering"). The joint distribution of two
    answers is estimated from a batch, so batches have to be large. By default the best of three runs is kept, because
    some runs merge two clusters in all heads.

    Reference:
        X. Ji, J. Henriques, A. Vedaldi, "Invariant information clustering for unsupervised image classification and
        segmentation", ICCV 2019: eq. 1 to 5, section 3.2 for the overclustering.

    Differs from the paper:
        - The paper trains the two kinds of heads in turn, for an epoch each. Here every step trains both.
        - By default views of images have another rotation, shift and light, without crops.
        - The encoder is that of this package, with 64 latent dimensions; the paper has a ResNet or VGG.
        - Training takes as many samples as 6,000 updates of 256 by default.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = IIC(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (
        *with_defaults(CLASSIFIER, batch_size=512, n_runs=3),
        *PAIRED_VIEWS,
        Setting("n_heads", 5, positive, "heads of each kind"),
        Setting("overclustering", 5, count, "classes of an overclustering head for each cluster; 0 for no such heads"),
    )
    cost = 40
    losses = (
        Logged("mutual_information", "clustering", "information"),
        Logged("overclustering_information", "clustering", "information of overclustering", shown=False),
    )
    auto_augmentation = VIEWS

    def new_heads(self, seed: int) -> dict[str, keras.Model]:
        """Return the heads of each kind, joined in one network {kind: network}.

        The first outputs belong to the first head, the next outputs to the second head, and so on.
        """
        sizes = {"classifier": self.n_clusters, "overclustering": self.overclustering * self.n_clusters}
        return {
            name: build_classifier(self.latent_dim, self.n_heads * size, seed + i)
            for i, (name, size) in enumerate(sizes.items())
            if size
        }

    def build_further(self) -> None:
        """Create the heads, and the number of the used head."""
        super().build_further()
        self.used_head = self.add_weight(
            shape=(), initializer="zeros", trainable=False, dtype="int32", name="used_head"
        )

    def answers(self, kind: str, z: Tensor) -> Tensor:
        """Return assignments (h, b, k) of latent points z (b, d) by each of the heads of a kind."""
        logits = self.heads[kind](z)
        by_head = ops.reshape(logits, (-1, self.n_heads, logits.shape[-1] // self.n_heads))
        return ops.softmax(ops.transpose(by_head, (1, 0, 2)), axis=-1)

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return soft assignments (b, k) of latent points z (b, d)."""
        return ops.take(self.answers("classifier", z), self.used_head, axis=0)

    def batch_losses(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Return I(Y; Y') of the views of a batch (eq. 3), the mean over the heads of each kind."""
        z, z_view = self.encoder(x, training=True), self.encoder(view, training=True)
        names = {"classifier": "mutual_information", "overclustering": "overclustering_information"}
        return {
            names[kind]: ops.mean(mutual_information(self.answers(kind, z), self.answers(kind, z_view)))
            for kind in self.heads
        }

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = -I(Y; Y'), the sum over both kinds of heads."""
        return -sum(losses.values())

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The only phase, which starts with the first head and ends with the best head."""
        return (clustering_phase(self, BATCH, before=self.use_first_head, after=self.use_best_head),)

    def use_first_head(self, run: Run) -> None:
        """Use the first head during training."""
        self.used_head.assign(0)

    def use_best_head(self, run: Run) -> None:
        """Use the head with the most information about the samples."""
        q = in_batches(self.traced(self.all_heads), run.samples.x)
        self.used_head.assign(np.argmax([information(q[:, head]) for head in range(self.n_heads)]))

    def all_heads(self, features: Tensor) -> Tensor:
        """Return assignments (b, h, k) of features (b, ...) by each head for the clusters."""
        return ops.transpose(self.answers("classifier", self.encode_features(features)), (1, 0, 2))
