"""Random changes of a sample that leave its cluster as it is: Keras layers, named for the command."""

from kerasclust.augmentations.base import Augmentation, Chain
from kerasclust.augmentations.build import AUTO, build_augmentation
from kerasclust.augmentations.images import RandomAffine
from kerasclust.augmentations.sequences import ChannelOffsetAndScale, Jitter, TemporalCrop, TemporalZoom
from kerasclust.augmentations.tables import FeatureNoise, SwapNoise

__all__ = [
    "AUTO",
    "Augmentation",
    "Chain",
    "ChannelOffsetAndScale",
    "FeatureNoise",
    "Jitter",
    "RandomAffine",
    "SwapNoise",
    "TemporalCrop",
    "TemporalZoom",
    "build_augmentation",
]
