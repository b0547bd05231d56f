"""Starting clusters in a latent space."""

from kerasclust.initializers.kmeans import kmeans_centers
from kerasclust.initializers.rim import RIM, best_try, cluster_means

__all__ = ["RIM", "best_try", "cluster_means", "kmeans_centers"]
