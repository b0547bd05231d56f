"""Networks from the shape of what they see."""

from kerasclust.errors import InputError
from kerasclust.networks import convolutional, dense
from kerasclust.networks.seeds import Seeds, SmallSeeds
from kerasclust.networks.size import check_size

DEFAULTS = {"dense": (256, 256), "dec": (500, 500, 2000), "conv1d": (32, 64, 128, 128), "conv2d": (32, 64, 128)}
DENSE = ("dense", "dec")  # these take samples of any shape, flattened
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
        network: "auto" (from the shape), "dense", "conv1d", "conv2d", or "dec": dense layers of 500, 500 and 2000 with
            small starting weights, the network of DEC's paper that those of its family share.
        units: widths of the hidden layers, or filters of the convolutions, from input to latent space; () for a dense
            network without hidden layers, which is linear; None for the default.
        seed: of the starting weights.

    Returns:
        (encoder, decoder): Keras models (n, *feature_shape) -> (n, d) and back.

    Raises:
        InputError: the network does not fit the shape, or memory.
    """
    module, units, seeds = _chosen(feature_shape, network, units, seed)
    check_size(feature_shape, latent_dim, units)
    return (
        module.encoder(tuple(feature_shape), latent_dim, units, seeds),
        module.decoder(tuple(feature_shape), latent_dim, units, seeds),
    )


def build_encoder(feature_shape, latent_dim, network="auto", units=None, seed=0, normalized=False):
    """Encoder for features of a shape: Keras model (n, *feature_shape) -> (n, d).

    Args:
        normalized: batch normalization between each hidden layer and its rectifier.
        **others: as `build_autoencoder`.
    """
    module, units, seeds = _chosen(feature_shape, network, units, seed)
    check_size(feature_shape, latent_dim, units)
    return module.encoder(tuple(feature_shape), latent_dim, units, seeds, normalized)


def _chosen(feature_shape, network, units, seed):
    """(module, widths, seeds) of the network that is asked for."""
    fitting = network_kind(feature_shape)
    kind = fitting if network == "auto" else network
    if kind not in DEFAULTS:
        raise InputError(f"network={network!r} is unknown; use 'auto', {', '.join(map(repr, DEFAULTS))}.")
    if kind not in (*DENSE, fitting):
        raise InputError(f"network={network!r} does not fit samples of shape {tuple(feature_shape)}; use {fitting!r}.")
    module = dense if kind in DENSE else convolutional
    units = tuple(DEFAULTS[kind] if units is None else units)
    seeds = SmallSeeds(seed) if kind == "dec" else Seeds(seed)
    if not units and kind not in DENSE:
        raise InputError("units=(): a convolutional network has at least one layer; a linear one is network='dense'.")
    return module, units, seeds


def build_classifier(latent_dim, n_outputs, seed=0):
    """Linear classifier of latent points.

    Args:
        latent_dim: number of latent dimensions d.
        n_outputs: number of classes k.
        seed: of the starting weights.

    Returns:
        Keras model (n, d) -> (n, k), float32 logits.
    """
    return dense.classifier(latent_dim, n_outputs, Seeds(seed))


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
