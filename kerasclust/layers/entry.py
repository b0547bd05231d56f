"""Entry of raw samples into a model: origin of the channels, and samples that cannot be used."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasclust.compute.missing import NAN
from kerasclust.types import Array, Tensor

LARGEST = float(np.finfo("float32").max)
TOLERANCE = 1e-6  # of a share, which is a float32 number


class SampleEntry(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Layer between raw samples and the front end.

    It subtracts the origin of each channel, and finds samples that cannot be used: with an infinite value, with too
    many missing values (NaN), or with any missing value if missing values are not masked. In sequences of unequal
    length the last steps without any value are padding, and do not count as missing.

    Args:
        sample_shape: shape of a sample; (None, channels) for sequences of unequal length.
        max_missing: largest share of missing values of a sample that can be used.

    Example:
        >>> entry = SampleEntry((4,), max_missing=0.5)
        >>> _ = entry.masks.assign(True)
        >>> x, usable = entry(ops.array([[1.0, NAN, 3.0, 4.0], [NAN, NAN, NAN, 4.0]]))
        >>> usable.numpy().tolist()
        [True, False]
    """

    def __init__(self, sample_shape: tuple[int | None, ...], max_missing: float) -> None:
        super().__init__(dtype="float32", autocast=False, trainable=False, name="entry")
        self.sample_shape, self.max_missing = tuple(sample_shape), max_missing
        self.origin = self._state("origin", self.sample_shape[-1:], "float32")
        self.masks = self._state("masks", (), "bool")
        self.built = True

    def _state(self, name: str, shape: tuple[Any, ...], dtype: str) -> keras.Variable:
        return self.add_weight(name=name, shape=shape, initializer="zeros", dtype=dtype, trainable=False)

    @property
    def has_origin(self) -> bool:
        """True if a channel has an origin other than 0: samples in float32 would lose its variation."""
        return bool(self.origin_array().any())

    @property
    def masks_missing(self) -> bool:
        """True if missing values are masked."""
        return bool(np.asarray(ops.convert_to_tensor(self.masks)))

    def origin_array(self) -> Array:
        """Return the origin (channels,), float64."""
        return np.asarray(ops.convert_to_tensor(self.origin), "float64")

    def set_up(self, origin: Array, masks: bool) -> None:
        """Set the origin (channels,), which float32 holds exactly, and whether missing values are masked."""
        self.origin.assign(origin)
        self.masks.assign(masks)

    def call(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return float32 samples (b, ...), and a mask (b,) of the samples that can be used; the others are 0.

        Args:
            x: raw samples (b, ...) of any number type. The origin is subtracted before float64 becomes float32.
        """
        x = self.centered(x)
        usable = self.usable(x)
        return ops.where(rows_like(usable, x), x, 0.0), usable

    def centered(self, x: Tensor) -> Tensor:
        """Return float32 samples (b, ...) without the origin of each channel, of raw samples (b, ...)."""
        kind = keras.backend.standardize_dtype(x.dtype)
        wide = kind in ("float64", "int32", "uint32", "int64", "uint64")
        x = ops.cast(x, "float64" if wide else "float32")
        return ops.cast(x - ops.cast(self.origin, x.dtype), "float32")

    def usable(self, x: Tensor) -> Tensor:
        """Return a mask (b,) of the float32 samples (b, ...) that can be used."""
        axes = tuple(range(1, len(x.shape)))
        missing = ops.isnan(x)
        lacking = ops.sum(ops.cast(missing, "float32"), axis=axes)
        total = ops.full_like(lacking, float(np.prod(x.shape[1:], dtype="float64")))
        if self.sample_shape[0] is None:
            steps, channels = ops.shape(x)[1], self.sample_shape[-1]
            observed = ops.logical_not(ops.all(missing, axis=2))
            numbers = ops.cast(ops.arange(1, steps + 1), "float32")
            length = ops.max(ops.where(observed, numbers, 0.0), axis=1)
            lacking = lacking - channels * (ops.cast(steps, "float32") - length)
            total = channels * length
        share = ops.where(total > 0.0, lacking / ops.maximum(total, 1.0), 1.0)
        infinite = ops.any(ops.abs(x) > LARGEST, axis=axes)
        masked = ops.logical_and(ops.convert_to_tensor(self.masks), share <= self.max_missing + TOLERANCE)
        return ops.logical_and(ops.logical_not(infinite), ops.logical_or(masked, share == 0.0))


def rows_like(mask: Tensor, x: Tensor) -> Tensor:
    """Return a mask (b,) of rows in a shape that fits x (b, ...)."""
    return ops.reshape(mask, (-1, *(1,) * (len(x.shape) - 1)))


def known_where(usable: Tensor, x: Tensor) -> Tensor:
    """Return rows x (b, ...) where a mask (b,) is true and the whole row is finite; other rows are NaN.

    Example:
        >>> known_where(ops.array([True, True]), ops.array([[1.0, 2.0], [3.0, float("inf")]])).numpy()
        array([[ 1.,  2.],
               [nan, nan]], dtype=float32)
    """
    finite = ops.all(ops.abs(x) <= LARGEST, axis=tuple(range(1, len(x.shape))))
    return ops.where(rows_like(ops.logical_and(usable, finite), x), x, ops.cast(NAN, x.dtype))
