"""Locality-preserving loss, which keeps neighbors in the data close in the latent space."""

import keras
from keras import ops

from kerasclust.compute.distribution import gathered, own_rows
from kerasclust.losses.distances import squared_distances, squared_distances_of_samples
from kerasclust.types import Tensor


def locality_preserving(z: Tensor, x: Tensor, n_neighbors: int = 5) -> Tensor:
    """Compute the sum of s(x_i, x_j) ||z_i - z_j||^2 over the nearest neighbors j of each x_i.

    s is the heat kernel exp(-||x_i - x_j||^2 / t), with t the mean squared distance of neighbors. Neighbors are looked
    for in the whole batch, that is among the samples of all replicas. No method of kerasclust uses this loss.

    Args:
        z: latent points (n, d) of a batch.
        x: the same points in data space (n, ...), where NaN means "not measured". Distances are over observed features.
        n_neighbors: neighbors of each point; at most n - 1 are used.

    Returns:
        Tensor (n,), the loss of each of this replica's points.

    Reference:
        Survey, eq. 3.

    Example:
        >>> import numpy as np
        >>> np.asarray(locality_preserving([[0.0], [1.0]], [[0.0], [0.0]], n_neighbors=1)).tolist()
        [1.0, 1.0]
    """
    x = ops.cast(x, "float32")
    n_own = ops.shape(x)[0]
    x, z = gathered(ops.reshape(x, (n_own, -1))), gathered(z)
    n = ops.shape(x)[0]
    distances = squared_distances_of_samples(x)
    others = distances + 1e30 * ops.eye(n)
    nearest = ops.top_k(-others, ops.minimum(n_neighbors, n - 1))[1]
    near = ops.take_along_axis(distances, nearest, axis=1)
    similarity = ops.exp(-near / ops.maximum(ops.mean(near), keras.config.epsilon()))
    latent = ops.take_along_axis(squared_distances(z, z), nearest, axis=1)
    return own_rows(ops.sum(ops.stop_gradient(similarity) * latent, axis=1), n_own)
