"""Starting clusters in a latent space."""

from kerasclust.initializers.kmeans import kmeans_tries
from kerasclust.initializers.rim import RIM
from kerasclust.initializers.tries import cluster_means, rank_tries

__all__ = ["RIM", "cluster_means", "kmeans_tries", "rank_tries"]
