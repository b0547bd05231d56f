"""Networks built from the shape of a sample."""

from collections.abc import Sequence
from types import ModuleType
from typing import TypeAlias

import keras

from kerasclust.errors import InputError
from kerasclust.networks import convolutional, dense
from kerasclust.networks.seeds import Seeds, SmallSeeds
from kerasclust.networks.size import check_size

DEFAULTS = {"dense": (256, 256), "dec": (500, 500, 2000), "conv1d": (32, 64, 128, 128), "conv2d": (32, 64, 128)}
DENSE = ("dense", "dec")  # networks that flatten samples of any shape
CRITIC_UNITS = (128, 128)

Units: TypeAlias = Sequence[int]  # widths of hidden layers, or filters of convolutions


def network_kind(feature_shape: Sequence[int]) -> str:
    """Return the kind of network for samples of a shape.

    Args:
        feature_shape: shape of one sample, without the batch axis.

    Returns:
        "dense" for tables, "conv1d" for sequences or "conv2d" for images.

    Raises:
        InputError: the shape has not one to three axes.

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


def build_autoencoder(
    feature_shape: Sequence[int], latent_dim: int, network: str = "auto", units: Units | None = None, seed: int = 0
) -> tuple[keras.Model, keras.Model]:
    """Build an encoder and a decoder for samples of a shape.

    Args:
        feature_shape: shape of one sample, without the batch axis.
        latent_dim: number of latent dimensions d.
        network: "auto" (chosen by the shape), "dense", "conv1d", "conv2d" or "dec", the network of the DEC paper: dense
            layers of 500, 500 and 2000 units with small starting weights.
        units: widths of the hidden layers, or filters of the convolutions, from input to latent space. () stands for a
            linear dense network without hidden layers, None for the default.
        seed: seed of the starting weights.

    Returns:
        (encoder, decoder): Keras models (n, *feature_shape) -> (n, d) and back.

    Raises:
        InputError: the network does not fit the shape, or does not fit in memory.
    """
    module, widths, seeds = _chosen(feature_shape, network, units, seed)
    check_size(feature_shape, latent_dim, widths)
    return (
        module.encoder(tuple(feature_shape), latent_dim, widths, seeds),
        module.decoder(tuple(feature_shape), latent_dim, widths, seeds),
    )


def build_encoder(
    feature_shape: Sequence[int],
    latent_dim: int,
    network: str = "auto",
    units: Units | None = None,
    seed: int = 0,
    normalized: bool = False,
) -> keras.Model:
    """Build an encoder for samples of a shape.

    Args:
        feature_shape: shape of one sample, without the batch axis.
        latent_dim: number of latent dimensions d.
        network: kind of network, see `build_autoencoder`.
        units: widths of the hidden layers, see `build_autoencoder`.
        seed: seed of the starting weights.
        normalized: insert batch normalization between each hidden layer and its rectifier.

    Returns:
        Keras model (n, *feature_shape) -> (n, d).

    Raises:
        InputError: the network does not fit the shape, or does not fit in memory.
    """
    module, widths, seeds = _chosen(feature_shape, network, units, seed)
    check_size(feature_shape, latent_dim, widths)
    return module.encoder(tuple(feature_shape), latent_dim, widths, seeds, normalized)


def _chosen(
    feature_shape: Sequence[int], network: str, units: Units | None, seed: int
) -> tuple[ModuleType, tuple[int, ...], Seeds]:
    """Return module, widths and seeds for a network by its name.

    Raises:
        InputError: the name is unknown, or the network does not fit the shape.
    """
    fitting = network_kind(feature_shape)
    kind = fitting if network == "auto" else network
    if kind not in DEFAULTS:
        raise InputError(f"network={network!r} is unknown; use 'auto', {', '.join(map(repr, DEFAULTS))}.")
    if kind not in (*DENSE, fitting):
        raise InputError(f"network={network!r} does not fit samples of shape {tuple(feature_shape)}; use {fitting!r}.")
    module = dense if kind in DENSE else convolutional
    widths = tuple(DEFAULTS[kind] if units is None else units)
    seeds = SmallSeeds(seed) if kind == "dec" else Seeds(seed)
    if not widths and kind not in DENSE:
        raise InputError(
            f"units=() leaves a network of kind {kind!r} without layers: pass at least one width, or network='dense' "
            "for a linear network."
        )
    return module, widths, seeds


def build_classifier(latent_dim: int, n_outputs: int, seed: int = 0) -> keras.Model:
    """Build a linear classifier of latent points.

    Args:
        latent_dim: number of latent dimensions d.
        n_outputs: number of classes k.
        seed: seed of the starting weights.

    Returns:
        Keras model (n, d) -> (n, k), float32 logits.
    """
    return dense.classifier(latent_dim, n_outputs, Seeds(seed))


def build_critic(latent_dim: int, units: Units = CRITIC_UNITS, seed: int = 0) -> keras.Model:
    """Build a critic of latent points.

    Args:
        latent_dim: number of latent dimensions d.
        units: widths of the hidden layers.
        seed: seed of the starting weights.

    Returns:
        Keras model (n, d) -> (n, 1), a float32 logit.
    """
    return dense.critic(latent_dim, tuple(units), Seeds(seed))
