"""HDBSCAN in the latent space of an autoencoder, for an unknown number of clusters."""

import math
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.neighbors import NearestNeighbors

from kerasclust.data.pipeline import in_batches
from kerasclust.layers import NearestMemberAssignment
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.checks import cluster_size, clusters_at_most
from kerasclust.models.registry import register_method
from kerasclust.models.settings import AUTOENCODER, OF_AUTOENCODERS, Setting
from kerasclust.system.signals import ended_at_once
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array, Labels, Tensor

FEWEST = 2  # different samples that a training without a number of clusters needs
MEMBERS = 20_000  # most points that the model keeps, because a prediction compares with each of them
# Neighbors that make a point dense. The default of scikit-learn is the smallest size of a cluster, which leaves nothing
# but noise in the latent spaces of images.
NEIGHBORS = 5
SMALLEST, SMALLEST_SHARE = 5, 0.01  # smallest size of a cluster by default, as a number and as a share of the samples
RAISE = 1.25  # factor of the smallest size from one attempt to the next


@register_method(
    "ae_hdbscan", kind="autoencoder, then HDBSCAN; finds the number of clusters", paper="survey, section 1"
)
class AEHDBSCAN(DeepClusteringModel):
    """An autoencoder, then `sklearn.cluster.HDBSCAN` in its latent space.

    HDBSCAN finds the number of clusters.

    HDBSCAN calls points outside of dense regions noise, and it cannot assign new points. Here both get the cluster of
    the nearest member of a cluster, so clusters keep their shape. Members keep their own label. Of more than `MEMBERS`
    members the model keeps a random part. Diagnostics have the share of noise. `predict` has one column for each of the
    `n_clusters_` clusters. HDBSCAN has no random start.

    Reference:
        R. Campello, D. Moulavi, J. Sander, "Density-based clustering based on hierarchical density estimates", 2013.

    Differs from the paper:
        - Noise and new points get the cluster of their nearest member.
        - With more clusters than `n_clusters`, the smallest size of a cluster is raised.
        - Five neighbors make a point dense, whatever the smallest size of a cluster.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 30.0 * (np.arange(60) % 2)[:, None]
        >>> model = AEHDBSCAN(pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.n_clusters_, model.predict(x).shape
        (2, (60, 2))
    """

    takes = (
        Setting(
            "n_clusters",
            None,
            clusters_at_most,
            "largest number of clusters: where HDBSCAN finds more, `min_cluster_size` is raised until it does not. "
            "None for no limit. Diagnostics tell when another number was found",
        ),
        *OF_AUTOENCODERS,
        AUTOENCODER,
        Setting(
            "min_cluster_size",
            "auto",
            cluster_size,
            'samples that make a cluster; "auto": one percent of the samples, at least 5',
        ),
    )
    cost = 13
    evidence_words = MappingProxyType(
        {
            "noise": (
                "Noise",
                "{:.0%}",
                "Share of samples in no dense region. They go to the nearest cluster.",
            )
        }
    )

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the layer that holds the members of clusters."""
        super().set_up(values)
        self.expected_clusters = values["n_clusters"]
        self.n_clusters = self.expected_clusters or FEWEST
        self.assignment = NearestMemberAssignment()

    def build_further(self) -> None:
        """Create the weights of the layer that holds the members of clusters."""
        self.assignment.build((None, self.latent_dim))

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return soft assignments (b, k) of latent points z (b, d)."""
        return self.assignment(z)

    @property
    def n_clusters_(self) -> int:
        """Number of clusters that the last fit found."""
        return self.assignment.n_clusters

    def kept_variables(self) -> list[keras.Variable]:
        """Return all variables that a phase leaves behind, with the members of clusters."""
        return [*super().kept_variables(), self.assignment.members, self.assignment.clusters]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Pretraining and initialization."""
        return (self.pretraining(), Phase("initialize", before=self.find_clusters, repeated=True))

    def find_clusters(self, run: Run) -> None:
        """Keep the members of HDBSCAN's clusters; without any clusters all samples are one."""
        z = in_batches(self.traced(self.encode_features), run.samples.x)
        size = self.min_cluster_size
        if size == "auto":
            size = max(SMALLEST, round(SMALLEST_SHARE * len(z)))
        labels = self._hdbscan(z, size)
        while self.expected_clusters is not None and labels.max() >= self.expected_clusters:
            size = math.ceil(RAISE * size)
            labels = self._hdbscan(z, size)
        run.state.update(hdbscan_labels=labels, noise=float(np.mean(labels < 0)))
        members = np.flatnonzero(labels >= 0)
        if len(members) == 0:
            labels, members = np.zeros_like(labels), np.arange(len(labels))
        if len(members) > MEMBERS:
            members = np.random.default_rng(run.seed).choice(members, MEMBERS, replace=False)
        gaps = NearestNeighbors(n_neighbors=1).fit(z[members]).kneighbors()[0]
        self.assignment.place(z[members], labels[members], unit=np.sqrt(np.mean(gaps**2)))

    def _hdbscan(self, z: Array, size: int) -> Labels:
        size, neighbors = min(size, len(z)), min(NEIGHBORS, len(z))
        with ended_at_once():  # for large data it keeps Python from handling signals for many seconds
            return HDBSCAN(min_cluster_size=size, min_samples=neighbors, copy=True).fit_predict(z)

    def further_evidence(self, run: Run, z: Array) -> dict[str, Any]:
        """Return the share of noise, and the expected number of clusters if it was given."""
        found = {"noise": run.state.get("noise", 0.0)}
        if self.expected_clusters is not None:
            found["expected_clusters"] = self.expected_clusters
        return super().further_evidence(run, z) | found
