"""What discriminative methods share: an encoder with a classifier on top that learns to assign samples, no decoder."""

from types import MappingProxyType

import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.callbacks import AssignmentUpdate
from kerasclust.compute.distribution import scaled
from kerasclust.data.pipeline import in_batches
from kerasclust.losses import conditional_entropy, label_entropy
from kerasclust.models.base import DeepClusteringModel
from kerasclust.networks import build_classifier, build_encoder

LOOK_INTERVAL = 64  # updates between two looks at the clusters of all samples


class DiscriminativeModel(DeepClusteringModel):
    """An encoder and a linear classifier of its latent points, trained together.

    Its only phase is "cluster". A method defines `batch_losses(index, x, view)` and `objective(losses)`.

    Batch normalization is part of these methods: without it, the same answer for all samples is a trap. A first step
    towards it is what lowers the loss fastest, and it goes on until nothing is told apart (seen with IMSAT on MNIST's
    test images).

    Args:
        n_clusters: number of clusters k.
        epochs: passes over the data, or "auto": a number of updates, see `auto_updates`.
        autoencoder: a fitted autoencoder whose encoder training starts from.
        normalized: batch normalization after each hidden layer of the encoder; that of an autoencoder has none, and a
            function given as network decides by itself.
        n_runs: trainings from different starting weights, of which the one with the most information is kept.
        **shared: settings of `DeepClusteringModel` but `pretrain_epochs`: there is no autoencoder to train.
    """

    phase_names = ("cluster",)
    searched_phases = ("cluster",)
    auto_updates = MappingProxyType({"cluster": 6000})
    unused_settings = ("pretrain_epochs",)
    derived_settings = (*DeepClusteringModel.derived_settings, *unused_settings)

    def __init__(self, n_clusters, *, normalized=True, **shared):
        super().__init__(n_clusters, **shared)
        self.normalized = normalized and self.pretrained is None

    @classmethod
    def resolve(cls, given):
        """The constructor's arguments, with the architecture of a given autoencoder."""
        resolved = super().resolve(given)
        return resolved if given.get("autoencoder") is None else resolved | {"normalized": False}

    def new_autoencoder(self, seed):
        """An encoder with the starting weights of a seed, and no decoder."""
        if callable(self.network):
            return super().new_autoencoder(seed)[0], None
        return build_encoder(self.feature_shape, self.latent_dim, self.network, self.units, seed, self.normalized), None

    def new_heads(self, seed):
        """Networks {name: network} of latent points (b, d), with the starting weights of a seed: the classifier."""
        return {"classifier": build_classifier(self.latent_dim, self.n_clusters, seed)}

    def build_further(self):
        """The heads."""
        self.heads = self.new_heads(seed=0)

    def reset_networks(self, seed):
        """Start anew from the weights of a seed."""
        super().reset_networks(seed)
        for name, fresh in self.new_heads(seed + 500).items():
            self.heads[name].set_weights(fresh.get_weights())

    @property
    def trained_variables(self):
        """Weights of encoder and heads."""
        of_heads = (variable for head in self.heads.values() for variable in head.trainable_variables)
        return [*self.autoencoder_variables, *of_heads]

    def epochs_set(self, phase):
        """The user's setting of the length of a phase, or "auto"."""
        return self.epochs

    # Assignments ------------------------------------------------------------------------------------------------------

    def soft_assignment(self, z):
        """Soft assignments (b, k) of latent points z (b, d)."""
        return ops.softmax(self.heads["classifier"](z), axis=-1)

    def information(self, q):
        """I(X; Y) = H(Y) - H(Y | X) of soft assignments q (n, k), in nats."""
        return float(label_entropy(q) - conditional_entropy(q))

    def further_evidence(self, samples, z, seed):
        """Nothing beside what every method measures: there is no decoder."""
        return {}

    # Training ---------------------------------------------------------------------------------------------------------

    def batch_losses(self, index, x, view):
        """The losses {name: scalar} of a batch (index (b,), x and view (b, ...)), all but their sum."""
        raise NotImplementedError(f"{type(self).__name__} does not define batch_losses.")

    def objective(self, losses):
        """The loss L of the losses {name: scalar} of a batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define objective.")

    def cluster_step(self, index, x, view):
        """One iteration: L (`objective`) for encoder and classifier."""
        with tf.GradientTape() as tape:
            losses = self.batch_losses(index, x, view)
            losses["loss"] = self.objective(losses)
            share = scaled(self.optimizer, losses["loss"])
        return self.descend(tape, share, self.trained_variables, losses)

    def run_cluster(self, runner, seed, state):
        """Train encoder and classifier, and say how much information the clusters have, by which runs are chosen."""
        self.train_classifier(runner, seed)
        q = in_batches(self.function("assign_features"), runner.samples.x)
        state |= {"tries": q.argmax(axis=1)[None], "tries_scores": np.array([-self.information(q)])}

    def train_classifier(self, runner, seed):
        """Train encoder and classifier by `cluster_step`."""
        samples = runner.samples
        epochs = self.epochs_of("cluster", samples)
        look = AssignmentUpdate(samples, max(1, round(LOOK_INTERVAL / samples.steps_per_epoch)))
        runner.train("cluster", samples, epochs, [look, *self.steering(samples, epochs)], seed)

    def renew_targets(self, z):
        """Clusters (n,) of all samples by their latent points z (n, d)."""
        return in_batches(self.function("soft_assignment"), z).argmax(axis=1)
