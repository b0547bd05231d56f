"""Front ends made of others, and the choice of one by name."""

import keras
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.random_convolutions import RandomConvolutions
from kerasclust.frontends.scaling import RobustScaling
from kerasclust.frontends.spectrum import LogSpectrum
from kerasclust.frontends.standardization import Standardization
from kerasclust.frontends.statistics import SequenceStatistics
from kerasclust.frontends.unit_range import UnitRange

# What "auto" stands for, by the number of axes of a sample. For sequences: what DANCE found the known groups of the
# simulated network by best. This choice has seen labels; no measurement without labels singled out a front end.
AUTO = {1: "raw", 2: "variability", 3: "raw"}

# Whether front ends chosen by name tame heavy-tailed channels (see RobustScaling): traffic volumes and delays have them
# nearly everywhere, other channels are left alone. On the Irish 5G windows k-means on the statistics then finds the six
# groups with ACC .65 instead of .60, on the scaled windows with .58 instead of .52.
COMPRESS = True

SCALES = (1, 4, 16)  # steps, of "multiscale"

# The parts that a name can ask for: made for sequences of the given steps.
_PARTS = {
    "statistics": lambda steps, seed: SequenceStatistics(),
    "variability": lambda steps, seed: SequenceStatistics(level=False),
    "multiscale": lambda steps, seed: SequenceStatistics(scales=[s for s in SCALES if 2 * s <= steps] or [1]),
    "spectrum": lambda steps, seed: LogSpectrum(n_bands=max(1, min(8, steps // 2))),
    "convolutions": lambda steps, seed: RandomConvolutions(n_components=64, seed=seed),
}


@keras.saving.register_keras_serializable(package="kerasclust")
class Combined(FrontEnd):
    """Scaled channels, then the features of one or more parts side by side, standardized.

    raw (batch, steps, channels) -> `RobustScaling` -> every part -> concatenated -> `Standardization`, where each part
    gets the same share of the total variance.

    Args:
        parts: front ends that turn (batch, steps, channels) into (batch, features).
        compress: tame heavy-tailed channels, see `RobustScaling`.
        name: name of the layer.

    Input: (batch, steps, channels), raw. Output: (batch, features), float32, mean 0 and deviation about 1 on the data
    that it was adapted to.

    Raises:
        InputError: if there is no part, or one does not return (batch, features).

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(20, 64, 3))
        >>> frontend = Combined([SequenceStatistics(scales=(1, 4)), LogSpectrum(n_bands=5)])
        >>> frontend.adapt(x)
        >>> frontend(x).shape
        TensorShape([20, 30])
    """

    def __init__(self, parts, compress: bool = False, name: str | None = None):
        super().__init__(name=name)
        if not parts:
            raise InputError("Combined: pass at least one part.")
        self.parts = list(parts)
        self.compress = compress
        self.scaling = RobustScaling(compress=compress)

    def build(self, input_shape):
        super().build(input_shape)
        self.scaling.build(input_shape)
        blocks = []
        for part in self.parts:
            part.build_once(input_shape)
            shape = part.compute_output_shape(input_shape)
            if len(shape) != 2:
                raise InputError(f"Combined: {type(part).__name__} returns {shape}, not (batch, features).")
            blocks.append((shape[-1], part.features_share_unit))
        self.standardization = Standardization(blocks)
        self.standardization.build((None, sum(features for features, _ in blocks)))

    def adapt_batches(self, batches: Batches) -> None:
        self.scaling.adapt_to(batches)
        scaled = batches.map(self.scaling)
        for part in self.parts:
            part.adapt_to(scaled)
        self.standardization.adapt_to(scaled.map(self._features))

    def _features(self, scaled):
        return tf.concat([part(scaled) for part in self.parts], axis=-1)

    def transform(self, x):
        return self.standardization(self._features(self.scaling(x)))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], sum(part.compute_output_shape(input_shape)[-1] for part in self.parts))

    def feature_names(self, channel_names) -> list[str]:
        """The names of all parts' features, one part after the other."""
        return [name for part in self.parts for name in part.feature_names(channel_names)]

    def get_config(self):
        parts = [keras.saving.serialize_keras_object(part) for part in self.parts]
        return {**super().get_config(), "parts": parts, "compress": self.compress}

    @classmethod
    def from_config(cls, config):
        parts = [keras.saving.deserialize_keras_object(part) for part in config["parts"]]
        return cls(**{**config, "parts": parts})


def build_frontend(spec, input_shape, seed: int = 0) -> FrontEnd:
    """The front end that a name asks for, built and ready for `adapt()`.

    Args:
        spec: "raw" (scaling only, keeps the shape), for tables also "shared_unit" (one scale for all features: those
            that vary more count for more, as in an embedding), for sequences also "statistics", "variability"
            (statistics without the levels), "multiscale" (statistics at 1, 4 and 16 steps), "spectrum",
            "convolutions" or several of them joined by "+", "auto" for the choice by the shape of a sample, or a
            `FrontEnd`, which is built and returned.
        input_shape: shape of a sample without the batch axis: (steps, channels), (height, width, channels) or
            (features,).
        seed: of the random convolutions.

    Returns:
        a built `FrontEnd`; its `compute_output_shape((None, *input_shape))` is what the networks see.

    Raises:
        InputError: for an unknown name, or one that does not go with the shape.

    Example:
        >>> frontend = build_frontend("statistics+spectrum", input_shape=(256, 17))
        >>> frontend.compute_output_shape((None, 256, 17))
        (None, 187)
        >>> build_frontend("auto", input_shape=(28, 28, 1)).compute_output_shape((None, 28, 28, 1))
        (None, 28, 28, 1)
    """
    input_shape = tuple(input_shape)
    if len(input_shape) not in AUTO:
        raise InputError(
            f"No front end for samples of shape {input_shape}: it must be (features,), (steps, channels) or "
            "(height, width, channels)."
        )
    frontend = spec if isinstance(spec, FrontEnd) else _by_name(spec, input_shape, seed)
    frontend.build_once((None, *input_shape))
    return frontend


def _by_name(spec: str, input_shape: tuple, seed: int) -> FrontEnd:
    if spec == "auto":
        spec = AUTO[len(input_shape)]
    if spec == "raw":
        return UnitRange() if len(input_shape) == 3 else RobustScaling(compress=COMPRESS)
    if spec == "shared_unit":
        if len(input_shape) != 1:
            raise InputError(f"The front end 'shared_unit' is for tables (features,), found {input_shape}: use 'raw'.")
        return Standardization([(input_shape[0], True)])
    names = str(spec).split("+")
    unknown = [name for name in names if name not in _PARTS]
    if unknown:
        raise InputError(
            f"Unknown front end {spec!r}: use 'auto', 'raw', 'shared_unit', or one or more of {', '.join(_PARTS)} "
            "joined by '+'."
        )
    if len(input_shape) != 2:
        raise InputError(f"The front end {spec!r} is for sequences (steps, channels), found {input_shape}: use 'raw'.")
    return Combined([_PARTS[name](input_shape[0], seed) for name in names], compress=COMPRESS)
