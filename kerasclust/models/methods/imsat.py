"""IMSAT: information maximizing self-augmented training."""

import tensorflow as tf
from keras import ops

from kerasclust.compute.draws import normal
from kerasclust.data.neighbors import neighbor_distances
from kerasclust.losses import conditional_entropy, label_entropy, self_augmentation
from kerasclust.models.checks import positive, weight
from kerasclust.models.families.classifier import CLASSIFIER, ClassifierModel
from kerasclust.models.parts.single_phase import clustering_phase
from kerasclust.models.registry import register_method
from kerasclust.models.settings import Setting, with_defaults
from kerasclust.training.logged import Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Tensor


@register_method("imsat", kind="discriminative, self-augmented training", paper="survey, 3.1.2; DANCE paper, II and IV")
class IMSAT(ClassifierModel):
    """Classifier with the most information about the samples, robust to small changes.

    The change T is an augmentation, if there is one. Otherwise T is virtual adversarial: a step in the direction in
    which the answer changes most. Its length is a quarter of the distance to the 10th neighbor of the sample. Sequences
    have an augmentation by default. Their distances mean little where a recording may start anywhere, as the DANCE
    paper found.

    Reference:
        W. Hu, T. Miyato, S. Tokui, E. Matsumoto, M. Sugiyama, "Learning discrete representations via information
        maximizing self-augmented training", ICML 2017: eq. 2, 3, 7 and 8, and section 4.1 for lambda, mu, radius and
        neighbor.

    Differs from the paper:
        - The encoder is that of this package; the paper's has two layers of 1200.
        - Neighbors are searched for among 20,000 samples at most.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = IMSAT(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (
        *with_defaults(CLASSIFIER, learning_rate=2e-3),
        Setting("lam", 0.1, weight, "lambda, the weight of the information"),
        Setting("mu", 4.0, weight, "weight of the label entropy in the information, which balances the clusters"),
        Setting("neighbor", 10, positive, "number of the neighbor whose distance scales the adversarial change"),
        Setting("radius", 0.25, weight, "length of the adversarial change, in units of the distance to the neighbor"),
    )
    cost = 30
    losses = (
        Logged("self_augmentation_loss", "clustering", "self-augmentation"),
        Logged("conditional_entropy", "clustering", "entropy"),
        Logged("label_entropy", "clustering", "label entropy", shown=False),
    )

    # Losses -----------------------------------------------------------------------------------------------------------

    def batch_losses(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Return R_SAT (eq. 3), H(Y | X) and H(Y) (eq. 7) of a batch."""
        p = ops.softmax(self.logits(x), axis=-1)
        target = ops.stop_gradient(p)
        changed = x + self.adversarial_change(index, x, target) if self.augmentation is None else view
        return {
            "self_augmentation_loss": ops.mean(self_augmentation(target, self.logits(changed))),
            "conditional_entropy": conditional_entropy(p),
            "label_entropy": label_entropy(p),
        }

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = R_SAT - lambda (mu H(Y) - H(Y | X)) (eq. 2 and 7)."""
        information = self.mu * losses["label_entropy"] - losses["conditional_entropy"]
        return losses["self_augmentation_loss"] - self.lam * information

    def logits(self, features: Tensor) -> Tensor:
        """Return the outputs (b, k) before the softmax for features (b, ...)."""
        return self.heads["classifier"](self.encoder(features, training=True))

    def adversarial_change(self, index: Tensor, x: Tensor, p: Tensor) -> Tensor:
        """Return r (b, ...), the change of x (b, ...) that changes answers p (b, k) most (eq. 8).

        Each row of r has length epsilon. It is found by one step of the power method: the gradient of the divergence at
        a random change of that length.
        """
        epsilon = tf.gather(self.targets, index)
        start = of_length(epsilon, normal((ops.shape(x)[0], *x.shape[1:]), self.noise))
        with tf.GradientTape() as tape:
            tape.watch(start)
            divergence = ops.sum(self_augmentation(p, self.logits(x + start)))
        return ops.stop_gradient(of_length(epsilon, tape.gradient(divergence, start)))

    # Training ---------------------------------------------------------------------------------------------------------

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The only phase."""
        return (clustering_phase(self, before=self.measure_neighbors),)

    def measure_neighbors(self, run: Run) -> None:
        """Measure the distance of each sample to its neighbor, for adversarial changes."""
        if self.augmentation is None:
            epsilon = self.radius * neighbor_distances(run.samples.x, self.neighbor, run.seed)
            if self.targets is None or self.targets.shape[0] != len(epsilon):
                self.targets = tf.Variable(epsilon, trainable=False, dtype="float32")
            self.targets.assign(epsilon)


def of_length(length: Tensor, x: Tensor) -> Tensor:
    """Return x (b, ...) scaled to a length (b,) for each row; a row of zeros stays zero."""
    flat = ops.reshape(ops.cast(x, "float32"), (ops.shape(x)[0], -1))
    norms = ops.sqrt(ops.sum(flat**2, axis=1, keepdims=True))
    return ops.reshape(flat * (length[:, None] / ops.maximum(norms, 1e-12)), ops.shape(x))
