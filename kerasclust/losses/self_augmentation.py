"""KL divergence between the predictions for a sample and for a changed copy of it."""

from keras import ops

from kerasclust.losses.information import p_log_p
from kerasclust.types import Tensor


def self_augmentation(p: Tensor, logits: Tensor) -> Tensor:
    """Compute the KL divergence KL(p || softmax(logits)) of each sample, in nats.

    Self-augmentation compares the prediction p for a sample x with the prediction for a changed sample T(x), given by
    logits: the loss is 0 where the change leaves the prediction as it is. The paper has the cross entropy, which
    differs by the entropy of p. That entropy is a constant, because the caller stops the gradient through p.

    Args:
        p: assignment probabilities (n, k) of the samples.
        logits: logits (n, k) of the changed samples, before the softmax.

    Returns:
        Tensor (n,).

    Reference:
        IMSAT paper, eq. 3.
    """
    p, logits = ops.cast(p, "float32"), ops.cast(logits, "float32")
    return ops.sum(p_log_p(p) - p * ops.log_softmax(logits, axis=-1), axis=-1)
