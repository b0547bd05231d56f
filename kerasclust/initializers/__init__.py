"""Initializers, which search for starting clusters in a latent space."""

from collections.abc import Mapping
from types import MappingProxyType

from kerasclust.initializers.agglomerative import agglomerative_tries
from kerasclust.initializers.gaussian_mixture import fit_gmm
from kerasclust.initializers.kmeans import fit_kmeans
from kerasclust.initializers.refilling import refill
from kerasclust.initializers.rim import RIM
from kerasclust.initializers.splits import best_split, whitened
from kerasclust.initializers.subkmeans import SubspaceKMeans, fit_subkmeans
from kerasclust.initializers.tries import Initializer, cluster_means, initializer_of, rank_tries, several_tries

# Initializers that train no network, by name. RIM is missing, since the model trains it.
INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        "kmeans": initializer_of(fit_kmeans),
        "gmm": initializer_of(fit_gmm),
        "agglomerative": agglomerative_tries,
        "subkmeans": initializer_of(fit_subkmeans),
    }
)

__all__ = [
    "INITIALIZERS",
    "RIM",
    "SubspaceKMeans",
    "best_split",
    "cluster_means",
    "fit_gmm",
    "fit_kmeans",
    "fit_subkmeans",
    "rank_tries",
    "refill",
    "several_tries",
    "whitened",
]
