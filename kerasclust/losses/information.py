"""Entropies and mutual information of soft assignments, for information maximization."""

import keras
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.types import Tensor


def p_log_p(p: Tensor) -> Tensor:
    """Compute p log p elementwise, with 0 for p = 0."""
    return p * ops.log(ops.maximum(p, keras.config.epsilon()))


def conditional_entropy(p: Tensor, log_p: Tensor | None = None) -> Tensor:
    """Compute H(Y | X) = -mean_i sum_j p_ij log p_ij in nats.

    It is 0 when every point is assigned with certainty. It is a mean over samples, so replicas need not gather theirs:
    the mean of their values is the value of the whole batch.

    Args:
        p: assignment probabilities (..., n, k).
        log_p: logarithms of `p`, such as the result of `keras.ops.log_softmax`; None to compute them.

    Returns:
        Tensor (...,).

    Reference:
        DANCE paper, eq. 5.
    """
    products = p_log_p(ops.cast(p, "float32")) if log_p is None else p * log_p
    return -ops.mean(ops.sum(products, axis=-1), axis=-1)


def mutual_information(p: Tensor, other: Tensor) -> Tensor:
    """Compute the mutual information I(Y; Y') of two assignments of the same points, in nats.

    The joint distribution is P_jl = mean_i p_ij p'_il, made symmetric, over the samples of all replicas. The largest
    value is log k, for balanced assignments that determine each other.

    Args:
        p: assignment probabilities (..., n, k).
        other: assignment probabilities (..., n, k) of another view of the same points.

    Returns:
        Tensor (...,).

    Reference:
        X. Ji, J. Henriques, A. Vedaldi, "Invariant information clustering for unsupervised image classification and
        segmentation", ICCV 2019: eq. 3 to 5.
    """
    p, other = _of_all_replicas(p), _of_all_replicas(other)
    joint = ops.swapaxes(p, -1, -2) @ other / ops.cast(ops.shape(p)[-2], "float32")
    joint = 0.5 * (joint + ops.swapaxes(joint, -1, -2))
    return ops.sum(p_log_p(joint), axis=(-2, -1)) - 2.0 * ops.sum(p_log_p(ops.sum(joint, axis=-1)), axis=-1)


def jensen_shannon_information(scores: Tensor, other_scores: Tensor) -> Tensor:
    """Compute a lower bound of the Jensen-Shannon mutual information from scores of pairs.

    The bound is E[-softplus(-S)] over matching pairs minus E[softplus(S)] over mismatched pairs. It is 0 if the scores
    separate the two kinds of pairs with certainty, and -2 log 2 if all scores are 0.

    Args:
        scores: scores S (n, 1) of matching pairs.
        other_scores: scores S (n, 1) of mismatched pairs.

    Returns:
        Scalar tensor.

    Reference:
        R. D. Hjelm et al., "Learning deep representations by mutual information estimation and maximization", ICLR
        2019: eq. 4; DCCS paper, section 3.1.
    """
    scores, other_scores = ops.cast(scores, "float32"), ops.cast(other_scores, "float32")
    return -ops.mean(ops.softplus(-scores)) - ops.mean(ops.softplus(other_scores))


def label_entropy(p: Tensor) -> Tensor:
    """Compute H(Y) = -sum_j P_j log P_j with P_j = mean_i p_ij, in nats.

    It is log k when the clusters are balanced. The paper's eq. 6 is minus this value, so minimizing eq. 6 balances the
    clusters. The mean is over the samples of all replicas.

    Args:
        p: assignment probabilities (..., n, k).

    Returns:
        Tensor (...,).

    Reference:
        DANCE paper, eq. 6.
    """
    return -ops.sum(p_log_p(ops.mean(_of_all_replicas(p), axis=-2)), axis=-1)


def _of_all_replicas(p: Tensor) -> Tensor:
    """Return assignments (..., n, k) in float32, joined along the sample axis over all replicas."""
    p = ops.cast(p, "float32")
    return gathered(p, axis=len(p.shape) - 2)  # all_gather takes no negative axis
