"""Views of samples for training: the features of samples after random changes."""

import math

import tensorflow as tf

from kerasclust.compute.distribution import n_replicas
from kerasclust.compute.workers import n_workers
from kerasclust.data.large_arrays import is_large
from kerasclust.data.pipeline import in_batches, rows_by_number

POOLED = 8  # views of each sample where drawing them for every step would take longer than the step


class FreshViews:
    """A new view of every sample each time it comes up.

    Args:
        rows: raw samples (n, ...).
        augmentation: `Chain`.
        frontend: `FrontEnd` that shows the changed samples to the networks.
    """

    def __init__(self, rows, augmentation, frontend):
        self.rows, self.augmentation, self.frontend = rows_by_number(rows), augmentation, frontend

    def start(self, seed, done=0):
        """Begin the random numbers of a training anew, or where they are after so many batches."""
        self.augmentation.reseed(seed)
        if done:
            self.augmentation.skip(done * n_replicas() // n_workers(), self.rows(tf.range(1)))

    def draw(self, index, number):
        """Features (b, ...) of views of the samples index (b,); `number` counts the draws."""
        return self.frontend(self.augmentation(self.rows(index)))


class PooledViews:
    """A few views of each sample, drawn once, of which one is taken at random each time the sample comes up.

    For front ends that summarize: on 256 sequences of 256 steps and 17 channels one takes 16 ms, a training step 4 ms.

    Args:
        rows: raw samples (n, ...).
        augmentation: `Chain`.
        frontend: `FrontEnd` that shows the changed samples to the networks.
        seed: of the pool.
    """

    def __init__(self, rows, augmentation, frontend, seed):
        augmentation.reseed(seed)
        view = tf.function(lambda x: frontend(augmentation(x)), reduce_retracing=True)
        self.pool = tf.stack([in_batches(view, rows) for _ in range(POOLED)])

    def start(self, seed, done=0):
        """Begin the random numbers of a training anew; those of a batch follow from its number."""
        self.seed = tf.constant(seed, tf.int64)

    def draw(self, index, number):
        """Features (b, ...) of views of the samples index (b,); `number` counts the draws."""
        which = tf.random.stateless_uniform(tf.shape(index), tf.stack([self.seed, number]), 0, POOLED, tf.int32)
        return tf.gather_nd(self.pool, tf.stack([which, index], axis=1))


def views_of(rows, augmentation, frontend, seed):
    """Views of raw samples (n, ...) as a front end shows them, fresh or from a pool, whichever is faster and fits."""
    shape = frontend.compute_output_shape(rows.shape)
    if len(shape) < rows.ndim and not is_large(POOLED * 4 * math.prod(shape)):
        return PooledViews(rows, augmentation, frontend, seed)
    return FreshViews(rows, augmentation, frontend)
