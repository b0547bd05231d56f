"""HDBSCAN in the latent space of an autoencoder, where the number of clusters is not known."""

import math

import keras
import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.neighbors import NearestNeighbors

from kerasclust.data.pipeline import in_batches
from kerasclust.layers import NearestMemberAssignment
from kerasclust.models.families.classical import ClassicalModel
from kerasclust.models.parts.checks import positive
from kerasclust.models.registry import register_method

FEWEST = 2  # different samples that there have to be when no number of clusters is given
MEMBERS = 20_000  # points that the model keeps at most: a prediction compares with each of them
# Neighbors that make a point dense. With scikit-learn's default, as many as make a cluster, every point of the latent
# space of 10,000 MNIST digits was noise.
NEIGHBORS = 5
SMALLEST, SMALLEST_SHARE = 5, 0.01  # of the samples in a cluster, when the user does not say
RAISE = 1.25  # of the smallest size, from one attempt to the next


@register_method(
    "ae_hdbscan", kind="autoencoder, then HDBSCAN; finds the number of clusters", paper="survey, section 1"
)
@keras.saving.register_keras_serializable(package="kerasclust")
class AEHDBSCAN(ClassicalModel):
    """An autoencoder, then `sklearn.cluster.HDBSCAN` in its latent space, which finds the number of clusters.

    Points in no dense region are noise to HDBSCAN, and new points are unknown to it. Both go to the cluster of the
    nearest point that is in one, so clusters keep their shape, and members of clusters keep their label exactly (a
    random part of them for more than `MEMBERS` members, which are not all kept). Diagnostics tell the share of noise.

    Args:
        n_clusters: at most so many: where HDBSCAN finds more, `min_cluster_size` is raised until it does not. None for
            no limit. `predict` has one column for each cluster that was found, `n_clusters_`; diagnostics tell when
            that is another number.
        min_cluster_size: samples that make a cluster; "auto": one percent of the samples, at least 5.
        **shared: settings of `ClassicalModel` but `n_tries` and `n_runs`: nothing in HDBSCAN depends on chance.

    Reference:
        R. Campello, D. Moulavi, J. Sander, "Density-based clustering based on hierarchical density estimates", 2013.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 30.0 * (np.arange(60) % 2)[:, None]
        >>> model = AEHDBSCAN(pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.n_clusters_, model.predict(x).shape
        (2, (60, 2))
    """

    unused_settings = (*ClassicalModel.unused_settings, "n_tries", "n_runs")
    derived_settings = (*ClassicalModel.derived_settings, *unused_settings)

    def __init__(self, n_clusters=None, *, min_cluster_size="auto", **shared):
        super().__init__(FEWEST if n_clusters is None else n_clusters, **shared)
        self.expected_clusters = n_clusters
        self.min_cluster_size = min_cluster_size
        if min_cluster_size != "auto":
            self.min_cluster_size = max(2, positive("min_cluster_size", min_cluster_size))

    def new_assignment(self):
        """The cluster of the nearest member."""
        return NearestMemberAssignment()

    @property
    def n_clusters_(self):
        """Number of clusters that the last fit found."""
        return self.assignment.n_clusters

    def kept_variables(self):
        """Also the members, which Keras does not know of."""
        return [*super().kept_variables(), self.assignment.members, self.assignment.clusters]

    def run_initialize(self, runner, seed, state):
        """The clusters of HDBSCAN, and what is nearest to them; all in one where there are none."""
        self.phase = "initialize"
        z = in_batches(self.function("encode_features"), runner.samples.x)
        size = self.min_cluster_size
        if size == "auto":
            size = max(SMALLEST, round(SMALLEST_SHARE * len(z)))
        labels = self._hdbscan(z, size)
        while self.expected_clusters is not None and labels.max() >= self.expected_clusters:
            size = math.ceil(RAISE * size)
            labels = self._hdbscan(z, size)
        state |= {"hdbscan_labels": labels, "noise": float(np.mean(labels < 0))}
        members = np.flatnonzero(labels >= 0)
        if len(members) == 0:
            labels, members = np.zeros_like(labels), np.arange(len(labels))
        if len(members) > MEMBERS:
            members = np.random.default_rng(seed).choice(members, MEMBERS, replace=False)
        gaps = NearestNeighbors(n_neighbors=1).fit(z[members]).kneighbors()[0]
        self.assignment.place(z[members], labels[members], unit=np.sqrt(np.mean(gaps**2)))

    def _hdbscan(self, z, size):
        size, neighbors = min(size, len(z)), min(NEIGHBORS, len(z))
        return HDBSCAN(min_cluster_size=size, min_samples=neighbors, copy=True).fit_predict(z)

    def candidate(self, samples, seed, state, seconds):
        """The trained model, with the share of noise and, where one was given, the number that was expected."""
        candidate = super().candidate(samples, seed, state, seconds)
        candidate.evidence["noise"] = state.get("noise", 0.0)
        if self.expected_clusters is not None:
            candidate.evidence["expected_clusters"] = self.expected_clusters
        return candidate
