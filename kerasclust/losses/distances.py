"""Distances between points."""

from keras import ops

from kerasclust.compute.missing import filled
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
        J. K. Dixon, "Pattern recognition with partly missing data", 1979. `nan_euclidean_distances` of scikit-learn has
        the square root of the same values.

    Example:
        >>> squared_distances_of_samples([[0.0, 1.0], [3.0, float("nan")]]).numpy().tolist()
        [[0.0, 18.0], [18.0, 0.0]]
    """
    x = ops.cast(x, "float32")
    x = ops.reshape(x, (ops.shape(x)[0], -1))
    seen = ops.cast(ops.logical_not(ops.isnan(x)), "float32")
    share = ops.mean(seen, axis=0)
    # Relative to the mean, which keeps distances, and avoids rounding errors far from the origin.
    known = filled(x - ops.mean(filled(x), axis=0) / ops.where(share > 0.0, share, 1.0))
    # Where nothing is missing, `of_one` is 0 and the last factor 1: the distances are the plain ones to the last digit.
    of_one = known**2 @ ops.transpose(1.0 - seen)
    total = ops.maximum(squared_distances(known, known) - of_one - ops.transpose(of_one), 0.0)
    return total * (ops.cast(ops.shape(x)[1], "float32") / ops.maximum(seen @ ops.transpose(seen), 1.0))
