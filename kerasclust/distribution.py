"""Training on several devices and machines: what one replica has to know of the others.

A step sees its replica's part of the batch, in the order of the whole one. The gradients of all replicas are summed, so
each minimises its loss divided by their number (`scaled`). Then a mean over samples is the mean over the whole batch,
and a loss that compares samples with each other is that of the whole batch when it is computed of `gathered` rows.
"""

import functools
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from kerasclust.errors import InputError, WorkerLost


def n_replicas() -> int:
    """How many replicas make a step together: 1 without a strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def scaled(optimizer, loss):
    """What to take the gradient of: a replica's share of a loss, scaled where the precision asks for it."""
    return optimizer.scale_loss(loss / n_replicas())


def gathered(x, axis=0):
    """Rows of all replicas for the rows x (b, ...) of this one, joined along an axis; gradients find their way back."""
    if not _in_replica():
        return x
    return tf.distribute.get_replica_context().all_gather(tf.identity(x), axis)  # it asks on which device x is


def drawn(draw, n):
    """This replica's n rows of a random draw for the whole batch.

    Args:
        draw: function (rows) -> tensor (rows, ...), the same on every replica.
        n: rows of this replica.
    """
    if not _in_replica():
        return draw(n)
    context = tf.distribute.get_replica_context()
    first = n * context.replica_id_in_sync_group
    return draw(n * context.num_replicas_in_sync)[first : first + n]


def number_in(variable) -> float:
    """Value of a scalar variable, of which every replica may hold a copy."""
    return float(keras.ops.convert_to_numpy(variable))


def _in_replica():
    context = tf.distribute.get_replica_context()
    return context is not None and context.num_replicas_in_sync > 1


def divisible(batch_size: int) -> int:
    """The largest batch of at most this size that all replicas have an equal part of.

    Raises:
        InputError: there are more replicas than samples in a batch.
    """
    replicas = n_replicas()
    if batch_size < replicas:
        raise InputError(f"A batch of {batch_size} samples cannot be divided among {replicas} replicas.")
    return batch_size - batch_size % replicas


def distributed(batches, load):
    """Batches of row numbers, divided among the replicas, and what is loaded for each of them.

    Args:
        batches: function () -> tf.data.Dataset of int (B,): the row numbers of one batch after the other, the same on
            every machine.
        load: function (number of the draw, row numbers (b,)) -> what the step sees.

    Returns:
        tf.data.Dataset, or the strategy's own kind of dataset.
    """
    strategy = tf.distribute.get_strategy()
    if strategy.num_replicas_in_sync == 1:
        return _loaded(batches().enumerate(), load)

    def of_worker(context):
        local = context.num_replicas_in_sync // context.num_input_pipelines
        first = local * context.input_pipeline_id

        def own(number, index):
            parts = tf.reshape(index, (context.num_replicas_in_sync, -1))[first : first + local]
            numbers = number * context.num_replicas_in_sync + tf.range(first, first + local, dtype=tf.int64)
            return tf.data.Dataset.from_tensor_slices((numbers, parts))

        return _loaded(batches().enumerate().flat_map(own), load)

    return strategy.distribute_datasets_from_function(of_worker)


def _loaded(numbered, load):
    return numbered.map(load, num_parallel_calls=1).prefetch(4)


def train_function(model):
    """What Keras's `fit` calls for `steps_per_execution` steps of a model on all replicas.

    Keras's own joins the replicas' logs along their first axis, which scalars do not have (seen with Keras 3.15 under
    `MultiWorkerMirroredStrategy`: "Invalid reduction dimension 0", keras issue 20585).
    """
    strategy, n_steps = model.distribute_strategy, model.steps_per_execution

    def step(iterator):
        return strategy.run(model.train_step, args=(next(iterator),))

    @tf.function(reduce_retracing=True)
    def steps(iterator):
        for _ in tf.range(n_steps - 1):
            step(iterator)
        return {name: strategy.reduce("MEAN", value, axis=None) for name, value in step(iterator).items()}

    return steps


# Several machines -----------------------------------------------------------------------------------------------------


def n_workers() -> int:
    """How many processes train together: 1 unless the strategy spans machines."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    return len(resolver.cluster_spec().as_dict().get("worker", ())) if resolver else 1


def worker() -> int:
    """Which of them this process is: number 0, the chief, writes what all of them found."""
    return tf.distribute.get_strategy().cluster_resolver.task_id if n_workers() > 1 else 0


def from_chief(arrays):
    """The chief's arrays, on every worker: rounding differs between machines, decisions must not.

    Args:
        arrays: list of arrays (or numbers), of the same shapes on all workers.
    """
    return arrays if n_workers() == 1 else _sums(arrays if worker() == 0 else [np.zeros_like(a) for a in arrays])


def over_workers(function, x):
    """What `function` (rows) -> array (rows, ...) makes of x (n, ...), each worker computing a part of the rows."""
    workers, number = n_workers(), worker()
    if workers == 1:
        return function(x)
    first, end = len(x) * number // workers, len(x) * (number + 1) // workers
    own = function(x[first:end])
    whole = np.zeros((len(x), *own.shape[1:]), own.dtype)
    whole[first:end] = own
    return _sums([whole])[0]


@contextmanager
def workers_watched():
    """Say in words that a worker is gone, which TensorFlow's collective operations tell in their own."""
    try:
        yield
    except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError) as error:
        if n_workers() == 1:
            raise
        raise WorkerLost(
            f"A worker is gone, so that the other {n_workers() - 1} cannot go on: see what it said, then start all of "
            f"them again. TensorFlow says: {error.message}"
        ) from error


def _sums(arrays):
    """Sums over workers of arrays of the same shapes."""
    arrays = [np.asarray(array) for array in arrays]
    flat = np.concatenate([array.ravel().astype("float64") for array in arrays])  # exact, and compiled once
    sums = np.split(_summing(tf.distribute.get_strategy())(flat).numpy(), np.cumsum([a.size for a in arrays])[:-1])
    return [total.reshape(a.shape).astype(a.dtype) for total, a in zip(sums, arrays, strict=True)]


@functools.cache
def _summing(strategy):
    """The compiled function that sums a vector over the workers of a strategy."""
    local = strategy.num_replicas_in_sync // n_workers()

    def of_worker(vector):
        context = tf.distribute.get_replica_context()
        counts = tf.equal(context.replica_id_in_sync_group % local, 0)  # one replica of each worker
        return context.all_reduce("SUM", tf.where(counts, vector, tf.zeros_like(vector)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float64)])
    def summed(vector):
        return strategy.experimental_local_results(strategy.run(of_worker, args=(vector,)))[0]

    return summed
