"""Clustering models, one module a method."""

from kerasclust.models.acedec import ACeDeC, ACeDeCIDEC
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.cdc import CDC
from kerasclust.models.dance import DANCE
from kerasclust.models.dcn import DCN
from kerasclust.models.dec import DEC
from kerasclust.models.idec import IDEC

__all__ = ["CDC", "DANCE", "DCN", "DEC", "IDEC", "ACeDeC", "ACeDeCIDEC", "DeepClusteringModel"]
