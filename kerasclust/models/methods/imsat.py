"""IMSAT: information maximizing self-augmented training."""

import keras
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import drawn, gathered
from kerasclust.losses import conditional_entropy, label_entropy, self_augmentation
from kerasclust.models.families.discriminative import DiscriminativeModel
from kerasclust.models.parts.checks import positive, weight
from kerasclust.models.parts.neighbors import neighbor_distances
from kerasclust.models.registry import register_method


@register_method("imsat", kind="discriminative, self-augmented training", paper="survey, 3.1.2; DANCE paper, II and IV")
@keras.saving.register_keras_serializable(package="kerasclust")
class IMSAT(DiscriminativeModel):
    """A classifier with as much information about the samples as possible, which small changes of a sample leave alone.

    The change T is an augmentation where one is set. Without one it is virtual adversarial: the direction in which the
    answer changes most, as long as a quarter of the way to the 10th neighbor of the sample. For sequences distances
    mean little where a recording may start anywhere, as the DANCE paper found; their default is an augmentation.

    Args:
        n_clusters: number of clusters k.
        lam: lambda, the weight of the information.
        mu: weight of the label entropy in it, which balances the clusters.
        neighbor: whose distance scales the adversarial change of a sample.
        radius: the length of that change, in units of the distance.
        learning_rate: of Adam.
        **shared: settings of `DiscriminativeModel`.

    Reference:
        W. Hu, T. Miyato, S. Tokui, E. Matsumoto, M. Sugiyama, "Learning discrete representations via information
        maximizing self-augmented training", ICML 2017: eq. 2, 3, 7 and 8, and section 4.1 for lambda, mu, radius and
        neighbor.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = IMSAT(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    loss_names = ("loss", "self_augmentation_loss", "conditional_entropy", "label_entropy")

    def __init__(self, n_clusters, *, lam=0.1, mu=4.0, neighbor=10, radius=0.25, learning_rate=2e-3, **shared):
        super().__init__(n_clusters, learning_rate=learning_rate, **shared)
        self.lam = weight("lam", lam)
        self.mu = weight("mu", mu)
        self.neighbor = positive("neighbor", neighbor)
        self.radius = weight("radius", radius)

    # Losses -----------------------------------------------------------------------------------------------------------

    def batch_losses(self, index, x, view):
        """R_SAT (eq. 3), H(Y | X) and H(Y) (eq. 7) of a batch."""
        p = ops.softmax(self.logits(x), axis=-1)
        target = ops.stop_gradient(p)
        changed = x + self.adversarial_change(index, x, target) if self.augmentation is None else view
        everyone = gathered(p)
        return {
            "self_augmentation_loss": ops.mean(self_augmentation(target, self.logits(changed))),
            "conditional_entropy": conditional_entropy(everyone),
            "label_entropy": label_entropy(everyone),
        }

    def objective(self, losses):
        """L = R_SAT - lambda (mu H(Y) - H(Y | X)) (eq. 2 and 7)."""
        information = self.mu * losses["label_entropy"] - losses["conditional_entropy"]
        return losses["self_augmentation_loss"] - self.lam * information

    def logits(self, features):
        """Outputs (b, k) before the softmax for features (b, ...)."""
        return self.heads["classifier"](self.encoder(features, training=True))

    def adversarial_change(self, index, x, p):
        """r (b, ...) that changes the answers p (b, k) for x (b, ...) most, of length epsilon each (eq. 8).

        One step of the power method: from a random direction of that length, along the gradient of the divergence.
        """
        epsilon = tf.gather(self.targets, index)
        start = drawn(lambda n: keras.random.normal((n, *x.shape[1:]), seed=self.noise), ops.shape(x)[0])
        start = of_length(epsilon, start)
        with tf.GradientTape() as tape:
            tape.watch(start)
            divergence = ops.sum(self_augmentation(p, self.logits(x + start)))
        return ops.stop_gradient(of_length(epsilon, tape.gradient(divergence, start)))

    # Training ---------------------------------------------------------------------------------------------------------

    def train_classifier(self, runner, seed):
        """Find how far the neighbors of each sample are, then train."""
        if self.augmentation is None:
            epsilon = self.radius * neighbor_distances(runner.samples.x, self.neighbor, seed)
            if self.targets is None or self.targets.shape[0] != len(epsilon):
                self.targets = tf.Variable(epsilon, trainable=False, dtype="float32")
            self.targets.assign(epsilon)
        super().train_classifier(runner, seed)


def of_length(length, x):
    """x (b, ...) with the length (b,) of each row changed; a row of zeros stays one."""
    flat = ops.reshape(ops.cast(x, "float32"), (ops.shape(x)[0], -1))
    norms = ops.sqrt(ops.sum(flat**2, axis=1, keepdims=True))
    return ops.reshape(flat * (length[:, None] / ops.maximum(norms, 1e-12)), ops.shape(x))
