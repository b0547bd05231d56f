"""Adversarial decorrelation losses, on logits of "this point comes from Z'"."""

import keras
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.types import Tensor


def _cross_entropy(target: float, logits: Tensor) -> Tensor:
    """Return the binary cross entropy (n,) of logits (n, 1), with one target for all of them."""
    logits = ops.cast(logits, "float32")
    return keras.losses.binary_crossentropy(ops.full_like(logits, target), logits, from_logits=True)


def decorrelation_loss(logits: Tensor) -> Tensor:
    """Compute the encoder's loss L_cor^Q = -mean log d.

    The loss is small if the critic takes points of Z for points of Z'.

    As printed, eq. 2 and 3 let D output d near 1 for points of Z' = z_c + p_g. The sentence before them says the
    opposite. Either choice trains the same, because the two losses are opposed. The caller stops the gradient through
    z_c.

    Args:
        logits: critic outputs (n, 1) on Z.

    Returns:
        Tensor (n,), the loss of each point.

    Reference:
        DANCE paper, eq. 2.
    """
    return _cross_entropy(1.0, logits)


def critic_loss(logits: Tensor, reference_logits: Tensor, counted: Tensor | None = None) -> Tensor:
    """Compute the critic's loss L_cor^D = -mean [log d' + log(1 - d)].

    The critic learns to score points of Z' as 1 and points of Z as 0.

    Args:
        logits: critic outputs (n, 1) on Z.
        reference_logits: critic outputs (n, 1) on Z'.
        counted: float mask (n,), 1 for samples that the critic learns from and 0 for samples on which its accuracy is
            measured; None for the loss of each sample.

    Returns:
        Tensor (n,), the loss of each sample. With `counted` a scalar: the mean over the counted samples of all
        replicas, or 0 without any.

    Reference:
        DANCE paper, eq. 3.
    """
    losses = _cross_entropy(1.0, reference_logits) + _cross_entropy(0.0, logits)
    if counted is None:
        return losses
    counted, losses = gathered(ops.cast(counted, "float32")), gathered(losses)
    return ops.sum(counted * losses) / ops.maximum(ops.sum(counted), 1.0)


def critic_hits(logits: Tensor, reference_logits: Tensor) -> Tensor:
    """Return the share of right guesses of the critic on each pair (z, z'): 0, 0.5 or 1.

    Args:
        logits: critic outputs (n, 1) on Z.
        reference_logits: critic outputs (n, 1) on Z'.

    Returns:
        Tensor (n,).
    """
    right = ops.cast(logits < 0.0, "float32") + ops.cast(reference_logits > 0.0, "float32")
    return 0.5 * ops.squeeze(right, axis=-1)
