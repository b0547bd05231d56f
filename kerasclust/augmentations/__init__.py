"""Augmentations: Keras layers that change samples at random and keep their cluster."""

from kerasclust.augmentations.base import Augmentation, Chain
from kerasclust.augmentations.build import AUTO, build_augmentation
from kerasclust.augmentations.images import ColorJitter, RandomAffine, RandomResizedCrop
from kerasclust.augmentations.neighbors import Neighbors
from kerasclust.augmentations.sequences import ChannelOffsetAndScale, Jitter, RandomGap, TemporalCrop, TemporalZoom
from kerasclust.augmentations.tables import FeatureNoise, SwapNoise

__all__ = [
    "AUTO",
    "Augmentation",
    "Chain",
    "ChannelOffsetAndScale",
    "ColorJitter",
    "FeatureNoise",
    "Jitter",
    "Neighbors",
    "RandomAffine",
    "RandomGap",
    "RandomResizedCrop",
    "SwapNoise",
    "TemporalCrop",
    "TemporalZoom",
    "build_augmentation",
]
