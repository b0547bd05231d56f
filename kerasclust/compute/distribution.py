"""Training on several replicas.

The step of a replica sees its part of the batch, in the order of the whole batch. Keras sums the gradients of all
replicas, so each replica divides its loss by their number (`kerasclust.compute.gradients.Tape`). A mean over the
samples of a replica thus becomes the mean over the whole batch. A loss that compares samples gathers the rows of all
replicas.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.types import Tensor


def n_replicas() -> int:
    """Return the number of replicas that share a training step, 1 without a strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def in_replica() -> bool:
    """Return whether this code runs on one of several replicas."""
    context = tf.distribute.get_replica_context()
    return context is not None and context.num_replicas_in_sync > 1


def gathered(x: Tensor, axis: int = 0) -> Tensor:
    """Join the tensors x of all replicas along an axis. Gradients flow back to each replica."""
    if not in_replica():
        return x
    return tf.distribute.get_replica_context().all_gather(tf.identity(x), axis)  # all_gather reads the device of x


def own_rows(whole: Tensor, n: int | Tensor) -> Tensor:
    """Return this replica's n rows of a whole batch (b, ...) that `gathered` has joined."""
    if not in_replica():
        return whole
    first = n * tf.distribute.get_replica_context().replica_id_in_sync_group
    return whole[first : first + n]


def number_in(variable: Tensor) -> float:
    """Return the value of a scalar variable, which may have a copy on each replica."""
    return float(keras.ops.convert_to_numpy(variable))


def divisible(batch_size: int) -> int:
    """Return the largest batch size, at most `batch_size`, with equal parts for all replicas.

    Raises:
        InputError: There are more replicas than samples in a batch.
    """
    replicas = n_replicas()
    if batch_size < replicas:
        raise InputError(f"A batch of {batch_size} samples cannot be divided among {replicas} replicas.")
    return batch_size - batch_size % replicas


def distributed(batches: Callable[[], Any], load: Callable[..., Any], first: int = 0) -> Any:
    """Divide batches among the replicas, and load each part by its row numbers.

    Args:
        batches: function () -> tf.data.Dataset of int (B,), the row numbers of each batch, the same on every machine.
        load: function (number of the part, row numbers (b,)) -> argument of the training step.
        first: number of the first batch.

    Returns:
        tf.data.Dataset, or the strategy's own kind of dataset.
    """
    strategy = tf.distribute.get_strategy()
    if strategy.num_replicas_in_sync == 1:
        return _loaded(batches().enumerate(first), load)

    def of_worker(context: tf.distribute.InputContext) -> tf.data.Dataset:
        local = context.num_replicas_in_sync // context.num_input_pipelines
        first_own = local * context.input_pipeline_id

        def own(number: Tensor, index: Tensor) -> tf.data.Dataset:
            parts = tf.reshape(index, (context.num_replicas_in_sync, -1))[first_own : first_own + local]
            own_numbers = tf.range(first_own, first_own + local, dtype=tf.int64)
            numbers = number * context.num_replicas_in_sync + own_numbers
            return tf.data.Dataset.from_tensor_slices((numbers, parts))

        return _loaded(batches().enumerate(first).flat_map(own), load)

    return strategy.distribute_datasets_from_function(of_worker)


def _loaded(numbered: tf.data.Dataset, load: Callable[..., Any]) -> tf.data.Dataset:
    return numbered.map(load, num_parallel_calls=1).prefetch(4)


def train_function(model: Any) -> Callable[[Any], dict[str, Tensor]]:
    """Return the function that Keras's `fit` calls for one execution on all replicas.

    An execution has `steps_per_execution` steps. The function of Keras itself joins the logs of the replicas along
    their first axis, which scalars do not have. Under `MultiWorkerMirroredStrategy` it raises "Invalid reduction
    dimension 0" (Keras issue 20585).
    """
    strategy, n_steps = model.distribute_strategy, model.steps_per_execution

    def step(iterator: Any) -> dict[str, Tensor]:
        return strategy.run(model.train_step, args=(next(iterator),))

    @tf.function(reduce_retracing=True)
    def steps(iterator: Any) -> dict[str, Tensor]:
        for _ in tf.range(n_steps - 1):
            step(iterator)
        return {name: strategy.reduce("MEAN", value, axis=None) for name, value in step(iterator).items()}

    return steps
