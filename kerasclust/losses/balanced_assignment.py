"""Balanced assignments: a loss and a target against clusters of very different sizes."""

import keras
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.types import Tensor


def balanced_assignment(q: Tensor, prior: Tensor | None = None) -> Tensor:
    """Compute KL(G, U) = sum_j g_j log(g_j / u_j) with g the mean assignment of a batch.

    The mean is over the samples of all replicas. No method of kerasclust uses this loss.

    Args:
        q: soft assignments (n, k).
        prior: expected shares (k,) of the clusters, summing to 1; None for equal shares.

    Returns:
        Scalar tensor.

    Reference:
        Survey, eq. 8 and 9.

    Example:
        >>> round(float(balanced_assignment([[1.0, 0.0], [1.0, 0.0]])), 3)
        0.693
    """
    q = ops.cast(q, "float32")
    g = ops.mean(gathered(q), axis=0)
    u = ops.full_like(g, 1.0 / q.shape[1]) if prior is None else ops.cast(prior, "float32")
    return ops.sum(g * (ops.log(g + keras.config.epsilon()) - ops.log(u + keras.config.epsilon())))


def balanced_target(p: Tensor) -> Tensor:
    """Compute the target q_ij proportional to p_ij / sqrt(sum_i p_ij).

    The target lowers the assignments to large clusters. It approximates, in closed form, the minimum of
    KL(Q, P) + KL(F, U), with F the cluster shares in Q and U equal shares.

    Args:
        p: soft assignments (n, k) of the whole data set.

    Returns:
        Tensor (n, k), rows sum to 1.

    Reference:
        DEPICT paper, section 3.1.

    Example:
        >>> import numpy as np
        >>> np.asarray(balanced_target([[0.5, 0.5], [0.8, 0.2], [0.9, 0.1]])).astype("float64").round(2).tolist()
        [[0.38, 0.62], [0.71, 0.29], [0.84, 0.16]]
    """
    p = ops.cast(p, "float32")
    weight = p / ops.sqrt(ops.sum(p, axis=0) + keras.config.epsilon())
    return weight / ops.sum(weight, axis=1, keepdims=True)
