"""tf.data pipelines that carry a stable index with each sample, whatever is shuffled, batched or cached."""

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from kerasclust.compute.distribution import distributed, divisible
from kerasclust.data.large_arrays import is_large, room_for
from kerasclust.errors import InputError

MAX_EXECUTION = 32  # training steps
BATCH, IN_BATCH = 1024, 2**18  # rows of a batch outside of training, at least, and numbers


def rows_by_number(x):
    """A function that takes rows (b, ...) of x (n, ...) by their numbers (b,), for use in a pipeline.

    TensorFlow holds a copy of them, unless they are too many for memory.
    """
    if not is_large(x.nbytes):
        held = tf.constant(x)
        return lambda index: tf.gather(held, index)

    def gather(index):
        rows = tf.numpy_function(lambda numbers: np.asarray(x[numbers]), [index], tf.as_dtype(x.dtype), stateful=False)
        return tf.ensure_shape(rows, (None, *x.shape[1:]))

    return gather


class Samples:
    """Rows served as (index, x, view) batches.

    Args:
        x: float32 array (n, ...).
        batch_size: samples a batch, at most n; lowered to a number that all replicas have an equal part of.
        views: what draws views of the rows (`kerasclust.augmentations.views`); None: a view is x itself.
    """

    def __init__(self, x, batch_size, views=None):
        self.x = x
        self.views = views
        self.batch_size = divisible(min(batch_size, len(x)))

    def __len__(self):
        return len(self.x)

    @property
    def steps_per_execution(self):
        """Batches that run without a return to Python: at most `MAX_EXECUTION`, the same number every time."""
        batches = -(-len(self) // self.batch_size)
        executions = -(-batches // MAX_EXECUTION)
        return -(-batches // executions)

    @property
    def steps_per_epoch(self):
        """Batches that make at least one pass over the samples, in whole executions."""
        batches = -(-len(self) // self.batch_size)
        return -(-batches // self.steps_per_execution) * self.steps_per_execution

    def training(self, seed, done=0):
        """Endless shuffled (index (b,), x (b, ...), view (b, ...)) batches of equal size, each sample once a pass.

        A batch may hold the end of one pass and the start of the next; the index tells which sample is which.

        Args:
            seed: of the order and of the views.
            done: batches that are left out at the start: where a training goes on, it sees what it would have seen.
        """
        n, rows, key = len(self), rows_by_number(self.x), tf.constant(seed, tf.int64)
        first, seen = divmod(done * self.batch_size, n)

        def shuffled_pass(number):
            order = tf.random.experimental.stateless_shuffle(tf.range(n), seed=tf.stack([key, number]))
            return tf.data.Dataset.from_tensors(order[tf.where(number == first, seen, 0) :])

        if self.views is not None:
            self.views.start(seed, done)

        def gather(number, index):
            x = rows(index)
            return index, x, x if self.views is None else self.views.draw(index, number)

        def batches():
            passes = tf.data.Dataset.counter(first).flat_map(shuffled_pass)
            return passes.rebatch(self.batch_size, drop_remainder=True)

        return distributed(batches, gather, done)


def in_batches(function, x, batch_size=None, title=None):
    """Apply a function to x (n, ...), n > 0, batch by batch and join the results along the first axis, as numpy.

    Without a batch size there are more of small rows in a batch: a call takes half a millisecond, whatever it does. For
    functions whose results are larger than the rows give one. The last batch is padded to a power of two, or a multiple
    of `BATCH`, so that a compiled function meets few shapes. With a title, a progress bar is shown.

    Raises:
        InputError: a batch size below 1.
    """
    if batch_size is None:
        batch_size = max(BATCH, min(8 * BATCH, IN_BATCH // max(1, x[0].size)))
    if batch_size < 1:
        raise InputError(f"batch_size={batch_size}: expected a whole number of at least 1.")
    results = None
    for start in tqdm(range(0, len(x), batch_size), desc=title, unit="batch", disable=title is None):
        batch = np.asarray(x[start : start + batch_size])
        size = len(batch)
        padded = min(batch_size, 1 << (size - 1).bit_length() if size <= BATCH else -(-size // BATCH) * BATCH)
        if padded > size:
            batch = np.concatenate([batch, np.repeat(batch[-1:], padded - size, axis=0)])
        result = np.asarray(function(batch))
        if results is None:  # joined at the end, they would be in memory twice
            results = room_for(len(x), result.shape[1:], result.dtype)
        results.append(result[:size])
    return results.array()
