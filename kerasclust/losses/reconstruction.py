"""Reconstruction loss of an autoencoder, over what was observed."""

from keras import ops

from kerasclust.types import Tensor


def observed_mean_squared_error(x: Tensor, restored: Tensor) -> Tensor:
    """Compute the mean of (x - x')^2 over the entries of x that are observed.

    Args:
        x: features (n, ...), where NaN means "not measured".
        restored: x', the output of a decoder, of the same shape.

    Returns:
        Scalar tensor, 0 if nothing was observed.

    Reference:
        DANCE paper, eq. 1, where all entries are observed.

    Example:
        >>> float(observed_mean_squared_error([[1.0, float("nan")]], [[3.0, 7.0]]))
        4.0
    """
    x, restored = ops.cast(x, "float32"), ops.cast(restored, "float32")
    observed = ops.logical_not(ops.isnan(x))
    errors = ops.where(observed, x - restored, 0.0) ** 2
    # The mean over all entries, scaled up: on complete samples to the last digit the plain mean.
    share = ops.mean(ops.cast(observed, "float32"))
    return ops.mean(errors) / ops.where(share > 0.0, share, 1.0)
