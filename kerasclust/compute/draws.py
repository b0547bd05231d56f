"""Random numbers and partners for the rows of a batch, the same whether one replica or several share it."""

import keras
from keras import ops

from kerasclust.compute.distribution import gathered, in_replica, n_replicas, own_rows


def drawn(draw, n):
    """Return this replica's rows of a random draw for the whole batch.

    Args:
        draw: function (rows) -> tensor (rows, ...), the same on every replica.
        n: rows of this replica.
    """
    if not in_replica():
        return draw(n)
    return own_rows(draw(n * n_replicas()), n)


def normal(shape, seed, stddev=1.0):
    """Return Gaussian numbers of mean 0, float32.

    Args:
        shape: (rows of this replica, ...).
        seed: `keras.random.SeedGenerator`.
        stddev: standard deviation.
    """
    n, *rest = shape
    return drawn(lambda rows: keras.random.normal((rows, *rest), stddev=stddev, seed=seed, dtype="float32"), n)


def uniform(shape, seed, low=0.0, high=1.0):
    """Return numbers that are equally likely between two bounds, float32.

    Args:
        shape: (rows of this replica, ...).
        seed: `keras.random.SeedGenerator`.
        low: lower bound.
        high: upper bound.
    """
    n, *rest = shape
    return drawn(lambda rows: keras.random.uniform((rows, *rest), low, high, seed=seed, dtype="float32"), n)


def one_hot_and_normal(n, n_clusters, dim, seed, stddev):
    """Return draws of (one-hot cluster, Gaussian noise): the prior of generative and style codes.

    Args:
        n: rows of this replica.
        n_clusters: number of clusters k, each as likely.
        dim: dimensions of the noise.
        seed: `keras.random.SeedGenerator`.
        stddev: standard deviation of the noise.

    Returns:
        Tensor (n, k + dim) float32.
    """

    def draw(rows):
        cluster = keras.random.randint((rows,), 0, n_clusters, seed=seed)
        noise = keras.random.normal((rows, dim), stddev=stddev, seed=seed)
        return ops.concatenate([ops.one_hot(cluster, n_clusters, dtype="float32"), noise], axis=1)

    return drawn(draw, n)


def partners(z):
    """Return for each row (b, ...) the row before it in the whole batch; the first row gets the last one."""
    return own_rows(ops.roll(gathered(z), 1, axis=0), ops.shape(z)[0])
