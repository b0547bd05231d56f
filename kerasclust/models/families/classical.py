"""What classical methods share, whether they cluster raw data or a latent space."""

import math
from types import MappingProxyType

import keras
import numpy as np

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.initializers import fit_gmm, fit_kmeans, fit_subkmeans, rank_tries, several_tries
from kerasclust.initializers.rim import HIDDEN
from kerasclust.layers import GaussianMixtureAssignment, NetAssignment, StudentTAssignment, SubspaceAssignment
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.parts.checks import positive
from kerasclust.models.parts.rim_search import RIMSearch


class ClassicalModel(DeepClusteringModel):
    """Clusters that a classical method finds in the latent space of an autoencoder, which is not trained any further.

    Phases: "pretrain" (the autoencoder), "initialize" (the clusters). A method defines the layer `new_assignment()`,
    the static `fit_clusters(z, n_clusters, seed)` -> (estimator with `labels_`, score), the lowest score being the
    best, and `take_over(estimator, z)`, which sets the layer.

    Args:
        n_clusters: number of clusters k.
        n_tries: starts of the method, of which the best by its own score is taken.
        **shared: settings of `DeepClusteringModel` but `epochs`: there is no refinement.
    """

    phase_names = ("pretrain", "initialize")
    searched_phases = ("pretrain", "initialize")
    auto_updates = MappingProxyType({"pretrain": 3000})
    unused_settings = ("epochs",)
    derived_settings = (*DeepClusteringModel.derived_settings, *unused_settings)

    def __init__(self, n_clusters, *, n_tries=10, **shared):
        super().__init__(n_clusters, **shared)
        self.n_tries = positive("n_tries", n_tries)
        self.assignment = self.new_assignment()

    def build(self, input_shape):
        """Create the networks and what holds the clusters, for samples of a shape (None, ...)."""
        super().build(input_shape)
        self.assignment.build((None, self.latent_dim))

    def soft_assignment(self, z):
        """Soft assignments (b, k) of latent points z (b, d)."""
        return self.assignment(z)

    def run_initialize(self, runner, seed, state):
        """The clusters of the best try."""
        self.phase = "initialize"
        z = in_batches(self.function("encode_features"), runner.samples.x)
        estimators, labels, scores = self.tries(runner, z, seed)
        order = rank_tries(labels, scores, self.n_clusters)
        state |= {"tries": labels[order], "tries_scores": scores[order]}
        self.take_over(estimators[order[0]], z)

    def tries(self, runner, z, seed):
        """Fits to points z (n, d) from `n_tries` starts: (estimators, labels (n_tries, n), scores (n_tries,))."""
        return several_tries(self.fit_clusters, z, self.n_clusters, seed, self.n_tries)


class RawDataModel(ClassicalModel):
    """Clusters that a classical method finds in the features that a front end shows of the samples, laid out flat.

    There is no network: z holds the features, the encoder flattens and the decoder gives them their shape again.

    Args:
        n_clusters: number of clusters k.
        n_tries: starts of the method, of which the best by its own score is taken.
        frontend: what the method sees of a sample; the default scales channels and keeps everything.
        random_state: seed of everything random; None draws one.
        **shared: settings of `keras.Model`.
    """

    phase_names = ("initialize",)
    searched_phases = ("initialize",)
    unused_settings = (
        *ClassicalModel.unused_settings,
        "latent_dim",
        "network",
        "units",
        "batch_size",
        "learning_rate",
        "pretrain_epochs",
        "augmentation",
        "autoencoder",
        "n_runs",
        "dtype",
    )
    derived_settings = unused_settings
    most_features = None  # that the method is tried on: where its time grows with their third power, it has a limit

    def __init__(self, n_clusters, *, n_tries=10, frontend="raw", random_state=None, **shared):
        super().__init__(
            n_clusters, n_tries=n_tries, frontend=frontend, augmentation=None, random_state=random_state, **shared
        )

    def new_autoencoder(self, seed):
        """Encoder and decoder that only change the shape; the seed has no effect."""
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


class KMeansClusters:
    """k-means: the nearest center."""

    fit_clusters = staticmethod(fit_kmeans)

    def new_assignment(self):
        """Student's t assignment, whose largest value is the nearest center."""
        return StudentTAssignment(self.n_clusters)

    def take_over(self, estimator, z):
        """Use the centers of a fitted `sklearn.cluster.KMeans`."""
        self.assignment.place(estimator.cluster_centers_, z)


class SubKMeansClusters:
    """SubKmeans: the nearest center in the subspace that was found with the clusters."""

    fit_clusters = staticmethod(fit_subkmeans)

    def new_assignment(self):
        """Student's t assignment in the subspace."""
        return SubspaceAssignment(self.n_clusters)

    def take_over(self, estimator, z):
        """Use rotation and centers of a fitted `SubspaceKMeans`."""
        self.assignment.place_in(estimator.V_[:, : estimator.cluster_dim_], estimator.cluster_centers_, z)

    def split(self, z):
        """(z_c, z_r) of latent points z (n, d): their place in the cluster space, and nothing."""
        return np.asarray(self.assignment.project(z)), z[:, :0]

    def further_evidence(self, samples, z, seed):
        """The number of dimensions of the cluster space, beside what every method measures."""
        dims = int(np.any(self.assignment.projection, axis=0).sum())
        return super().further_evidence(samples, z, seed) | {"n_cluster_dims": dims}


class GaussianMixtureClusters:
    """Gaussian mixture: the posterior of its components."""

    fit_clusters = staticmethod(fit_gmm)

    def new_assignment(self):
        """The posterior."""
        return GaussianMixtureAssignment(self.n_clusters)

    def take_over(self, estimator, z):
        """Use the components of a fitted `sklearn.mixture.GaussianMixture`."""
        self.assignment.place(estimator.weights_, estimator.means_, estimator.precisions_cholesky_)


class RIMClusters(RIMSearch):
    """RIM: the answer of a small net, of several tries that with the lowest conditional entropy."""

    auto_updates = MappingProxyType({"pretrain": 3000, "initialize": 600})

    def __init__(self, n_clusters, *, n_tries=32, **shared):
        super().__init__(n_clusters, n_tries=n_tries, **shared)
        self.rim = self.new_rim()

    def new_assignment(self):
        """The net."""
        return NetAssignment(self.n_clusters, HIDDEN)

    def tries(self, runner, z, seed):
        """The nets of all tries, trained at once."""
        return self.rim_tries(runner, z, seed)

    def take_over(self, net, z):
        """Use a trained net."""
        self.assignment.place(**net)
