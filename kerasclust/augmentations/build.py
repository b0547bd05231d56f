"""The augmentation that a name asks for."""

import keras

from kerasclust.augmentations.base import Augmentation, Chain
from kerasclust.augmentations.images import ColorJitter, RandomAffine, RandomResizedCrop
from kerasclust.augmentations.sequences import ChannelOffsetAndScale, Jitter, TemporalCrop, TemporalZoom
from kerasclust.augmentations.tables import FeatureNoise, SwapNoise
from kerasclust.errors import InputError

# By the number of axes of a sample, and by name.
NAMED = {
    1: {"noise": FeatureNoise, "swap": SwapNoise},
    2: {"crop": TemporalCrop, "zoom": TemporalZoom, "channels": ChannelOffsetAndScale, "jitter": Jitter},
    3: {"affine": RandomAffine, "crop": RandomResizedCrop, "color": ColorJitter},
}
# What "auto" stands for: only what holds for all data of a kind. Where a recording starts never matters; whether a
# digit may be turned, or a feature blurred, is for the user to say.
AUTO = {2: "crop"}


def build_augmentation(spec, sample_shape, auto=AUTO):
    """The augmentation of raw samples, built.

    Args:
        spec: None or "none" for none, "auto" (as `auto` says), names joined by "+"
            (tables: noise, swap; sequences: crop, zoom, channels, jitter; images: affine, crop, color), or a Keras
            layer that is random in training and keeps the shape of a sample.
        sample_shape: shape of a sample without the batch axis.
        auto: what "auto" stands for, {number of axes of a sample: names}; by default parts of sequences, and nothing
            for tables and images.

    Returns:
        `Chain`, or None for no augmentation.

    Raises:
        InputError: an unknown name, or one that does not go with the shape.

    Example:
        >>> [type(layer).__name__ for layer in build_augmentation("crop+jitter", (32, 3)).layers]
        ['TemporalCrop', 'Jitter']
    """
    spec = auto.get(len(sample_shape)) if spec == "auto" else spec
    if spec is None or spec == "none":
        return None
    layers = [spec] if isinstance(spec, keras.layers.Layer) else _by_name(spec, sample_shape)
    chain = spec if isinstance(spec, Chain) else Chain(layers)
    chain.build_once((None, *sample_shape))
    return chain


def _by_name(spec, sample_shape) -> list[Augmentation]:
    known = NAMED[len(sample_shape)]
    names = str(spec).split("+")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"augmentation={spec!r} does not go with samples of shape {tuple(sample_shape)}: use None, 'auto', or one "
            f"or more of {', '.join(known)} joined by '+'."
        )
    return [known[name]() for name in names]
