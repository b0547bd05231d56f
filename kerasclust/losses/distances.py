"""Distances between points."""

from keras import ops

from kerasclust.types import Tensor


def squared_distances(z: Tensor, centers: Tensor) -> Tensor:
    """Compute squared Euclidean distances ||z_i - c_j||^2 in float32, clipped at 0.

    Args:
        z: points (n, d).
        centers: points (k, d).

    Returns:
        Tensor (n, k).
    """
    z, centers = ops.cast(z, "float32"), ops.cast(centers, "float32")
    squared = ops.sum(z**2, axis=1, keepdims=True) + ops.sum(centers**2, axis=1) - 2.0 * z @ ops.transpose(centers)
    return ops.maximum(squared, 0.0)
