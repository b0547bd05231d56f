"""Clustering models by their class names.

Each method has a file of its own in `kerasclust.models.methods`.
"""

from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.catalog import methods as _methods

_CLASSES = {model.__name__: model for model in _methods().values()}
globals().update(_CLASSES)

__all__ = ["DeepClusteringModel", *sorted(_CLASSES)]
