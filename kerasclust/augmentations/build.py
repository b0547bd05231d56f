"""Augmentations by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import keras

from kerasclust.augmentations.base import Augmentation, Chain
from kerasclust.augmentations.images import ColorJitter, RandomAffine, RandomResizedCrop
from kerasclust.augmentations.neighbors import Neighbors
from kerasclust.augmentations.sequences import ChannelOffsetAndScale, Jitter, RandomGap, TemporalCrop, TemporalZoom
from kerasclust.augmentations.tables import FeatureNoise, SwapNoise
from kerasclust.errors import InputError

# Augmentations by the number of axes of a sample, and by name.
NAMED: dict[int, dict[str, Callable[[], Augmentation]]] = {
    1: {"noise": FeatureNoise, "swap": SwapNoise, "neighbors": Neighbors},
    2: {
        "crop": TemporalCrop,
        "gap": RandomGap,
        "zoom": TemporalZoom,
        "channels": ChannelOffsetAndScale,
        "jitter": Jitter,
        "neighbors": Neighbors,
    },
    3: {"affine": RandomAffine, "crop": RandomResizedCrop, "color": ColorJitter, "neighbors": Neighbors},
}
# Meaning of "auto" by the number of axes of a sample. The start of a recording never matters. Users have to decide if
# rotation of an image or noise in a feature matters.
AUTO = {2: "crop"}
# What takes the place of augmentations that move values in time, where "auto" is for sequences that share a clock.
_ON_CLOCK = {"crop": "gap", "zoom": None}


def build_augmentation(
    spec: str | keras.layers.Layer | None,
    sample_shape: Sequence[int | None],
    auto: Mapping[int, str] = AUTO,
    categories: Iterable[int] = (),
    keeps_time: bool = False,
) -> Chain | None:
    """Build the augmentation of raw samples by name.

    Args:
        spec: names joined by "+", "auto" for the names in `auto`, or None or "none" for no augmentation. Names are
            noise and swap for tables; crop, gap, zoom, channels and jitter for sequences; affine, crop and color for
            images; for all, neighbors: views of nearest neighbors. Or a Keras layer that is random in training and
            keeps the shape of a sample.
        sample_shape: shape of a sample without the batch axis; (None, channels) for sequences of unequal length.
        auto: meaning of "auto", {number of axes of a sample: names}. The default is "crop" for sequences and no
            augmentation for tables and images.
        categories: columns of a table that have numbers of categories, to which no noise is added by name.
        keeps_time: "auto" moves no values of sequences in time: it has gaps in place of crops, and no zoom.

    Returns:
        `Chain`, or None for no augmentation.

    Raises:
        InputError: if a name is unknown, or its augmentation does not fit the shape.

    Example:
        >>> [type(layer).__name__ for layer in build_augmentation("crop+jitter", (32, 3)).layers]
        ['TemporalCrop', 'Jitter']
    """
    if spec == "auto":
        spec = auto.get(len(sample_shape))
        if spec and keeps_time:
            spec = "+".join(filter(None, (_ON_CLOCK.get(name, name) for name in spec.split("+"))))
    if spec is None or spec == "none":
        return None
    layers = [spec] if isinstance(spec, keras.layers.Layer) else _by_name(spec, sample_shape, categories)
    chain = spec if isinstance(spec, Chain) else Chain(layers)
    chain.build_once((None, *sample_shape))
    return chain


def _by_name(spec: str, sample_shape: Sequence[int | None], categories: Iterable[int]) -> list[Augmentation]:
    known = NAMED[len(sample_shape)]
    if len(sample_shape) == 1:
        known = known | {"noise": partial(FeatureNoise, without=categories)}
    names = str(spec).split("+")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"augmentation={spec!r} does not go with samples of shape {tuple(sample_shape)}: use None, 'auto', or one "
            f"or more of {', '.join(known)} joined by '+'."
        )
    return [known[name]() for name in names]
