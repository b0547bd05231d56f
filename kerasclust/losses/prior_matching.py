"""Wasserstein losses that make a distribution match a prior: of the critic, and of what it judges."""

from keras import ops


def wasserstein_critic_loss(scores, prior_scores):
    """Critic's loss: high scores for draws of the prior, low ones for what shall match it.

    Args:
        scores: critic outputs (n, 1) on the points that shall match the prior.
        prior_scores: critic outputs (n, 1) on draws of the prior.

    Returns:
        Tensor (n,), one loss a pair.

    Reference:
        I. Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017: eq. 3, its first two terms.
    """
    return ops.squeeze(ops.cast(scores, "float32") - ops.cast(prior_scores, "float32"), axis=-1)


def gradient_penalty(gradients):
    """(||gradient|| - 1)^2 of each point: the critic's slope shall be 1 between the two distributions.

    Args:
        gradients: of the critic's outputs, at points between those of the prior and the others (n, d).

    Returns:
        Tensor (n,).

    Reference:
        I. Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017: eq. 3, its last term without lambda.
    """
    norms = ops.sqrt(ops.sum(ops.cast(gradients, "float32") ** 2, axis=-1) + 1e-12)
    return (norms - 1.0) ** 2


def prior_matching_loss(scores):
    """Loss of what shall match the prior: the critic shall score it high.

    Args:
        scores: critic outputs (n, 1).

    Returns:
        Tensor (n,).
    """
    return -ops.squeeze(ops.cast(scores, "float32"), axis=-1)
