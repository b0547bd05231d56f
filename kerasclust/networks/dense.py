"""Fully connected encoder, decoder, critic and classifier."""

import math
from collections.abc import Sequence

import keras

from kerasclust.networks.hidden import rectified
from kerasclust.networks.missing import FillMissing
from kerasclust.networks.seeds import Seeds
from kerasclust.types import Tensor


def _stack(x: Tensor, units: Sequence[int], seeds: Seeds, normalized: bool = False) -> Tensor:
    """Apply one rectified dense layer after the other."""
    for width in units:
        x = rectified(keras.layers.Dense(width, kernel_initializer=seeds.he()), x, normalized)
    return x


def encoder(
    input_shape: tuple[int, ...], latent_dim: int, units: Sequence[int], seeds: Seeds, normalized: bool = False
) -> keras.Model:
    """Build a dense encoder of flattened samples, with a linear float32 layer at the end.

    Missing values (NaN) become 0 first.

    Args:
        input_shape: shape of one sample.
        latent_dim: number of latent dimensions d.
        units: widths of the hidden layers, from input to latent space.
        seeds: initializers of the layers.
        normalized: insert batch normalization between each hidden layer and its rectifier.

    Returns:
        Keras model (n, *input_shape) -> (n, d).
    """
    inputs = keras.Input(input_shape)
    x = _stack(keras.layers.Flatten(data_format="channels_last")(FillMissing()(inputs)), units, seeds, normalized)
    z = keras.layers.Dense(latent_dim, dtype="float32", kernel_initializer=seeds.glorot(), name="latent")(x)
    return keras.Model(inputs, z, name="encoder")


def decoder(output_shape: tuple[int, ...], latent_dim: int, units: Sequence[int], seeds: Seeds) -> keras.Model:
    """Build the mirror of `encoder`, with a linear float32 layer at the end.

    Args:
        output_shape: shape of one sample.
        latent_dim: number of latent dimensions d.
        units: widths of the encoder's hidden layers, from input to latent space.
        seeds: initializers of the layers.

    Returns:
        Keras model (n, d) -> (n, *output_shape).
    """
    inputs = keras.Input((latent_dim,))
    x = _stack(inputs, units[::-1], seeds)
    x = keras.layers.Dense(
        math.prod(output_shape), dtype="float32", kernel_initializer=seeds.glorot(), name="reconstruction"
    )(x)
    return keras.Model(inputs, keras.layers.Reshape(output_shape, dtype="float32")(x), name="decoder")


def critic(latent_dim: int, units: Sequence[int], seeds: Seeds) -> keras.Model:
    """Build a critic (n, latent_dim) -> (n, 1) with leaky rectifiers and a float32 logit."""
    inputs = keras.Input((latent_dim,))
    x = inputs
    for width in units:
        x = keras.layers.Dense(width, kernel_initializer=seeds.he())(x)
        x = keras.layers.LeakyReLU(0.2)(x)
    logit = keras.layers.Dense(1, dtype="float32", kernel_initializer=seeds.glorot(), name="logit")(x)
    return keras.Model(inputs, logit, name="critic")


def classifier(latent_dim: int, n_outputs: int, seeds: Seeds) -> keras.Model:
    """Build a linear classifier (n, latent_dim) -> (n, n_outputs) with float32 logits."""
    inputs = keras.Input((latent_dim,))
    logits = keras.layers.Dense(n_outputs, dtype="float32", kernel_initializer=seeds.glorot(), name="logits")(inputs)
    return keras.Model(inputs, logits, name="classifier")
