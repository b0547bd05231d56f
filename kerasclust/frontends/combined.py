"""Front ends made of others, and front ends by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from kerasclust.compute.missing import filled
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.categorical_columns import CategoricalColumns
from kerasclust.frontends.missing_features import MissingFeatures
from kerasclust.frontends.profile import MeanProfile
from kerasclust.frontends.random_convolutions import RandomConvolutions
from kerasclust.frontends.scaling import RobustScaling
from kerasclust.frontends.spectrum import LogSpectrum
from kerasclust.frontends.standardization import Standardization
from kerasclust.frontends.statistics import SequenceStatistics
from kerasclust.frontends.unit_range import UnitRange
from kerasclust.types import Tensor

# Meaning of "auto" by the number of axes of a sample. With "variability" DANCE found the known groups of the simulated
# network best, by labels; no criterion without labels singled out a front end. The others were chosen by labelled sets
# too, each left out once, with k-means: `python -m benchmarks bench defaults`.
AUTO = {1: "raw", 2: "variability", 3: "raw"}
AUTO_UNEQUAL = "statistics"  # of sequences of unequal length
AUTO_REPEATED = "profile"  # of sequences that share a clock and have several periods of it
AUTO_ONE_COURSE = "profile+spectrum"  # of sequences that share a clock, as long as its period

# Front ends chosen by name compress heavy-tailed channels (see RobustScaling), as nearly all traffic volumes and delays
# are heavy-tailed. Other channels are not changed.
COMPRESS = True

SCALES = (1, 4, 16)  # time scales of "multiscale", in steps

# Constructors of the named parts, for sequences of so many steps, typically, a seed, and a clock (period, weekend).
_PARTS: dict[str, Callable[[int, int, tuple[int | None, Sequence[int]]], FrontEnd]] = {
    "statistics": lambda steps, seed, clock: SequenceStatistics(),
    "variability": lambda steps, seed, clock: SequenceStatistics(level=False),
    "multiscale": lambda steps, seed, clock: SequenceStatistics(scales=[s for s in SCALES if 2 * s <= steps] or [1]),
    "spectrum": lambda steps, seed, clock: LogSpectrum(n_bands=max(1, min(8, steps // 2)), steps=steps),
    "convolutions": lambda steps, seed, clock: RandomConvolutions(n_components=64, seed=seed, steps=steps),
    "profile": lambda steps, seed, clock: MeanProfile(*clock),
    "profile_deviation": lambda steps, seed, clock: MeanProfile(*clock, deviation=True),
}


@keras.saving.register_keras_serializable(package="kerasclust")
class Combined(FrontEnd):
    """Features of one or more parts side by side, of scaled channels, standardized.

    The raw sequences pass through `RobustScaling`, then through every part. The concatenated features pass through
    `Standardization`, where each part gets the same share of the total variance. A feature that is missing, because
    nothing was observed from which it follows, becomes 0, the mean.

    Args:
        parts: front ends that turn (batch, steps, channels) into (batch, features).
        compress: compress heavy-tailed channels, see `RobustScaling`.
        name: name of the layer.

    Input: (batch, steps, channels), raw, where steps may be None. Output: (batch, features), float32, with mean 0 and
    deviation about 1 on the data of `adapt`.

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

    takes_any_length = True

    def __init__(self, parts: Sequence[FrontEnd], compress: bool = False, name: str | None = None) -> None:
        super().__init__(name=name)
        if not parts:
            raise InputError("Combined: parts is empty, pass at least one part.")
        self.parts = list(parts)
        for part in self.parts:
            _check_not_random(part)
        self.compress = compress
        self.scaling = RobustScaling(compress=compress)

    def build(self, input_shape: Shape) -> None:
        """Build scaling, parts and standardization."""
        super().build(input_shape)
        self.scaling.build(input_shape)
        blocks = []
        for part in self.parts:
            part.build_once(input_shape)
            shape = part.compute_output_shape(input_shape)
            if len(shape) != 2:
                raise InputError(
                    f"Combined: {type(part).__name__} returns {shape}: every part must return (batch, features)."
                )
            blocks.append((shape[-1], part.features_share_unit))
        self.standardization = Standardization(blocks)
        self.standardization.build((None, sum(features for features, _ in blocks)))

    def adapt_batches(self, batches: Batches) -> None:
        """Let scaling, parts and standardization learn, one after the other."""
        self.scaling.adapt_to(batches)
        scaled = batches.map(self.scaling)
        for part in self.parts:
            part.adapt_to(scaled)
        self.standardization.adapt_to(scaled.map(self._features))

    def _features(self, scaled: Tensor) -> Tensor:
        return tf.concat([part(scaled) for part in self.parts], axis=-1)

    def transform(self, x: Tensor) -> Tensor:
        """Return standardized features (batch, features) of sequences (batch, steps, channels)."""
        return filled(self.standardization(self._features(self.scaling(x))))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, features)."""
        return (input_shape[0], sum(part.compute_output_shape(input_shape)[-1] for part in self.parts))

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the names of all parts' features, one part after the other."""
        return [name for part in self.parts for name in part.feature_names(channel_names)]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        parts = [keras.saving.serialize_keras_object(part) for part in self.parts]
        return {**super().get_config(), "parts": parts, "compress": self.compress}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Combined":
        """Create the front end from the result of `get_config`."""
        parts = [keras.saving.deserialize_keras_object(part) for part in config["parts"]]
        return cls(**{**config, "parts": parts})


