"""Random changes of a sample that leave its cluster as it is: Keras layers, named for the command."""

from kerasclust.augmentations.base import Augmentation, Chain
from kerasclust.augmentations.build import AUTO, build_augmentation
from kerasclust.augmentations.images import ColorJitter, RandomAffine, RandomResizedCrop
from kerasclust.augmentations.sequences import ChannelOffsetAndScale, Jitter, TemporalCrop, TemporalZoom
from kerasclust.augmentations.tables import FeatureNoise, SwapNoise

__all__ = [
    "AUTO",
    "Augmentation",
    "Chain",
    "ChannelOffsetAndScale",
    "ColorJitter",
    "FeatureNoise",
    "Jitter",
    "RandomAffine",
    "RandomResizedCrop",
    "SwapNoise",
    "TemporalCrop",
    "TemporalZoom",
    "build_augmentation",
]
