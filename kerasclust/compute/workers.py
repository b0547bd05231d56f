"""Training in several processes, one on each machine, and their exchange of arrays."""

import functools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from kerasclust.errors import InputError, WorkerLost
from kerasclust.types import Array, Tensor


def check_workers(workers: str, number: int | None) -> list[str]:
    """Check the addresses of all workers.

    Args:
        workers: "host1:port,host2:port", the same on every machine.
        number: number of this worker, counted from 0.

    Returns:
        List of the addresses.

    Raises:
        InputError: An address has no port or occurs twice, there is a single address, or no worker has this number.

    Example:
        >>> check_workers("a:2222,b:2222", 1)
        ['a:2222', 'b:2222']
    """
    addresses = [address.strip() for address in workers.split(",")]
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal():
            raise InputError(f"workers: {address!r} is no address; give host:port of every process, with commas.")
    if len(set(addresses)) < max(2, len(addresses)):
        raise InputError(f"workers={workers}: expected at least two different addresses.")
    if number is None:
        raise InputError(
            f"The number of this worker is missing: which of {', '.join(addresses)} this process is, 0 for the first."
        )
    if number >= len(addresses):
        raise InputError(f"worker {number}: there are {len(addresses)} workers, 0 to {len(addresses) - 1}.")
    return addresses


def strategy_over(workers: str, number: int | None) -> tf.distribute.Strategy:
    """Return the TensorFlow strategy over several worker processes.

    Each worker calls this function, which waits for all other workers. TensorFlow must not have run anything in this
    process before.

    Args:
        workers: "host1:port,host2:port", the same on every machine.
        number: number of this worker, counted from 0.

    Raises:
        InputError: The addresses or the number are wrong, as in `check_workers`.
    """
    addresses = check_workers(workers, number)
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": number}}
    os.environ["TF_CONFIG"] = json.dumps(task)
    return tf.distribute.MultiWorkerMirroredStrategy()


def n_workers() -> int:
    """Return the number of processes that train together, 1 on a single machine."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    jobs = resolver.cluster_spec().as_dict() if resolver else {}
    return max(1, len(jobs.get("chief", ())) + len(jobs.get("worker", ())))


def worker() -> int:
    """Return the number of this worker. Number 0, the chief, writes the results of all workers."""
    if n_workers() == 1:
        return 0
    resolver = tf.distribute.get_strategy().cluster_resolver
    before = resolver.cluster_spec().as_dict().get("chief", ()) if resolver.task_type == "worker" else ()
    return len(before) + resolver.task_id  # a TF_CONFIG may have a chief in addition to the workers


def from_chief(arrays: Sequence[ArrayLike]) -> Sequence[Any]:
    """Return the arrays of the chief on every worker.

    Rounding errors differ between machines, so workers take common decisions from the numbers of the chief.

    Args:
        arrays: arrays or numbers, of the same shapes on all workers.
    """
    return arrays if n_workers() == 1 else _sums(arrays if worker() == 0 else [np.zeros_like(a) for a in arrays])


def over_workers(function: Callable[[Array], Array], x: Array) -> Array:
    """Apply a function to x (n, ...), with a part of the rows on each worker.

    Args:
        function: function (rows (m, ...)) -> array (m, ...).
        x: array (n, ...), the same on all workers.

    Returns:
        Array (n, ...), the same on all workers.
    """
    workers, number = n_workers(), worker()
    if workers == 1:
        return function(x)
    first, end = len(x) * number // workers, len(x) * (number + 1) // workers
    own = function(x[first:end])
    whole = np.zeros((len(x), *own.shape[1:]), own.dtype)
    whole[first:end] = own
    return _sums([whole])[0]


@contextmanager
def workers_watched() -> Iterator[None]:
    """Turn TensorFlow's errors after the loss of a worker into `WorkerLost`.

    Raises:
        WorkerLost: A worker has ended or does not answer.
    """
    try:
        yield
    except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError) as error:
        if n_workers() == 1:
            raise
        raise WorkerLost(
            f"A worker is gone, so that the other {n_workers() - 1} cannot go on: see what it said, then start all of "
            f"them again. TensorFlow says: {error.message}"
        ) from error


def _sums(values: Sequence[ArrayLike]) -> list[Array]:
    """Sum arrays of the same shapes over all workers."""
    arrays = [np.asarray(value) for value in values]
    flat = np.concatenate(
        [array.ravel().astype("float64") for array in arrays]
    )  # float64 is exact, and one type needs one compilation
    sums = np.split(_summing(tf.distribute.get_strategy())(flat).numpy(), np.cumsum([a.size for a in arrays])[:-1])
    return [total.reshape(a.shape).astype(a.dtype) for total, a in zip(sums, arrays, strict=True)]


@functools.cache
def _summing(strategy: tf.distribute.Strategy) -> Callable[[Array], Tensor]:
    """Return the compiled function that sums a vector over the workers of a strategy."""
    local = strategy.num_replicas_in_sync // n_workers()

    def of_worker(vector: Tensor) -> Tensor:
        context = tf.distribute.get_replica_context()
        counts = tf.equal(context.replica_id_in_sync_group % local, 0)  # one replica of each worker
        return context.all_reduce("SUM", tf.where(counts, vector, tf.zeros_like(vector)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float64)])
    def summed(vector: Tensor) -> Tensor:
        return strategy.experimental_local_results(strategy.run(of_worker, args=(vector,)))[0]

    return summed
