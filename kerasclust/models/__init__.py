"""Clustering models, one module a method."""

from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.dance import DANCE

__all__ = ["DANCE", "DeepClusteringModel"]
