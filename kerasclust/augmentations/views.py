"""Views of samples for training: features of augmented samples."""

import math

import tensorflow as tf

from kerasclust.augmentations.base import Chain
from kerasclust.compute.distribution import n_replicas
from kerasclust.compute.workers import n_workers
from kerasclust.data.large_arrays import is_large
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
        self.pool = tf.stack([in_batches(view, rows) for _ in range(POOLED)])

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
        which = tf.random.stateless_uniform(tf.shape(index), tf.stack([self.seed, number]), 0, POOLED, tf.int32)
        return tf.gather_nd(self.pool, tf.stack([which, index], axis=1))


def views_of(rows: Array, augmentation: Chain, frontend: FrontEnd, seed: int) -> FreshViews | PooledViews:
    """Return pooled views if the front end summarizes and the pool fits, else fresh views.

    Args:
        rows: raw samples (n, ...).
        augmentation: augmentation of the samples.
        frontend: front end of the networks.
        seed: seed of a pool.
    """
    shape = frontend.compute_output_shape(rows.shape)
    if len(shape) < rows.ndim and not is_large(POOLED * 4 * math.prod(shape)):
        return PooledViews(rows, augmentation, frontend, seed)
    return FreshViews(rows, augmentation, frontend)
