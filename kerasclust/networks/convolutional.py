"""Convolutional encoder and decoder for sequences (one axis) and images (two axes)."""

import math
from collections.abc import Sequence
from functools import partial

import keras

from kerasclust.networks.hidden import rectified
from kerasclust.networks.missing import FillMissing
from kerasclust.networks.seeds import Seeds

LAST = {"data_format": "channels_last"}  # also where keras.json puts channels first
LAYERS = {
    1: (partial(keras.layers.Conv1D, **LAST), partial(keras.layers.Conv1DTranspose, **LAST), keras.layers.Cropping1D),
    2: tuple(
        partial(layer, **LAST) for layer in (keras.layers.Conv2D, keras.layers.Conv2DTranspose, keras.layers.Cropping2D)
    ),
}


def encoder(
    input_shape: tuple[int, ...], latent_dim: int, filters: Sequence[int], seeds: Seeds, normalized: bool = False
) -> keras.Model:
    """Build an encoder of convolutions with stride 2 and a linear float32 layer.

    Missing values (NaN) become 0 first.

    Args:
        input_shape: shape of one sample, (steps, channels) or (height, width, channels).
        latent_dim: number of latent dimensions d.
        filters: filters of each convolution, from input to latent space.
        seeds: initializers of the layers.
        normalized: insert batch normalization between each convolution and its rectifier.

    Returns:
        Keras model (n, *input_shape) -> (n, d).
    """
    convolution = LAYERS[len(input_shape) - 1][0]
    inputs = keras.Input(input_shape)
    x = FillMissing()(inputs)
    for width in filters:
        layer = convolution(width, 5, 2, padding="same", kernel_initializer=seeds.he())
        x = rectified(layer, x, normalized)
    x = keras.layers.Flatten(**LAST)(x)
    z = keras.layers.Dense(latent_dim, dtype="float32", kernel_initializer=seeds.glorot(), name="latent")(x)
    return keras.Model(inputs, z, name="encoder")


def decoder(output_shape: tuple[int, ...], latent_dim: int, filters: Sequence[int], seeds: Seeds) -> keras.Model:
    """Build the mirror of `encoder` from transposed convolutions.

    Args:
        output_shape: shape of one sample. The grid is a multiple of 2^len(filters) and cropped to this shape.
        latent_dim: number of latent dimensions d.
        filters: filters of the encoder's convolutions, from input to latent space.
        seeds: initializers of the layers.

    Returns:
        Keras model (n, d) -> (n, *output_shape), float32.
    """
    _, transposed, cropping = LAYERS[len(output_shape) - 1]
    *sides, channels = output_shape
    grid = [math.ceil(side / 2 ** len(filters)) for side in sides]
    inputs = keras.Input((latent_dim,))
    x = keras.layers.Dense(math.prod(grid) * filters[-1], activation="relu", kernel_initializer=seeds.he())(inputs)
    x = keras.layers.Reshape((*grid, filters[-1]))(x)
    for width in filters[-2::-1]:
        x = transposed(width, 5, 2, padding="same", activation="relu", kernel_initializer=seeds.he())(x)
    x = transposed(channels, 5, 2, padding="same", dtype="float32", kernel_initializer=seeds.glorot())(x)
    excess = [(0, size * 2 ** len(filters) - side) for size, side in zip(grid, sides, strict=True)]
    if any(end for _, end in excess):
        x = cropping(excess[0] if len(excess) == 1 else tuple(excess), dtype="float32")(x)
    return keras.Model(inputs, x, name="decoder")
