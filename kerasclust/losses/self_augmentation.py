"""The loss of a classifier that does not answer alike for a sample and for what became of it."""

from keras import ops

from kerasclust.losses.information import p_log_p


def self_augmentation(p, logits):
    """KL(p(y | x) || p(y | T(x))) of each sample, in nats: 0 where a change T of the sample leaves its answer alone.

    The paper has the cross entropy, which differs by the entropy of p: a constant, as this loss does not train p. The
    caller stops the gradient through p.

    Args:
        p: assignment probabilities (n, k) of the samples.
        logits: of the changed samples (n, k), before the softmax.

    Returns:
        Tensor (n,).

    Reference:
        IMSAT paper, eq. 3.
    """
    p, logits = ops.cast(p, "float32"), ops.cast(logits, "float32")
    return ops.sum(p_log_p(p) - p * ops.log_softmax(logits, axis=-1), axis=-1)
