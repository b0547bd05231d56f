"""Random numbers and partners for the rows of a batch, for any number of replicas."""

from collections.abc import Callable

import keras
from keras import ops

from kerasclust.compute.distribution import gathered, in_replica, n_replicas, own_rows
from kerasclust.types import Tensor


def drawn(draw: Callable[[int | Tensor], Tensor], n: int | Tensor) -> Tensor:
    """Return this replica's rows of a random draw for the whole batch.

    Args:
        draw: function (number of rows) -> tensor (rows, ...), with the same result on every replica.
        n: number of rows of this replica.
    """
    if not in_replica():
        return draw(n)
    return own_rows(draw(n * n_replicas()), n)


def normal(shape: tuple[int | Tensor, ...], seed: keras.random.SeedGenerator, stddev: float = 1.0) -> Tensor:
    """Return normally distributed numbers of mean 0, float32.

    Args:
        shape: (rows of this replica, ...).
        seed: `keras.random.SeedGenerator`.
        stddev: standard deviation.
    """
    n, *rest = shape
    return drawn(lambda rows: keras.random.normal((rows, *rest), stddev=stddev, seed=seed, dtype="float32"), n)


def uniform(
    shape: tuple[int | Tensor, ...], seed: keras.random.SeedGenerator, low: float = 0.0, high: float = 1.0
) -> Tensor:
    """Return uniformly distributed numbers between two bounds, float32.

    Args:
        shape: (rows of this replica, ...).
        seed: `keras.random.SeedGenerator`.
        low: lower bound.
        high: upper bound.
    """
    n, *rest = shape
    return drawn(lambda rows: keras.random.uniform((rows, *rest), low, high, seed=seed, dtype="float32"), n)


def one_hot_and_normal(
    n: int | Tensor, n_clusters: int, dim: int, seed: keras.random.SeedGenerator, stddev: float
) -> Tensor:
    """Draw one-hot clusters and Gaussian noise, the prior of codes in generative models.

    Args:
        n: number of rows of this replica.
        n_clusters: number of clusters k; all clusters are equally likely.
        dim: number of dimensions of the noise.
        seed: `keras.random.SeedGenerator`.
        stddev: standard deviation of the noise.

    Returns:
        Tensor (n, k + dim) float32.
    """

    def draw(rows: int | Tensor) -> Tensor:
        cluster = keras.random.randint((rows,), 0, n_clusters, seed=seed)
        noise = keras.random.normal((rows, dim), stddev=stddev, seed=seed)
        return ops.concatenate([ops.one_hot(cluster, n_clusters, dtype="float32"), noise], axis=1)

    return drawn(draw, n)


def partners(z: Tensor) -> Tensor:
    """Return the preceding row in the whole batch for each row of z (b, ...).

    The first row gets the last row.
    """
    return own_rows(ops.roll(gathered(z), 1, axis=0), ops.shape(z)[0])
