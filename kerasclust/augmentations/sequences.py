"""Random changes of sequences: position, speed, offset, scale and noise."""

import math
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kerasclust.augmentations.base import Augmentation
from kerasclust.compute.missing import missing_where
from kerasclust.errors import InputError
from kerasclust.frontends.observed import is_padding, lengths, observed_mean
from kerasclust.types import Tensor


def uniform(layer: Augmentation, n: int | Tensor, low: float, high: float) -> Tensor:
    """Draw a uniform random number between low and high for each of n samples, (n,)."""
    return keras.random.uniform((n,), low, high, seed=layer.random)


def own_steps(layer: Augmentation, x: Tensor) -> Tensor:
    """Return the number of steps of each sequence (b, steps, channels), without those that end it: float32 (b,)."""
    if layer.any_length:
        return ops.maximum(lengths(x)[:, 0, 0], 1.0)
    return ops.full((ops.shape(x)[0],), float(x.shape[1]))


def padded_as(layer: Augmentation, changed: Tensor, x: Tensor) -> Tensor:
    """Return changed sequences with the steps that end the sequences x, both (b, steps, channels)."""
    return missing_where(is_padding(x), changed) if layer.any_length else changed


@keras.saving.register_keras_serializable(package="kerasclust")
class TemporalCrop(Augmentation):
    """Random part of each sequence, played forwards and backwards up to the full length.

    Start and length of a recording say nothing about the behavior in it. Mirroring fills the length without a jump, so
    the result has the level, variation and roughness of the part.

    Args:
        smallest: length of the shortest part, as a share of the steps. The logarithm of the length is uniform.
        name: name of the layer.

    Input and output: (batch, steps, channels).

    Example:
        >>> import numpy as np
        >>> part = np.asarray(TemporalCrop()(np.arange(64.0)[None, :, None]))[0, :, 0]
        >>> bool(np.all(np.abs(np.diff(part)) <= 1.0))
        True
    """

    def __init__(self, smallest: float = 0.25, name: str | None = None) -> None:
        super().__init__(name=name)
        self.smallest = smallest

    def transform(self, x: Tensor) -> Tensor:
        """Return a part of each sequence, (b, steps, channels)."""
        n, steps = ops.shape(x)[0], own_steps(self, x)
        share = ops.exp(uniform(self, n, math.log(self.smallest), 0.0))
        length = ops.cast(ops.round(share * steps), "int32")
        steps = ops.cast(steps, "int32")
        length = ops.minimum(ops.maximum(length, 1), steps)
        start = ops.cast(uniform(self, n, 0.0, 1.0) * ops.cast(steps - length + 1, "float32"), "int32")
        there_and_back = ops.arange(ops.shape(x)[1])[None] % (2 * length[:, None])
        step = ops.minimum(there_and_back, 2 * length[:, None] - 1 - there_and_back)
        return padded_as(self, tf.gather(x, start[:, None] + step, axis=1, batch_dims=1), x)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "smallest": self.smallest}


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomGap(Augmentation):
    """Random stretch of each sequence that becomes missing, in all channels.

    Where the time of a value matters, a part of a recording tells the same behavior, as long as it stays at its time. A
    gap that runs over the end goes on at the start.

    Args:
        longest: length of the longest gap, as a share of the steps, below 1. The length is uniform.
        name: name of the layer.

    Input and output: (batch, steps, channels).

    Example:
        >>> import numpy as np
        >>> x = np.arange(64.0)[None, :, None]
        >>> gap = np.asarray(RandomGap(longest=0.5)(x))
        >>> bool(np.isnan(gap).sum() <= 32), bool(np.nanmax(np.abs(gap - x)) == 0.0)
        (True, True)
    """

    def __init__(self, longest: float = 0.5, name: str | None = None) -> None:
        super().__init__(name=name)
        if not 0.0 < longest < 1.0:
            raise InputError(f"RandomGap: longest must be between 0 and 1, found {longest}.")
        self.longest = longest

    def transform(self, x: Tensor) -> Tensor:
        """Return sequences (b, steps, channels) with a gap each."""
        n, steps = ops.shape(x)[0], own_steps(self, x)
        length = ops.round(self.longest * uniform(self, n, 0.0, 1.0) * steps)
        start = ops.floor(uniform(self, n, 0.0, 1.0) * steps)
        place = ops.arange(ops.shape(x)[1], dtype="float32")[None] - start[:, None]
        in_gap = (place + ops.where(place < 0.0, steps[:, None], 0.0)) < length[:, None]
        return missing_where(in_gap[..., None], x)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "longest": self.longest}


