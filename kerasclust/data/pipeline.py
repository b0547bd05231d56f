"""tf.data pipelines that keep the index of each sample through shuffling and batching."""

import copy
from collections.abc import Callable
from typing import Protocol, Self

import numpy as np
import tensorflow as tf

from kerasclust.compute.distribution import distributed, divisible
from kerasclust.compute.forks import check_not_forked
from kerasclust.data.large_arrays import is_large, room_for
from kerasclust.errors import InputError
from kerasclust.system.progress import progress_of
from kerasclust.types import Array, Tensor

MAX_EXECUTION = 32  # training steps in one execution
BATCH, IN_BATCH = 1024, 2**18  # outside of training: fewest rows, and most numbers, in a batch


class Views(Protocol):
    """Source of views of the samples, see `kerasclust.augmentations.views`."""

    def start(self, seed: int, done: int = 0) -> None:
        """Reset the random numbers, for a training that has done so many batches."""

    def draw(self, index: Tensor, number: Tensor) -> Tensor:
        """Return views (b, ...) of the samples index (b,). `number` is the number of the batch."""


def rows_by_number(x: Array) -> Callable[[Tensor], Tensor]:
    """Return a function that takes rows (b, ...) of x (n, ...) by their numbers (b,).

    TensorFlow holds a copy of x unless x is too large for memory.
    """
    if not is_large(x.nbytes):
        held = tf.constant(x)
        return lambda index: tf.gather(held, index)

    def gather(index: Tensor) -> Tensor:
        rows = tf.numpy_function(lambda numbers: np.asarray(x[numbers]), [index], tf.as_dtype(x.dtype), stateful=False)
        return tf.ensure_shape(rows, (None, *x.shape[1:]))

    return gather


class Samples:
    """Training samples, served as (index, x, view) batches.

    Args:
        x: float32 array (n, ...).
        batch_size: samples in a batch. Lowered to n, and to a multiple of the number of replicas.
        views: source of views of the samples. None: a view is the sample itself.

    Attributes:
        passes: passes over the samples in an epoch.
    """

    passes = 1

    def __init__(self, x: Array, batch_size: int, views: Views | None = None) -> None:
        self.x = x
        self.views = views
        self.batch_size = divisible(min(batch_size, len(x)))

    def __len__(self) -> int:
        return len(self.x)

    def with_passes(self, passes: int) -> Self:
        """Return the same samples with another number of passes in an epoch."""
        samples = copy.copy(self)
        samples.passes = passes
        return samples

    @property
    def steps_per_execution(self) -> int:
        """Steps that TensorFlow runs without returning to Python, at most `MAX_EXECUTION`."""
        batches = _divided_up(self.passes * len(self), self.batch_size)
        executions = _divided_up(batches, MAX_EXECUTION)
        return _divided_up(batches, executions)

    @property
    def steps_per_epoch(self) -> int:
        """Steps of whole executions that make at least the passes of an epoch."""
        batches = _divided_up(self.passes * len(self), self.batch_size)
        return _divided_up(batches, self.steps_per_execution) * self.steps_per_execution

    def training(self, seed: int, done: int = 0) -> tf.data.Dataset:
        """Return endless shuffled (index (b,), x (b, ...), view (b, ...)) batches of equal size.

        Every pass has each sample once. A batch may hold the end of one pass and the start of the next.

        Args:
            seed: seed of the order and of the views.
            done: batches to skip, so that a resumed training continues with the batches that it has not seen.
        """
        n, rows, key = len(self), rows_by_number(self.x), tf.constant(seed, tf.int64)
        first, seen = divmod(done * self.batch_size, n)
        views = self.views

        def shuffled_pass(number: Tensor) -> tf.data.Dataset:
            order = tf.random.experimental.stateless_shuffle(tf.range(n), seed=tf.stack([key, number]))
            return tf.data.Dataset.from_tensors(order[tf.where(number == first, seen, 0) :])

        if views is not None:
            views.start(seed, done)

        def gather(number: Tensor, index: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            x = rows(index)
            return index, x, x if views is None else views.draw(index, number)

        def batches() -> tf.data.Dataset:
            passes = tf.data.Dataset.counter(first).flat_map(shuffled_pass)
            return passes.rebatch(self.batch_size, drop_remainder=True)

        return distributed(batches, gather, done)


def in_batches(
    function: Callable[[Array], Tensor], x: Array, batch_size: int | None = None, title: str | None = None
) -> Array:
    """Apply a function to x (n, ...) batch by batch and join the results.

    The last batch is padded to a power of two, or to a multiple of `BATCH`, so that a compiled function sees few
    shapes.

    Args:
        function: function of a batch (b, ...) with a result for each row.
        x: array (n, ...).
        batch_size: rows in a batch. None: more for small rows, because each call takes a fixed time. Give a number if
            the results are larger than the rows.
        title: title of a progress bar. None: no bar.

    Returns:
        Array (n, ...).

    Raises:
        InputError: The batch size is below 1, or this process was forked from one that uses TensorFlow.
    """
    check_not_forked()
    if batch_size is None:
        batch_size = max(BATCH, min(8 * BATCH, IN_BATCH // max(1, x[0].size)))
    if batch_size < 1:
        raise InputError(f"batch_size={batch_size}: expected a whole number of at least 1.")
    results = None
    starts = range(0, len(x), batch_size)
    for start in starts if title is None else progress_of(title, "batch", items=starts):
        batch = np.asarray(x[start : start + batch_size])
        size = len(batch)
        padded = min(batch_size, _padded(size))
        if padded > size:
            batch = np.concatenate([batch, np.repeat(batch[-1:], padded - size, axis=0)])
        result = np.asarray(function(batch))
        if results is None:  # one array from the start: joining at the end would take twice the memory
            results = room_for(len(x), result.shape[1:], result.dtype)
        results.append(result[:size])
    if results is None:
        raise InputError("There are no samples: give at least one.")
    return results.array()


def _padded(size: int) -> int:
    """Return the next power of two up to `BATCH`, and above it the next multiple of `BATCH`."""
    return 1 << (size - 1).bit_length() if size <= BATCH else _divided_up(size, BATCH) * BATCH


def _divided_up(n: int, by: int) -> int:
    """Return n / by, rounded up."""
    return -(-n // by)
