"""Float32 batches for `adapt()`, the same from an array and from a tf.data pipeline."""

import math
from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from kerasclust.errors import InputError
from kerasclust.types import Array, Tensor

Data: TypeAlias = ArrayLike | tf.data.Dataset

# Numbers in a batch, so that adapting needs the same memory for any amount of data.
_NUMBERS_PER_BATCH = 2**19
_FEWEST_ROWS, _MOST_ROWS = 16, 16_384


class Batches:
    """Float32 batches of an array or of a batched `tf.data.Dataset`, to be read several times.

    Args:
        data: array (n, ...) of numbers, or a finite, batched `tf.data.Dataset` that yields x alone. NaN means missing.

    Attributes:
        shape: shape of one sample, without the batch axis.

    Raises:
        InputError: if there is no sample, if a value is infinite, or if a pipeline yields more than x, never ends or
            is not batched.

    Example:
        >>> batches = Batches(np.zeros((5, 3)))
        >>> batches.shape, [batch.shape for batch in batches]
        ((3,), [(5, 3)])
    """

    shape: tuple[int, ...]
    _read: Callable[[], Iterator[Array]]

    def __init__(self, data: Data) -> None:
        if isinstance(data, tf.data.Dataset):
            self.shape = _dataset_shape(data)
            self._read = lambda: data.as_numpy_iterator()
        else:
            array = _as_numbers(data)
            self.shape = array.shape[1:]
            self._read = lambda: iter([array])

    def __iter__(self) -> Iterator[Array]:
        rows = int(np.clip(_NUMBERS_PER_BATCH // max(1, math.prod(self.shape)), _FEWEST_ROWS, _MOST_ROWS))
        empty = True
        for block in self._read():
            for start in range(0, len(block), rows):
                empty = False
                yield _never_infinite(block[start : start + rows])
        if empty:
            raise InputError("adapt() got no sample: pass at least one.")

    def map(self, function: Callable[[Array], Tensor]) -> "MappedBatches":
        """Return the batches after a function, which is computed again at each reading.

        Example:
            >>> doubled = Batches(np.ones((2, 3))).map(lambda x: 2 * tf.convert_to_tensor(x))
            >>> [batch.sum() for batch in doubled]
            [np.float32(12.0)]
        """
        return MappedBatches(self, function)


class MappedBatches(Batches):
    """Batches after a function, to which a later stage of a front end adapts.

    Args:
        source: batches before the function.
        function: function from a batch to a tensor.
    """

    def __init__(self, source: Batches, function: Callable[[Array], Tensor]) -> None:
        self._source, self._function = source, function
        self.shape = tuple(function(next(iter(source))[:1]).shape[1:])

    def __iter__(self) -> Iterator[Array]:
        for batch in self._source:
            yield self._function(batch).numpy()


def _as_numbers(data: ArrayLike) -> Array:
    array = np.asarray(data)
    if array.ndim < 2:
        raise InputError(f"adapt() needs an array (n, ...) of samples, found shape {array.shape}.")
    if array.dtype.kind not in "biuf":
        raise InputError(f"adapt() needs numbers, found dtype {array.dtype}: encode text and dates as numbers first.")
    return array


def _dataset_shape(data: tf.data.Dataset) -> tuple[int, ...]:
    spec = data.element_spec
    if not isinstance(spec, tf.TensorSpec):
        raise InputError(
            f"adapt() needs a pipeline that yields x alone, found {spec}: select x, for example by "
            "dataset.map(lambda index, x: x)."
        )
    if data.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise InputError("adapt() would read this pipeline for ever: call it before .repeat(), or use .take().")
    if spec.shape.rank is None or spec.shape.rank < 2 or None in spec.shape[1:]:
        raise InputError(f"adapt() needs batches with a known shape (n, ...), found {spec.shape}: use .batch().")
    return tuple(spec.shape[1:])


def _never_infinite(block: Array) -> Array:
    with np.errstate(over="ignore"):
        block = np.asarray(block, "float32")
    bad = np.isinf(block)
    if bad.any():
        channels = np.unique(np.nonzero(bad)[-1]).tolist()
        raise InputError(
            f"adapt() found values that are infinite, {int(bad.sum())} in one batch, in channel(s) {channels}: set them "
            "to NaN, which means missing, or drop their samples."
        )
    return block
