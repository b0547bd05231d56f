"""Divergence of a variational posterior from a Gaussian mixture prior."""

import keras
from keras import ops

from kerasclust.types import Tensor


def mixture_divergence(
    gamma: Tensor, mean: Tensor, log_variance: Tensor, log_weights: Tensor, centers: Tensor, log_variances: Tensor
) -> Tensor:
    """Compute KL(q(z, c | x) || p(z, c)) of each point, in nats.

    The posterior is q(z, c | x) = gamma_c N(z; mean, diag(exp(log_variance))). The prior is
    p(z, c) = pi_c N(z; mu_c, diag(sigma_c^2)).

    Args:
        gamma: q(c | x), (n, k).
        mean: mean of q(z | x), (n, d).
        log_variance: logarithm of the variances of q(z | x), (n, d).
        log_weights: log pi, (k,).
        centers: mu, (k, d).
        log_variances: log sigma^2, (k, d).

    Returns:
        Tensor (n,).

    Reference:
        VaDE paper, eq. 12: all terms of the bound but the first.
    """
    arguments = (gamma, mean, log_variance, log_weights, centers, log_variances)
    gamma, mean, log_variance, log_weights, centers, log_variances = (ops.cast(a, "float32") for a in arguments)
    deviations = ops.expand_dims(mean, 1) - centers
    spreads = ops.expand_dims(ops.exp(log_variance), 1)
    of_components = ops.sum(log_variances + (spreads + deviations**2) * ops.exp(-log_variances), axis=2)
    of_clusters = ops.log(ops.maximum(gamma, keras.config.epsilon())) - log_weights
    return ops.sum(gamma * (0.5 * of_components + of_clusters), axis=1) - 0.5 * ops.sum(1.0 + log_variance, axis=1)
