"""Choosing without labels: the number of clusters, and one of several clusterings."""

from kerasclust.choosing.comparison import Comparison, compare
from kerasclust.choosing.number import NumberOfClusters, estimate_n_clusters

__all__ = ["Comparison", "NumberOfClusters", "compare", "estimate_n_clusters"]
