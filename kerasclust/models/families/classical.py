"""Family of classical methods, in the latent space of an autoencoder or on raw data."""

import math

import keras

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.initializers import rank_tries
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.parts.rim_search import RIM_LOGS
from kerasclust.models.settings import (
    FRONTEND,
    N_CLUSTERS,
    N_TRIES,
    OF_AUTOENCODER_METHODS,
    RANDOM_STATE,
    with_defaults,
)
from kerasclust.training.logged import LEARNING_RATE
from kerasclust.training.phase import Phase


class ClassicalModel(DeepClusteringModel):
    """Clusters that a classical method finds in the latent space of an autoencoder, which is not trained any further.

    Phases: "pretrain" (the autoencoder), "initialize" (the clusters). A method names its `clusterer`, a class of
    `kerasclust.models.parts.clusterers`.
    """

    takes = (*OF_AUTOENCODER_METHODS, N_TRIES)
    further_logs = (LEARNING_RATE, *RIM_LOGS)
    clusterer = None

    def set_up(self, values):
        """Create the search for clusters and the layer that holds them."""
        super().set_up(values)
        self.search = self.clusterer(self.n_clusters, self.n_tries)
        self.assignment = self.search.new_assignment()

    def build_further(self):
        """Create the weights of the layer that holds the clusters."""
        self.assignment.build((None, self.latent_dim))

    def soft_assignment(self, z):
        """Return soft assignments (b, k) of latent points z (b, d)."""
        return self.assignment(z)

    def split(self, z):
        """Return (latent points z (n, d) in the space that is clustered, nothing)."""
        return self.search.clustered(self.assignment, z), z[:, :0]

    def further_evidence(self, run, z):
        """Return the measurements of the clusterer, and the reconstruction loss."""
        return super().further_evidence(run, z) | self.search.evidence(self.assignment)

    @property
    def phases(self):
        """Pretraining and initialization."""
        return (self.pretraining(), self.initialization())

    def initialization(self):
        """Return the phase that finds the clusters."""
        return Phase("initialize", before=self.find_clusters, repeated=True)

    def find_clusters(self, run):
        """Take the clusters of the best try."""
        z = in_batches(self.traced(self.encode_features), run.samples.x)
        estimators, labels, scores = self.search.tries(run, z, self.batch_size)
        order = rank_tries(labels, scores, self.n_clusters)
        run.state.update(tries=labels[order], tries_scores=scores[order])
        self.search.place(self.assignment, estimators[order[0]], z)


class RawDataModel(ClassicalModel):
    """Clusters that a classical method finds in the features of a front end, laid out flat.

    The representation is the identity: the encoder flattens, the decoder gives features their shape again. The only
        phase
    is "initialize".
    """

    takes = (N_CLUSTERS, *with_defaults((FRONTEND,), frontend="raw"), N_TRIES, RANDOM_STATE)
    losses = ()
    latent_dim = None  # known when the features are
    most_features = None  # limit for methods whose time grows with the third power of the number of features

    def new_autoencoder(self, seed):
        """Return encoder and decoder that only change the shape; the seed has no effect."""
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
        flat, shaped = keras.layers.Flatten(dtype="float32"), keras.layers.Reshape(self.feature_shape, dtype="float32")
        return keras.Model(features, flat(features)), keras.Model(z, shaped(z))

    @property
    def phases(self):
        """Initialization."""
        return (self.initialization(),)
