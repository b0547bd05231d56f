"""Family of discriminative methods: an encoder and a classifier, without decoder."""

from typing import Any

import keras
from keras import ops

from kerasclust.compute.gradients import Tape
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.checks import switch
from kerasclust.models.parts.single_phase import clustering_phase
from kerasclust.models.settings import (
    AUGMENTATION,
    AUTOENCODER,
    EPOCHS,
    LATENT_DIM,
    N_CLUSTERS,
    NETWORK,
    RUNS,
    TRAINING,
    Setting,
)
from kerasclust.networks import build_classifier, build_encoder
from kerasclust.training.logged import LABEL_CHANGE, LEARNING_RATE, SMALLEST_CLUSTER, Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array, Labels, Tensor

CLASSIFIER = (
    N_CLUSTERS,
    LATENT_DIM,
    *NETWORK,
    *TRAINING,
    AUGMENTATION,
    AUTOENCODER,
    EPOCHS,
    *RUNS,
    Setting(
        "normalized",
        True,
        switch,
        "batch normalization after each hidden layer of the encoder. A given autoencoder has none, and a function "
        "given as network decides by itself",
    ),
)


class ClassifierModel(DeepClusteringModel):
    """An encoder and a linear classifier of its latent points, trained together.

    The only phase is "cluster". A method defines `batch_losses(index, x, view)` and `objective(losses)`, or the whole
    `cluster_step`.

    Batch normalization is part of these methods. Without it they can end with the same answer for all samples, because
    first steps towards that answer lower the loss fastest.
    """

    takes: tuple[Setting, ...] = CLASSIFIER
    further_logs: tuple[Logged, ...] = (LEARNING_RATE, LABEL_CHANGE, SMALLEST_CLUSTER)

    def new_autoencoder(self, seed: int) -> tuple[keras.Model, keras.Model | None]:
        """Return an encoder with the starting weights of a seed, and no decoder."""
        if callable(self.network):
            return super().new_autoencoder(seed)[0], None
        return build_encoder(self.feature_shape, self.latent_dim, self.network, self.units, seed, self.normalized), None

    def new_heads(self, seed: int) -> dict[str, keras.Model]:
        """Return the heads {name: network} with the weights of a seed: here the classifier.

        A head is a network of latent points (b, d).
        """
        return {"classifier": build_classifier(self.latent_dim, self.n_clusters, seed)}

    def build_further(self) -> None:
        """Create the heads."""
        self.heads = self.new_heads(seed=0)

    def reset_networks(self, seed: int) -> None:
        """Reset everything to the weights of a seed."""
        super().reset_networks(seed)
        for name, fresh in self.new_heads(seed + 500).items():
            self.heads[name].set_weights(fresh.get_weights())

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """Weights of encoder and heads."""
        of_heads = (variable for head in self.heads.values() for variable in head.trainable_variables)
        return [*self.autoencoder_variables, *of_heads]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The only phase."""
        return (clustering_phase(self),)

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return soft assignments (b, k) of latent points z (b, d)."""
        return ops.softmax(self.heads["classifier"](z), axis=-1)

    def further_evidence(self, run: Run, z: Array) -> dict[str, Any]:
        """Return no further measurements, because there is no decoder."""
        return {}

    def batch_losses(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Return the losses {name: scalar} of a batch, without their sum.

        Args:
            index: numbers (b,) of the samples.
            x: features (b, ...).
            view: features (b, ...) of the views.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define batch_losses.")

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return the loss L from the losses {name: scalar} of a batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define objective.")

    def cluster_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration: encoder and heads lower L (`objective`)."""
        with Tape() as tape:
            losses = self.batch_losses(index, x, view)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)

    def renew_targets(self, z: Array) -> Labels:
        """Return the clusters (n,) of all samples by their latent points z (n, d)."""
        return labels_of(in_batches(self.traced(self.soft_assignment), z))
