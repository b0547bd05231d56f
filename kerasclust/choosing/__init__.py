"""Choices without labels: the number of clusters, and one of several clusterings."""

from kerasclust.choosing.automatic import Clustering, cluster
from kerasclust.choosing.comparison import Comparison, compare
from kerasclust.choosing.number import NumberOfClusters, estimate_n_clusters
from kerasclust.choosing.planned import default_methods

__all__ = [
    "Clustering",
    "Comparison",
    "NumberOfClusters",
    "cluster",
    "compare",
    "default_methods",
    "estimate_n_clusters",
]