def build_frontend(
    spec: str | FrontEnd,
    input_shape: Sequence[int | None],
    seed: int = 0,
    *,
    steps: int | None = None,
    period: int | None = None,
    weekend: Sequence[int] = (),
    categories: Mapping[int, int] | None = None,
    missing_feature: bool = False,
) -> FrontEnd:
    """Build a front end by name, ready for `adapt()`.

    Args:
        spec: name of the front end, or a `FrontEnd` to build. For all samples: "auto" (chosen by the shape) or "raw"
            (scaling only, keeps the shape). For tables also "shared_unit": one scale for all features, so that features
            with a larger deviation count for more, as in an embedding. For sequences also "statistics", "variability"
            (statistics without the levels), "multiscale" (statistics at 1, 4 and 16 steps), "spectrum",
            "convolutions", "profile" (the mean course over a period), or several of these joined by "+".
        input_shape: shape of a sample without the batch axis: (features,), (steps, channels) or
            (height, width, channels). Sequences of unequal length have the shape (None, channels).
        seed: seed of the random convolutions.
        steps: typical number of steps of sequences of unequal length, from which time scales, frequency bands and
            dilations follow.
        period: steps of the period of a clock that all sequences share, as `kerasclust.frontends.clock.shared_clock`
            finds it. With one, "auto" has the "profile". Without one, "profile" compares sequences step by step.
        weekend: days of each week of seven periods that differ from the others, as `shared_clock` finds them; they get
            a profile of their own.
        categories: {column: number of its categories} of a table. Such a column has the numbers of the categories as
            values, from 0, and becomes one feature for each of them, see `CategoricalColumns`.
        missing_feature: add what is missing to the features, see `MissingFeatures`.

    Returns:
        A built `FrontEnd`. The networks see the shape `compute_output_shape((None, *input_shape))`.

    Raises:
        InputError: if the name is unknown, or its front end does not fit the shape. The features of sequences of
            unequal length must not have steps, as those of "raw" have.

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
            f"No front end for samples of shape {input_shape}: reshape them to (features,), (steps, channels) or "
            "(height, width, channels)."
        )
    categories = {int(column): number for column, number in (categories or {}).items()}
    frontend = (
        spec
        if isinstance(spec, FrontEnd)
        else _by_name(spec, input_shape, seed, steps, (period, weekend), len(categories))
    )
    _check_not_random(frontend)
    if categories:
        frontend = CategoricalColumns(frontend, categories)
    if missing_feature:
        frontend = MissingFeatures(frontend)
    frontend.build_once((None, *input_shape))
    if None in frontend.compute_output_shape((None, *input_shape))[1:]:
        raise InputError(
            f"The front end {spec if isinstance(spec, str) else type(spec).__name__!r} keeps the steps, so it needs "
            "sequences of equal length: use 'variability' or another one that summarizes them, or cut windows."
        )
    return frontend


def _check_not_random(frontend: FrontEnd) -> None:
    if getattr(frontend, "is_random", True):
        raise InputError(f"{type(frontend).__name__} is no front end, which gives the same features at each call.")


def auto_frontend(input_shape: tuple[int | None, ...], period: int | None) -> str:
    """Return the front end that "auto" stands for.

    Args:
        input_shape: shape of a sample; None steps for sequences of unequal length.
        period: steps of the clock that the sequences share; None without one.

    Example:
        >>> auto_frontend((168, 3), 24), auto_frontend((24, 3), 24), auto_frontend((28, 28, 1), None)
        ('profile', 'profile+spectrum', 'raw')
    """
    if period is not None:
        return AUTO_ONE_COURSE if period == input_shape[0] else AUTO_REPEATED
    return AUTO_UNEQUAL if len(input_shape) == 2 and input_shape[0] is None else AUTO[len(input_shape)]


def _by_name(
    spec: str,
    input_shape: tuple[int | None, ...],
    seed: int,
    steps: int | None,
    clock: tuple[int | None, Sequence[int]],
    n_categorical: int,
) -> FrontEnd:
    if spec == "auto":
        spec = auto_frontend(input_shape, clock[0])
    if spec == "raw":
        return UnitRange() if len(input_shape) == 3 else RobustScaling(compress=COMPRESS)
    if spec == "shared_unit":
        if len(input_shape) != 1:
            raise InputError(f"The front end 'shared_unit' is for tables (features,), found {input_shape}: use 'raw'.")
        return Standardization([(int(input_shape[0] or 0) - n_categorical, True)])
    names = str(spec).split("+")
    unknown = [name for name in names if name not in _PARTS]
    if unknown:
        raise InputError(
            f"Unknown front end {spec!r}: use 'auto', 'raw', 'shared_unit', or one or more of {', '.join(_PARTS)} "
            "joined by '+'."
        )
    if len(input_shape) != 2:
        raise InputError(f"The front end {spec!r} is for sequences (steps, channels), found {input_shape}: use 'raw'.")
    typical = input_shape[0] or steps
    if typical is None:
        raise InputError("build_frontend: sequences of unequal length need steps, their typical number of steps.")
    return Combined([_PARTS[name](typical, seed, clock) for name in names], compress=COMPRESS)
