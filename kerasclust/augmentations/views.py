"""Views of samples for training: features of augmented samples."""

import math
from functools import partial

import tensorflow as tf

from kerasclust.augmentations.base import Chain
from kerasclust.compute.distribution import n_replicas
from kerasclust.compute.workers import n_workers
from kerasclust.data.large_arrays import is_large
from kerasclust.data.neighbors import neighbor_numbers
from kerasclust.data.pipeline import in_batches, rows_by_number
from kerasclust.frontends.base import FrontEnd
from kerasclust.types import Array, Tensor

POOLED = 8  # views of each sample in a pool, for front ends that take longer than a training step


class FreshViews:
    """Views that are drawn anew for each batch.

    Args:
        rows: raw samples (n, ...).
        augmentation: augmentation of the samples.
        frontend: front end of the networks.
    """

    def __init__(self, rows: Array, augmentation: Chain, frontend: FrontEnd) -> None:
        self.rows, self.augmentation, self.frontend = rows_by_number(rows), augmentation, frontend

    def start(self, seed: int, done: int = 0) -> None:
        """Set the random state for training, or for the rest of a resumed training.

        Args:
            seed: seed of the training.
            done: number of batches before the resume.
        """
        self.augmentation.reseed(seed)
        if done:
            self.augmentation.skip(done * n_replicas() // n_workers(), self.rows(tf.range(1)))

    def draw(self, index: Tensor, number: Tensor) -> Tensor:
        """Return features (b, ...) of views.

        Args:
            index: numbers (b,) of the samples.
            number: number of the batch.
        """
        return self.frontend(self.augmentation(self.rows(index)))


class PooledViews:
    """Views from a pool of a few views of each sample, which are drawn once.

    Each batch takes one of them at random for each sample. A pool suits front ends that summarize a sample: their
    features need little memory, and computing them takes longer than a training step.

    Args:
        rows: raw samples (n, ...).
        augmentation: augmentation of the samples.
        frontend: front end of the networks.
        seed: seed of the pool.
    """

    def __init__(self, rows: Array, augmentation: Chain, frontend: FrontEnd, seed: int) -> None:
        augmentation.reseed(seed)
        view = tf.function(lambda x: frontend(augmentation(x)), reduce_retracing=True)
        self.size = POOLED if augmentation.changes else 1
        self.pool = tf.stack([in_batches(view, rows) for _ in range(self.size)])

    def start(self, seed: int, done: int = 0) -> None:
        """Set the seed of the training.

        The random numbers of a batch follow from the seed and the number of the batch.

        Args:
            seed: seed of the training.
            done: number of batches before the resume, which makes no difference here.
        """
        self.seed = tf.constant(seed, tf.int64)

    def draw(self, index: Tensor, number: Tensor) -> Tensor:
        """Return features (b, ...) of views.

        Args:
            index: numbers (b,) of the samples.
            number: number of the batch.
        """
        which = tf.random.stateless_uniform(tf.shape(index), tf.stack([self.seed, number]), 0, self.size, tf.int32)
        return tf.gather_nd(self.pool, tf.stack([which, index], axis=1))


class NeighborViews:
    """Views of the nearest neighbors of a sample, one of them at random, in place of views of the sample.

    Neighbors are nearest by the features.

    Args:
        views: views of samples by their number.
        rows: raw samples (n, ...).
        frontend: front end of the networks.
        number: number of neighbors of each sample.
        seed: seed of the choice among very many samples.

    Reference:
        Van Gansbeke et al., "SCAN: Learning to Classify Images without Labels", 2020, section 2.2.
    """

    def __init__(
        self, views: "FreshViews | PooledViews", rows: Array, frontend: FrontEnd, number: int, seed: int
    ) -> None:
        self.views = views
        found = neighbor_numbers(in_batches(tf.function(frontend, reduce_retracing=True), rows), number, seed)
        self.neighbors = tf.constant(found, tf.int32)

    def start(self, seed: int, done: int = 0) -> None:
        """Set the seed of the training; see `PooledViews.start`."""
        self.views.start(seed, done)
        self.seed = tf.constant(~seed, tf.int64)  # other numbers than those of a pool

    def draw(self, index: Tensor, number: Tensor) -> Tensor:
        """Return features (b, ...) of views.

        Args:
            index: numbers (b,) of the samples.
            number: number of the batch.
        """
        seed, width = tf.stack([self.seed, number]), self.neighbors.shape[1]
        which = tf.random.stateless_uniform(tf.shape(index), seed, 0, width, tf.int32)
        return self.views.draw(tf.gather_nd(self.neighbors, tf.stack([index, which], axis=1)), number)


def views_of(
    rows: Array, augmentation: Chain, frontend: FrontEnd, seed: int
) -> FreshViews | PooledViews | NeighborViews:
    """Return pooled views if the front end summarizes and the pool fits, else fresh views.

    With an augmentation by neighbors, they are views of neighbors.

    Args:
        rows: raw samples (n, ...).
        augmentation: augmentation of the samples.
        frontend: front end of the networks.
        seed: seed of a pool.
    """
    shape = frontend.compute_output_shape(rows.shape)
    summarizes = len(shape) < rows.ndim and not is_large(POOLED * 4 * math.prod(shape))
    pooled = partial(PooledViews, seed=seed)
    views = (pooled if summarizes else FreshViews)(rows, augmentation, frontend)
    n_neighbors = min(augmentation.n_neighbors, len(rows) - 1)
    return NeighborViews(views, rows, frontend, n_neighbors, seed) if n_neighbors else views
