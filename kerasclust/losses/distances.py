"""Distances between points."""

from keras import ops

from kerasclust.compute.missing import filled, is_complete
from kerasclust.compute.portable import shortcut
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


def squared_distances_of_samples(x: Tensor) -> Tensor:
    """Compute squared Euclidean distances between samples, over the features that are observed in both.

    The distance is scaled up from the observed features of a pair to all features: D / D_ij sum (x_id - x_jd)^2. Of a
    pair without any it is 0.

    Args:
        x: samples (n, ...), each of which is flattened to D features, where NaN means "not measured".

    Returns:
        Tensor (n, n) float32.

    Reference:
        J. K. Dixon, "Pattern recognition with partly missing data", 1979; `sklearn.metrics.pairwise.nan_euclidean_distances`.

    Example:
        >>> squared_distances_of_samples([[0.0, 1.0], [3.0, float("nan")]]).numpy().tolist()
        [[0.0, 18.0], [18.0, 0.0]]
    """
    x = ops.cast(x, "float32")
    x = ops.reshape(x, (ops.shape(x)[0], -1))

    def over_observed() -> Tensor:
        seen = ops.cast(ops.logical_not(ops.isnan(x)), "float32")
        known = filled(x)
        shared = seen @ ops.transpose(seen)
        squares = known**2 @ ops.transpose(seen)
        total = ops.maximum(squares + ops.transpose(squares) - 2.0 * known @ ops.transpose(known), 0.0)
        return total * (ops.cast(ops.shape(x)[1], "float32") / ops.maximum(shared, 1.0))

    return shortcut(is_complete(x), lambda: squared_distances(x, x), over_observed)


def centered(x: Tensor) -> Tensor:
    """Return samples (n, ...) minus the mean of their observed values: the same distances with fewer rounding errors."""
    x = ops.cast(x, "float32")
    share = ops.mean(ops.cast(ops.logical_not(ops.isnan(x)), "float32"), axis=0)
    return x - ops.mean(filled(x), axis=0) / ops.where(share > 0.0, share, 1.0)
