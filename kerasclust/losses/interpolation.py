"""The two sides of ACAI's game: a critic guesses how much of a second point is mixed into what it sees."""

from keras import ops


def interpolation_loss(guesses):
    """Autoencoder's loss ||d(x_alpha)||^2: what mixed latent points decode to shall pass for nothing mixed, 0.

    Args:
        guesses: critic outputs d(x_alpha) (n,) on decoded mixtures.

    Returns:
        Tensor (n,), one loss a point.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019, section 2: the second term of L_f,g, without its weight lambda.

    Example:
        >>> interpolation_loss([0.5, 0.0]).numpy().tolist()
        [0.25, 0.0]
    """
    return ops.cast(guesses, "float32") ** 2


def interpolation_critic_loss(guesses, alpha, reference_guesses):
    """Critic's loss L_d = ||d(x_alpha) - alpha||^2 + ||d(gamma x + (1 - gamma) x')||^2.

    It learns the mixing coefficient, and to say 0 for what nothing is mixed into, also where the reconstruction x' is
    poor: then the data x themselves, of which gamma is left, tell it what real samples look like.

    Args:
        guesses: critic outputs d(x_alpha) (n,) on decoded mixtures.
        alpha: their mixing coefficients (n,), from 0 to 1/2.
        reference_guesses: critic outputs (n,) on gamma x + (1 - gamma) x'.

    Returns:
        Tensor (n,), one loss a point.

    Reference:
        D. Berthelot et al., ICLR 2019 (see `interpolation_loss`), section 2: L_d.

    Example:
        >>> interpolation_critic_loss([0.5], [0.25], [1.0]).numpy().tolist()
        [1.0625]
    """
    guesses, alpha, reference_guesses = (ops.cast(a, "float32") for a in (guesses, alpha, reference_guesses))
    return (guesses - alpha) ** 2 + reference_guesses**2
