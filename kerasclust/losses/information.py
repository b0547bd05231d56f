"""Entropies of soft assignments: what information maximisation (RIM) is made of."""

import keras
from keras import ops


def _p_log_p(p):
    return p * ops.log(ops.maximum(p, keras.config.epsilon()))


def conditional_entropy(p):
    """H(Y | X) = -mean_i sum_j p_ij log p_ij, in nats: 0 when every point is assigned with certainty.

    Args:
        p: assignment probabilities (..., n, k).

    Returns:
        Tensor (...,).

    Reference:
        DANCE paper, eq. 5.
    """
    return -ops.mean(ops.sum(_p_log_p(ops.cast(p, "float32")), axis=-1), axis=-1)


def label_entropy(p):
    """H(Y) = -sum_j P_j log P_j with P_j = mean_i p_ij, in nats: log k when the clusters are balanced.

    The paper's eq. 6 is minus this value; minimising that balances the clusters.

    Args:
        p: assignment probabilities (..., n, k).

    Returns:
        Tensor (...,).

    Reference:
        DANCE paper, eq. 6.
    """
    return -ops.sum(_p_log_p(ops.mean(ops.cast(p, "float32"), axis=-2)), axis=-1)
