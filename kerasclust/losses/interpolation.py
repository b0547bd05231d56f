"""Losses of ACAI: a critic guesses the share of a second point in an interpolated sample."""

from keras import ops

from kerasclust.types import Tensor


def interpolation_loss(guesses: Tensor) -> Tensor:
    """Compute the autoencoder's loss ||d(x_alpha)||^2.

    It is small if the critic guesses a share of 0, that is takes decoded mixtures for samples without a second point.

    Args:
        guesses: critic outputs d(x_alpha) (n,) on decoded mixtures.

    Returns:
        Tensor (n,), the loss of each point.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019, section 2: the second term of L_f,g, without its weight lambda.

    Example:
        >>> interpolation_loss([0.5, 0.0]).numpy().tolist()
        [0.25, 0.0]
    """
    return ops.cast(guesses, "float32") ** 2


def interpolation_critic_loss(guesses: Tensor, alpha: Tensor, reference_guesses: Tensor) -> Tensor:
    """Compute the critic's loss, the squared errors of its guesses.

    It is L_d = ||d(x_alpha) - alpha||^2 + ||d(gamma x + (1 - gamma) x')||^2. The first term trains the critic to guess
    the mixing coefficient. The second term trains it to answer 0 for samples without a second point. The share gamma of
    the data x shows the critic real samples, also where the reconstruction x' is poor.

    Args:
        guesses: critic outputs d(x_alpha) (n,) on decoded mixtures.
        alpha: mixing coefficients (n,) of the mixtures, from 0 to 1/2.
        reference_guesses: critic outputs (n,) on gamma x + (1 - gamma) x'.

    Returns:
        Tensor (n,), the loss of each point.

    Reference:
        D. Berthelot et al., ICLR 2019 (see `interpolation_loss`), section 2: L_d.

    Example:
        >>> interpolation_critic_loss([0.5], [0.25], [1.0]).numpy().tolist()
        [1.0625]
    """
    guesses, alpha, reference_guesses = (ops.cast(a, "float32") for a in (guesses, alpha, reference_guesses))
    return (guesses - alpha) ** 2 + reference_guesses**2
