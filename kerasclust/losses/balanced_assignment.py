"""Balanced assignments: no cluster shall take everything."""

import keras
from keras import ops


def balanced_assignment(q, prior=None):
    """KL(G, U) = sum_j g_j log(g_j / u_j) with g the mean of the assignments of a batch.

    Args:
        q: soft assignments (n, k).
        prior: expected shares of the clusters (k,), summing to 1; None for equal ones.

    Returns:
        Scalar tensor.

    Reference:
        Survey, eq. 8 and 9.

    Example:
        >>> round(float(balanced_assignment([[1.0, 0.0], [1.0, 0.0]])), 3)
        0.693
    """
    g = ops.mean(ops.cast(q, "float32"), axis=0)
    u = ops.full_like(g, 1.0 / g.shape[0]) if prior is None else ops.cast(prior, "float32")
    return ops.sum(g * (ops.log(g + keras.config.epsilon()) - ops.log(u + keras.config.epsilon())))
