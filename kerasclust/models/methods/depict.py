"""DEPICT: deep embedded regularized clustering."""

from types import MappingProxyType

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.data.pipeline import in_batches
from kerasclust.layers import SoftmaxAssignment
from kerasclust.losses import balanced_target, self_augmentation
from kerasclust.models.autoencoders.layerwise import LayerwiseDenoising
from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.registry import register_method


@register_method("depict", kind="autoencoder, softmax, balanced targets", paper="survey, 6.1.2; CDC paper, section 2")
@keras.saving.register_keras_serializable(package="kerasclust")
class DEPICT(LayerwiseDenoising, CentroidModel):
    """A softmax of corrupted samples learns what the softmax of the intact ones says, in clusters of like size.

    Phases: "pretrain" (the autoencoder, which restores all layers from corrupted ones), "initialize" (starting
    clusters, and everything trained on them), "refine" (targets by what the softmax says itself). Nothing in these
    targets sharpens: a softmax that is not certain when they come gets vague, and clusters stay without samples.

    Args:
        n_clusters: number of clusters k.
        dropout: share of the features and of the outputs of each hidden layer that the noisy path drops.
        layer_weight: weight of the hidden layers' reconstruction.
        **shared: settings of `CentroidModel` but `alpha` and `empty_clusters`. Targets are renewed so seldom that
            `tolerance` ends only a refinement that is longer than by default.

    Reference:
        K. Ghasedi Dizaji, A. Herandi, C. Deng, W. Cai, H. Huang, "Deep clustering via joint convolutional autoencoder
        embedding and relative entropy minimization", ICCV 2017: section 3, algorithm 1. Dropout and the weight of the
        layers are those of the authors' program. Its starting clusters are agglomerative for small data
        (`initializer="agglomerative"`), by a method of another paper.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DEPICT(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    auto_updates = MappingProxyType({"pretrain": 3000, "initialize": 600, "refine": 1500})
    unused_settings = ("alpha", "empty_clusters")
    derived_settings = (*CentroidModel.derived_settings, *unused_settings)
    target_interval = 700  # the noisy path has to learn the targets before the next ones: the epoch of the authors
    loss_names = ("loss", "reconstruction_loss", "layer_loss", "clustering_loss")

    def __init__(self, n_clusters, *, dropout=0.1, layer_weight=0.1, **shared):
        super().__init__(n_clusters, **shared)
        self.corrupt(dropout, layer_weight)

    def new_assignment(self, alpha):
        """p_ij, the softmax of the latent points (eq. 1)."""
        return SoftmaxAssignment(self.n_clusters)

    @property
    def trained_variables(self):
        """psi: weights of encoder, decoder and softmax."""
        return [*self.autoencoder_variables, *self.assignment.trainable_variables]

    def clustering_loss(self, index, z):
        """KL(Q, P~) of a batch (index (b,), z (b, d)), with P~ the softmax of the noisy path, also where it is 0."""
        return ops.mean(self_augmentation(tf.gather(self.targets, index), self.assignment.logits(z)))

    def objective(self, losses):
        """L = KL(Q, P~) + L_r, the paper's but for the entropy of Q, a constant; a schedule is of refinement."""
        reconstruction = self.pretrain_objective(losses)
        if self.phase == "initialize":
            return losses["clustering_loss"] + reconstruction
        return self.shares(losses["clustering_loss"], reconstruction)

    def run_initialize(self, runner, seed, state):
        """Starting clusters, by the initializer's best try, and training on them as targets (algorithm 1, step 1)."""
        super().run_initialize(runner, seed, state)
        samples, seed = runner.samples, seed + 2
        self.make_room_for_targets(len(samples))
        self.targets.assign(np.eye(self.n_clusters)[state["initial_labels"]])
        self.forget(seed)
        epochs = self.epochs_of("initialize", samples)
        steering = self.steering(samples, epochs, self.refine_rate)
        runner.train("initialize", samples, epochs, steering, seed, step=self.refine_step)

    def place_clusters(self, z, labels):
        """Start the softmax at clusters (n,) of latent points z (n, d)."""
        self.assignment.place(z, labels)

    def renew_targets(self, z):
        """Q of all samples by the latent points z (n, d) of the clean path; returns their clusters (n,)."""
        p = in_batches(self.function("soft_assignment"), z)
        self.targets.assign(balanced_target(p))
        return p.argmax(axis=1)
