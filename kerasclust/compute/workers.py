"""Training in several processes, one on each machine: how they meet, and what they tell each other between steps."""

import functools
import json
import os
from contextlib import contextmanager

import numpy as np
import tensorflow as tf

from kerasclust.errors import InputError, WorkerLost


def check_workers(workers: str, number: int | None) -> list[str]:
    """Addresses of all processes.

    Args:
        workers: "host1:port,host2:port", the same on every machine.
        number: which of them this process is, counted from 0.

    Raises:
        InputError: an address without a port, the same address twice, a single one, or a number that none of them has.

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


def strategy_over(workers: str, number: int | None):
    """TensorFlow's strategy over processes that each call this; it waits until all of them do.

    Arguments and errors as `check_workers`. TensorFlow must not have run anything in this process before.
    """
    addresses = check_workers(workers, number)
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": number}}
    os.environ["TF_CONFIG"] = json.dumps(task)
    return tf.distribute.MultiWorkerMirroredStrategy()


def n_workers() -> int:
    """How many processes train together: 1 unless the strategy spans machines."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    jobs = resolver.cluster_spec().as_dict() if resolver else {}
    return max(1, len(jobs.get("chief", ())) + len(jobs.get("worker", ())))


def worker() -> int:
    """Which of them this process is: number 0, the chief, writes what all of them found."""
    if n_workers() == 1:
        return 0
    resolver = tf.distribute.get_strategy().cluster_resolver
    before = resolver.cluster_spec().as_dict().get("chief", ()) if resolver.task_type == "worker" else ()
    return len(before) + resolver.task_id  # a TF_CONFIG may have a chief beside the workers


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
