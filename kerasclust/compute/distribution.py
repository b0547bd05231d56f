"""Training on several replicas: what the step of one replica has to know of the others.

A step sees its replica's part of the batch, in the order of the whole one. The gradients of all replicas are summed, so
each lowers its loss divided by their number (`kerasclust.compute.gradients.Tape`). Then a mean over samples is the mean
over the whole batch. A loss that compares samples gathers their rows from all replicas.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.types import Tensor


def n_replicas() -> int:
    """Return how many replicas make a step together: 1 without a strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def in_replica() -> bool:
    """Return whether this code runs on one of several replicas."""
    context = tf.distribute.get_replica_context()
    return context is not None and context.num_replicas_in_sync > 1


def gathered(x: Tensor, axis: int = 0) -> Tensor:
    """Return the rows x (b, ...) of all replicas, joined along an axis; gradients find their way back."""
    if not in_replica():
        return x
    return tf.distribute.get_replica_context().all_gather(tf.identity(x), axis)  # it asks on which device x is


def own_rows(whole: Tensor, n: int | Tensor) -> Tensor:
    """Return this replica's n rows of the rows (b, ...) of the whole batch, as `gathered` joins them."""
    if not in_replica():
        return whole
    first = n * tf.distribute.get_replica_context().replica_id_in_sync_group
    return whole[first : first + n]


def number_in(variable: Tensor) -> float:
    """Return the value of a scalar variable, of which every replica may hold a copy."""
    return float(keras.ops.convert_to_numpy(variable))


def divisible(batch_size: int) -> int:
    """Return the largest batch of at most this size that all replicas have an equal part of.

    Raises:
        InputError: there are more replicas than samples in a batch.
    """
    replicas = n_replicas()
    if batch_size < replicas:
        raise InputError(f"A batch of {batch_size} samples cannot be divided among {replicas} replicas.")
    return batch_size - batch_size % replicas


def distributed(batches: Callable[[], Any], load: Callable[..., Any], first: int = 0) -> Any:
    """Return batches that are divided among the replicas, each loaded by its row numbers.

    Args:
        batches: function () -> tf.data.Dataset of int (B,): the row numbers of one batch after the other, the same on
            every machine.
        load: function (number of the draw, row numbers (b,)) -> what the step sees.
        first: number of the first batch.

    Returns:
        tf.data.Dataset, or the strategy's own kind of dataset.
    """
    strategy = tf.distribute.get_strategy()
    if strategy.num_replicas_in_sync == 1:
        return _loaded(batches().enumerate(first), load)

    def of_worker(context):
        local = context.num_replicas_in_sync // context.num_input_pipelines
        first_own = local * context.input_pipeline_id

        def own(number, index):
            parts = tf.reshape(index, (context.num_replicas_in_sync, -1))[first_own : first_own + local]
            own_numbers = tf.range(first_own, first_own + local, dtype=tf.int64)
            numbers = number * context.num_replicas_in_sync + own_numbers
            return tf.data.Dataset.from_tensor_slices((numbers, parts))

        return _loaded(batches().enumerate(first).flat_map(own), load)

    return strategy.distribute_datasets_from_function(of_worker)


def _loaded(numbered, load):
    return numbered.map(load, num_parallel_calls=1).prefetch(4)


def train_function(model: Any) -> Callable[[Any], dict[str, Tensor]]:
    """Return what Keras's `fit` calls for `steps_per_execution` steps of a model on all replicas.

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
