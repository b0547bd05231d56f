"""Features of a front end, and what is missing in a sample as further features."""

from collections.abc import Sequence
from typing import Any, Self

import keras
import tensorflow as tf

from kerasclust.compute.missing import filled
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.observed import is_padding, observed, observed_mean
from kerasclust.frontends.sentinels import missing_at_sentinels
from kerasclust.frontends.standardization import Standardization
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class MissingFeatures(FrontEnd):
    """Features of a front end, followed by further features that say what is missing.

    They help where values are missing for a reason, such as cells that are switched off. If the front end keeps the
    axes of a sample, the further features are 1 where a value is missing and 0 elsewhere, along the last axis. If it
    summarizes sequences, they are the share of missing steps of each channel, standardized. Steps that are missing at
    the end of sequences of unequal length do not count.

    Args:
        frontend: front end of the features.
        name: name of the layer.

    Input: that of the front end. Output: that of the front end, with a longer last axis.

    Example:
        >>> from kerasclust.frontends import RobustScaling
        >>> frontend = MissingFeatures(RobustScaling())
        >>> frontend.adapt([[1.0, 2.0], [3.0, float("nan")]])
        >>> frontend(tf.constant([[2.0, float("nan")]])).numpy()
        array([[ 0., nan,  0.,  1.]], dtype=float32)
    """

    takes_any_length = True

    def __init__(self, frontend: FrontEnd, name: str | None = None) -> None:
        super().__init__(name=name)
        self.frontend = frontend
        self.shares = Standardization([])

    def build(self, input_shape: Shape) -> None:
        """Build the front end, and the scaling of the shares."""
        super().build(input_shape)
        self.frontend.build_once(input_shape)
        self.keeps_axes = len(self.frontend.compute_output_shape(input_shape)) == len(input_shape)
        self.shares = Standardization([(input_shape[-1], False)])
        self.shares.build((None, input_shape[-1]))

    def adapt_batches(self, batches: Batches) -> None:
        """Let the front end and the scaling of the shares learn."""
        self.frontend.adapt_to(batches)
        if not self.keeps_axes:
            self.shares.adapt_to(batches.map(lambda x: self._shares(tf.convert_to_tensor(x))))

    def _shares(self, x: Tensor) -> Tensor:
        """Return the share of missing steps of each channel (batch, channels)."""
        x = missing_at_sentinels(x)
        missing = 1.0 - observed(x)
        return observed_mean(tf.where(is_padding(x), float("nan"), missing) if self.any_length else missing, axis=1)

    def transform(self, x: Tensor) -> Tensor:
        """Return features, and what is missing."""
        further = 1.0 - observed(missing_at_sentinels(x)) if self.keeps_axes else filled(self.shares(self._shares(x)))
        return tf.concat([self.frontend(x), further], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the front end's output, with a longer last axis."""
        *axes, last = self.frontend.compute_output_shape(input_shape)
        return (*axes, last + input_shape[-1])

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the names of the front end's features and of those that are missing."""
        return [*self.frontend.feature_names(channel_names), *(f"missing {channel}" for channel in channel_names)]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "frontend": keras.saving.serialize_keras_object(self.frontend)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Create the front end from the result of `get_config`."""
        return cls(**{**config, "frontend": keras.saving.deserialize_keras_object(config["frontend"])})
