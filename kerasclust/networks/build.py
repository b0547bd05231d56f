"""Networks from the shape of what they see."""

from kerasclust.errors import InputError
from kerasclust.networks import convolutional, dense
from kerasclust.networks.seeds import Seeds

DEFAULTS = {"dense": (256, 256), "conv1d": (32, 64, 128, 128), "conv2d": (32, 64, 128)}
CRITIC_UNITS = (128, 128)


def network_kind(feature_shape):
    """The kind of network for features of a shape: "dense", "conv1d" (sequences) or "conv2d" (images).

    Example:
        >>> network_kind((51,)), network_kind((256, 17)), network_kind((28, 28, 1))
        ('dense', 'conv1d', 'conv2d')
    """
    kinds = {1: "dense", 2: "conv1d", 3: "conv2d"}
    if len(feature_shape) not in kinds:
        raise InputError(
            f"Samples of shape {tuple(feature_shape)} have {len(feature_shape)} axes; expected (features,), "
            "(steps, channels) or (height, width, channels). Reshape the samples."
        )
    return kinds[len(feature_shape)]


def build_autoencoder(feature_shape, latent_dim, network="auto", units=None, seed=0):
    """Encoder and decoder for features of a shape.

    Args:
        feature_shape: shape of one sample, without the batch axis.
        latent_dim: number of latent dimensions d.
        network: "auto" (from the shape), "dense", "conv1d" or "conv2d".
        units: widths of the hidden layers, or filters of the convolutions, from input to latent space; () for a dense
            network without hidden layers, which is linear; None for the default.
        seed: of the starting weights.

    Returns:
        (encoder, decoder): Keras models (n, *feature_shape) -> (n, d) and back.

    Raises:
        InputError: the network does not fit the shape.
    """
    fitting = network_kind(feature_shape)
    kind = fitting if network == "auto" else network
    if kind not in DEFAULTS:
        raise InputError(f"network={network!r} is unknown; use 'auto', {', '.join(map(repr, DEFAULTS))}.")
    if kind not in ("dense", fitting):
        raise InputError(f"network={network!r} does not fit samples of shape {tuple(feature_shape)}; use {fitting!r}.")
    module = dense if kind == "dense" else convolutional
    units, seeds = tuple(DEFAULTS[kind] if units is None else units), Seeds(seed)
    if not units and kind != "dense":
        raise InputError("units=(): a convolutional network has at least one layer; a linear one is network='dense'.")
    return (
        module.encoder(tuple(feature_shape), latent_dim, units, seeds),
        module.decoder(tuple(feature_shape), latent_dim, units, seeds),
    )


def build_critic(latent_dim, units=CRITIC_UNITS, seed=0):
    """Critic for latent points.

    Args:
        latent_dim: number of latent dimensions d.
        units: widths of the hidden layers.
        seed: of the starting weights.

    Returns:
        Keras model (n, d) -> (n, 1), a float32 logit.
    """
    return dense.critic(latent_dim, tuple(units), Seeds(seed))
