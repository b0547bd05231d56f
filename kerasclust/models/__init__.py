"""Clustering models, one module a method."""

from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.dance import DANCE
from kerasclust.models.dec import DEC
from kerasclust.models.idec import IDEC

__all__ = ["DANCE", "DEC", "IDEC", "DeepClusteringModel"]
