"""A command that runs on several machines at once, one process on each."""

import json
import os

from kerasclust.errors import InputError


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
            raise InputError(f"--workers: {address!r} is no address; give host:port of every process, with commas.")
    if len(set(addresses)) < max(2, len(addresses)):
        raise InputError(f"--workers={workers}: expected at least two different addresses.")
    if number is None:
        raise InputError(f"--worker is missing: which of {', '.join(addresses)} this process is, 0 for the first.")
    if number >= len(addresses):
        raise InputError(f"--worker={number}: there are {len(addresses)} workers, 0 to {len(addresses) - 1}.")
    return addresses


def strategy_over(workers: str, number: int | None):
    """TensorFlow's strategy over processes that each call this; it waits until all of them do.

    Arguments and errors as `check_workers`. TensorFlow must not have run anything in this process before.
    """
    addresses = check_workers(workers, number)
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": number}}
    os.environ["TF_CONFIG"] = json.dumps(task)
    import tensorflow as tf

    return tf.distribute.MultiWorkerMirroredStrategy()
