"""Regularized information maximization (RIM) as an initializer."""

from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.compute.gradients import Tape
from kerasclust.compute.optimizers import reset
from kerasclust.data.pipeline import in_batches
from kerasclust.losses.information import conditional_entropy, label_entropy, p_log_p
from kerasclust.types import Array, Labels, Tensor

HIDDEN = 64  # width of the hidden layer of a net


class RIM:
    """Several small classifiers, trained at once, with borders between dense regions.

    A try is a net with one hidden layer, I(theta_i, z) -> p (k,). All tries see the same batches and are trained by
    common matrix products.

    Args:
        n_clusters: number of clusters k.
        n_tries: number of nets.
        hidden: width of the hidden layer.
        label_weight: mu, the weight of the label entropy, which balances the clusters.
        weight_decay: lambda, the weight of the squared L2 norm of the kernels.
        learning_rate: learning rate of Adam.

    Reference:
        DANCE paper, eq. 5 to 7 and algorithm 1.
    """

    def __init__(
        self,
        n_clusters: int,
        n_tries: int = 32,
        hidden: int = HIDDEN,
        label_weight: float = 2.0,
        weight_decay: float = 1e-3,
        learning_rate: float = 1e-2,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_tries = n_tries
        self.hidden = hidden
        self.label_weight = label_weight
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.weights: list[keras.Variable] = []
        self._answering = tf.function(partial(self._answers), reduce_retracing=True)

    def _build(self, dim: int) -> None:
        shapes = [(dim, self.hidden), (1, self.hidden), (self.hidden, self.n_clusters), (1, self.n_clusters)]
        self.weights = [
            keras.Variable(ops.zeros((self.n_tries, *shape), "float32"), dtype="float32", name=f"rim_{i}")
            for i, shape in enumerate(shapes)
        ]
        self.mean = keras.Variable(ops.zeros((dim,), "float32"), trainable=False, dtype="float32", name="rim_mean")
        self.deviation = keras.Variable(ops.ones((dim,), "float32"), trainable=False, dtype="float32", name="rim_std")
        self.optimizer = keras.optimizers.Adam(self.learning_rate)
        self.optimizer.build(self.weights)

    def reset(self, z: Array, seed: int) -> None:
        """Reset all tries for some points.

        The nets standardize the points, so the effect of the weight decay does not depend on their scale.

        Args:
            z: array (n, d).
            seed: seed of the starting weights.
        """
        if not self.weights:
            self._build(z.shape[1])
        reset(self.optimizer)
        random = np.random.default_rng(seed)
        self.mean.assign(z.mean(axis=0))
        self.deviation.assign(z.std(axis=0) + 1e-6)
        for weight in self.weights:
            fan_in = weight.shape[1]
            scale = 0.0 if fan_in == 1 else np.sqrt(2.0 / fan_in)
            weight.assign(random.normal(0.0, 1.0, weight.shape) * scale)

    def logits(self, z: Tensor) -> Tensor:
        """Compute the outputs (n_tries, n, k) before the softmax, for points z (n, d)."""
        kernel_1, bias_1, kernel_2, bias_2 = self.weights
        z = (ops.cast(z, "float32") - self.mean) / self.deviation
        hidden = ops.relu(z[None] @ kernel_1 + bias_1)  # an einsum would transpose everything twice
        return ops.einsum("tnh,thk->tnk", hidden, kernel_2) + bias_2

    def probabilities(self, z: Tensor) -> Tensor:
        """Compute the assignment probabilities p (n_tries, n, k), for points z (n, d)."""
        return ops.softmax(self.logits(z), axis=-1)

    def tries(self, z: Array) -> tuple[Labels, Array]:
        """Assign points z (n, d) by each try.

        Returns:
            (labels (n_tries, n), conditional entropies (n_tries,)).
        """
        answers = in_batches(self._answering, z)
        return answers[..., 0].T.astype("int32"), answers[..., 1].mean(axis=0, dtype="float64")

    def _answers(self, z: Tensor) -> Tensor:
        """Return (cluster, entropy) of each point (b, d) by each try, (b, n_tries, 2).

        The result needs less memory than the probabilities.
        """
        p = self.probabilities(z)
        entropies = -ops.sum(p_log_p(p), axis=-1)
        return ops.transpose(ops.stack([ops.cast(ops.argmax(p, axis=-1), "float32"), entropies], axis=-1), (1, 0, 2))

    def nets(self) -> list[dict[str, Array]]:
        """Return the weights {name: array} of each try, for `kerasclust.layers.NetAssignment`."""
        kernel_1, bias_1, kernel_2, bias_2 = (ops.convert_to_numpy(weight) for weight in self.weights)
        scale = 1.0 / ops.convert_to_numpy(self.deviation)
        shift = -ops.convert_to_numpy(self.mean) * scale
        return [
            {
                "kernel_1": scale[:, None] * kernel_1[t],
                "bias_1": bias_1[t, 0] + shift @ kernel_1[t],
                "kernel_2": kernel_2[t],
                "bias_2": bias_2[t, 0],
            }
            for t in range(self.n_tries)
        ]

    def train_step(self, z: Tensor) -> dict[str, Tensor]:
        """Update all tries on a batch z (n, d).

        The loss is L_rim = conditional entropy - mu label entropy + lambda R.

        Returns:
            Logs with the conditional entropy of the best try on this batch, and the mean loss of all tries.

        Reference:
            DANCE paper, eq. 7.
        """
        with Tape() as tape:
            log_p = gathered(ops.log_softmax(self.logits(z), axis=-1), axis=1)
            p = ops.exp(log_p)
            decay = sum(ops.sum(kernel**2, axis=(1, 2)) for kernel in (self.weights[0], self.weights[2]))
            entropy = conditional_entropy(p, log_p)
            loss = entropy - self.label_weight * label_entropy(p) + self.weight_decay * decay
        tape.minimize((self.optimizer, loss, self.weights))
        return {"rim_conditional_entropy": ops.min(entropy), "rim_loss": ops.mean(loss)}
