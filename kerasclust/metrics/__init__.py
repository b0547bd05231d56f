"""Scores of a clustering: external scores use known classes, internal scores the data alone."""

from importlib import import_module
from typing import Any

from kerasclust.metrics.agreement import agreement
from kerasclust.metrics.external import (
    adjusted_rand_index,
    clustering_accuracy,
    external_scores,
    normalized_mutual_information,
)
from kerasclust.metrics.internal import (
    calinski_harabasz,
    conditional_entropy,
    davies_bouldin,
    label_entropy,
    silhouette,
)
from kerasclust.metrics.matching import best_matching
from kerasclust.metrics.neighbors import nearest_neighbors, neighbor_information

# Imported on first use: Keras takes seconds to import, and reports need the functions only.
_KERAS_METRICS = ("AdjustedRandIndex", "ClusteringAccuracy", "NormalizedMutualInformation")

__all__ = [
    "AdjustedRandIndex",
    "ClusteringAccuracy",
    "NormalizedMutualInformation",
    "adjusted_rand_index",
    "agreement",
    "best_matching",
    "calinski_harabasz",
    "clustering_accuracy",
    "conditional_entropy",
    "davies_bouldin",
    "external_scores",
    "label_entropy",
    "nearest_neighbors",
    "neighbor_information",
    "normalized_mutual_information",
    "silhouette",
]


def __getattr__(name: str) -> Any:
    if name in _KERAS_METRICS:
        return getattr(import_module("kerasclust.metrics.streaming"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
