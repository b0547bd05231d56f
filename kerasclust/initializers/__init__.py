"""Starting clusters in a latent space."""

from types import MappingProxyType

from kerasclust.initializers.agglomerative import agglomerative_tries
from kerasclust.initializers.gaussian_mixture import fit_gmm, gmm_tries
from kerasclust.initializers.kmeans import fit_kmeans, kmeans_tries
from kerasclust.initializers.rim import RIM
from kerasclust.initializers.splits import best_split, whitened
from kerasclust.initializers.subkmeans import SubspaceKMeans, fit_subkmeans, subkmeans_tries
from kerasclust.initializers.tries import cluster_means, rank_tries, several_tries

# Those that train no network: (z (n, d), n_clusters, seed, n_tries) -> (labels (n_tries, n), scores (n_tries,)), the
# lowest score is the best try. RIM trains, and is run by the model.
INITIALIZERS = MappingProxyType(
    {"kmeans": kmeans_tries, "gmm": gmm_tries, "agglomerative": agglomerative_tries, "subkmeans": subkmeans_tries}
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
    "kmeans_tries",
    "rank_tries",
    "several_tries",
    "whitened",
]
