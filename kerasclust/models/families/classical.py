"""Family of classical methods, in the latent space of an autoencoder or on raw data."""

import math
from typing import Any

import keras

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.initializers import rank_tries
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.parts.clusterers import Clusterer
from kerasclust.models.parts.rim_search import RIM_LOGS
from kerasclust.models.settings import (
    N_CLUSTERS,
    N_TRIES,
    OF_AUTOENCODER_METHODS,
    RANDOM_STATE,
    SAMPLES,
    Setting,
    with_defaults,
)
from kerasclust.networks import FillMissing
from kerasclust.training.logged import LEARNING_RATE, Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array, Tensor


class ClassicalModel(DeepClusteringModel):
    """Clusters of a classical method in the latent space of a trained autoencoder.

    Phases: "pretrain" (the autoencoder), "initialize" (the clusters). The autoencoder is not trained any further. A
    method names its `clusterer`, a class of `kerasclust.models.parts.clusterers`.
    """

    takes: tuple[Setting, ...] = (*OF_AUTOENCODER_METHODS, N_TRIES)
    further_logs: tuple[Logged, ...] = (LEARNING_RATE, *RIM_LOGS)
    clusterer: type[Clusterer]

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the search for clusters and the layer that holds them."""
        super().set_up(values)
        self.search = self.clusterer(self.n_clusters, self.n_tries)
        self.assignment = self.search.new_assignment()

    def build_further(self) -> None:
        """Create the weights of the layer that holds the clusters."""
        self.assignment.build((None, self.latent_dim))

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return soft assignments (b, k) of latent points z (b, d)."""
        return self.assignment(z)

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (z_c, z_r) of latent points z (n, d): points in the clustered space, and nothing."""
        return self.search.clustered(self.assignment, z), z[:, :0]

    def further_evidence(self, run: Run, z: Array) -> dict[str, Any]:
        """Return the measurements of the clusterer, and the reconstruction loss."""
        return super().further_evidence(run, z) | self.search.evidence(self.assignment)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Pretraining and initialization."""
        return (self.pretraining(), self.initialization())

    def initialization(self) -> Phase:
        """Return the phase that finds the clusters."""
        return Phase("initialize", before=self.find_clusters, repeated=True)

    def find_clusters(self, run: Run) -> None:
        """Take the clusters of the best try."""
        z = in_batches(self.traced(self.encode_features), run.samples.x)
        estimators, labels, scores = self.search.tries(run, z, self.batch_size)
        order = rank_tries(labels, scores, self.n_clusters)
        run.state.update(tries=labels[order], tries_scores=scores[order])
        self.search.place(self.assignment, estimators[order[0]], z)


class RawDataModel(ClassicalModel):
    """Clusters of a classical method in the flattened features of a front end.

    The encoder flattens features, and the decoder restores their shape. Missing features become 0, the middle of a
    scaled channel. The only phase is "initialize".
    """

    takes = (N_CLUSTERS, *with_defaults(SAMPLES, frontend="raw"), N_TRIES, RANDOM_STATE)
    losses = ()
    latent_dim: int | None = None  # known when the features are
    most_features: int | None = (
        None  # limit for methods whose time grows with the third power of the number of features
    )

    def new_autoencoder(self, seed: int) -> tuple[keras.Model, keras.Model | None]:
        """Return encoder and decoder that change the shape alone; the seed has no effect."""
        self.latent_dim = math.prod(self.feature_shape)
        if self.most_features is not None and self.latent_dim > self.most_features:
            raise InputError(
                f"{type(self).__name__} works with matrices of all features with each other, and a sample has "
                f"{self.latent_dim:,} of them: that would take hours. Give it {self.most_features:,} at most: PCA or "
                "another frontend such as 'statistics', or use the latent space of an autoencoder, as "
                f"ae_{self.method_name} does."
            )
        features = keras.Input(self.feature_shape, dtype="float32")
        z = keras.Input((self.latent_dim,), dtype="float32")
        flat, shaped = (
            keras.layers.Flatten("channels_last", dtype="float32"),
            keras.layers.Reshape(self.feature_shape, dtype="float32"),
        )
        return keras.Model(features, flat(FillMissing()(features))), keras.Model(z, shaped(z))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Initialization."""
        return (self.initialization(),)
