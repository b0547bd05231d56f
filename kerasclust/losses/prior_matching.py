"""Wasserstein losses, with which points learn to match a prior distribution."""

from keras import ops

from kerasclust.types import Tensor


def wasserstein_critic_loss(scores: Tensor, prior_scores: Tensor) -> Tensor:
    """Compute the critic's loss, the score of a point minus the score of a draw of the prior.

    Args:
        scores: critic outputs (n, 1) on points that learn to match the prior.
        prior_scores: critic outputs (n, 1) on draws of the prior.

    Returns:
        Tensor (n,), the loss of each pair.

    Reference:
        I. Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017: eq. 3, its first two terms.
    """
    return ops.squeeze(ops.cast(scores, "float32") - ops.cast(prior_scores, "float32"), axis=-1)


def gradient_penalty(gradients: Tensor) -> Tensor:
    """Compute (||gradient|| - 1)^2 of each point, which keeps the slope of the critic near 1.

    Args:
        gradients: gradients (n, d) of the critic's outputs, at points between draws of the prior and the points that
            learn to match it.

    Returns:
        Tensor (n,).

    Reference:
        I. Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017: eq. 3, its last term without lambda.
    """
    norms = ops.sqrt(ops.sum(ops.cast(gradients, "float32") ** 2, axis=-1) + 1e-12)
    return (norms - 1.0) ** 2


def prior_matching_loss(scores: Tensor) -> Tensor:
    """Compute the loss of points that learn to match the prior, minus the score of each point.

    Args:
        scores: critic outputs (n, 1) on the points.

    Returns:
        Tensor (n,).
    """
    return -ops.squeeze(ops.cast(scores, "float32"), axis=-1)
