"""Correlation losses of an autoencoder, from CDC."""

import keras

from kerasclust.losses import correlation_loss, observed_mean_squared_error
from kerasclust.models.checks import weight
from kerasclust.models.settings import Setting
from kerasclust.types import Tensor

CORRELATION_WEIGHT = Setting(
    "correlation_weight", 0.001, weight, "lambda, the weight of the correlation losses in the autoencoder's loss"
)


def autoencode_correlated(
    encoder: keras.Model, decoder: keras.Model, x: Tensor, view: Tensor
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return z (b, d) of the views, with L_r and L_cr(Z, X) + L_cr(Z, X').

    Reference:
        CDC paper, eq. 7 and 12.
    """
    z = encoder(view, training=True)
    restored = decoder(z, training=True)
    pairs = [correlation_loss(z, other) for other in (x, restored)]
    return z, {"reconstruction_loss": observed_mean_squared_error(x, restored), "correlation_loss": sum(pairs)}


def correlated_objective(correlation_weight: float, losses: dict[str, Tensor]) -> Tensor:
    """Return L_AE = lambda [L_cr(Z, X) + L_cr(Z, X')] + L_r.

    L_r is a mean over the features.

    Reference:
        CDC paper, eq. 7.
    """
    return losses["reconstruction_loss"] + correlation_weight * losses["correlation_loss"]
