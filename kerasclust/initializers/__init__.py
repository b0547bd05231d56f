"""Starting clusters in a latent space."""

from types import MappingProxyType

from kerasclust.initializers.agglomerative import agglomerative_tries
from kerasclust.initializers.gaussian_mixture import fit_gmm
from kerasclust.initializers.kmeans import fit_kmeans
from kerasclust.initializers.refilling import refill
from kerasclust.initializers.rim import RIM
from kerasclust.initializers.splits import best_split, whitened
from kerasclust.initializers.subkmeans import SubspaceKMeans, fit_subkmeans
from kerasclust.initializers.tries import cluster_means, initializer_of, rank_tries, several_tries

# Those that train no network: (z (n, d), n_clusters, seed, n_tries) -> (labels (n_tries, n), scores (n_tries,)), the
# lowest score is the best try. RIM trains, and is run by the model.
INITIALIZERS = MappingProxyType(
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