@keras.saving.register_keras_serializable(package="kerasclust")
class TemporalZoom(Augmentation):
    """Random speed of each sequence around its middle, with linear interpolation.

    Next to a missing value there is nothing to interpolate: the nearest value is taken. Beyond its ends a sequence is
    mirrored.

    Args:
        amount: largest change of speed, as a share of the speed, either way.
        name: name of the layer.

    Input and output: (batch, steps, channels).

    Reference:
        DANCE paper, section IV: the sequences' augmentation for DCCS, "temporal zoom".
    """

    def __init__(self, amount: float = 0.25, name: str | None = None) -> None:
        super().__init__(name=name)
        self.amount = amount

    def transform(self, x: Tensor) -> Tensor:
        """Return sequences (b, steps, channels), each at a random speed."""
        n, last = ops.shape(x)[0], own_steps(self, x) - 1.0
        last = ops.reshape(last, (-1, 1))
        speed = 1.0 + self.amount * uniform(self, n, -1.0, 1.0)
        time = (ops.arange(ops.shape(x)[1], dtype="float32")[None] - last / 2) * speed[:, None] + last / 2
        time = ops.abs(time)  # mirrored at the start
        time = last - ops.abs(last - time)  # and at the end
        before = ops.minimum(ops.maximum(ops.floor(time), 0.0), last)
        after = ops.minimum(before + 1.0, last)
        share = (time - before)[..., None]
        x_before, x_after = (tf.gather(x, ops.cast(step, "int32"), axis=1, batch_dims=1) for step in (before, after))
        between = x_before * (1.0 - share) + x_after * share
        nearest = ops.where(share < 0.5, x_before, x_after)
        return padded_as(self, ops.where(ops.isnan(between), nearest, between), x)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "amount": self.amount}


@keras.saving.register_keras_serializable(package="kerasclust")
class ChannelOffsetAndScale(Augmentation):
    """Random offset and scale of each channel of each sequence.

    Two devices may differ in this way when they measure the same behavior.

    Args:
        offset: standard deviation of the offset, in standard deviations of the channel.
        scale: standard deviation of the logarithm of the factor.
        name: name of the layer.

    Input and output: (batch, steps, channels).

    Reference:
        DANCE paper, section IV: the sequences' augmentation for DCCS, offset and scaling of channels.
    """

    learns = True

    def __init__(self, offset: float = 0.1, scale: float = 0.1, name: str | None = None) -> None:
        super().__init__(name=name)
        self.offset, self.scale = offset, scale

    def transform(self, x: Tensor) -> Tensor:
        """Return sequences (b, steps, channels) with random offsets and scales."""
        shape = (ops.shape(x)[0], 1, x.shape[2])
        factor = ops.exp(self.scale * keras.random.normal(shape, seed=self.random))
        offset = self.offset * self.deviation * keras.random.normal(shape, seed=self.random)
        middle = observed_mean(x, axis=1, keepdims=True)
        return middle + factor * (x - middle) + offset

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "offset": self.offset, "scale": self.scale}


@keras.saving.register_keras_serializable(package="kerasclust")
class Jitter(Augmentation):
    """Gaussian noise on every value of a sequence.

    Args:
        amount: standard deviation of the noise, in standard deviations of the channel.
        name: name of the layer.

    Input and output: (batch, steps, channels).
    """

    learns = True

    def __init__(self, amount: float = 0.05, name: str | None = None) -> None:
        super().__init__(name=name)
        self.amount = amount

    def transform(self, x: Tensor) -> Tensor:
        """Return samples (b, ...) with noise."""
        return x + self.amount * self.deviation * keras.random.normal(ops.shape(x), seed=self.random)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "amount": self.amount}
