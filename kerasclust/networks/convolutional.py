"""Convolutional encoder and decoder for sequences (one axis) and images (two axes)."""

import math

import keras

from kerasclust.networks.hidden import rectified

LAYERS = {
    1: (keras.layers.Conv1D, keras.layers.Conv1DTranspose, keras.layers.Cropping1D),
    2: (keras.layers.Conv2D, keras.layers.Conv2DTranspose, keras.layers.Cropping2D),
}


def encoder(input_shape, latent_dim, filters, seeds, normalized=False):
    """Convolutions of stride 2 that double the reach at each layer, then one linear layer to (latent_dim,), float32."""
    convolution = LAYERS[len(input_shape) - 1][0]
    inputs = x = keras.Input(input_shape)
    for width in filters:
        layer = convolution(width, 5, 2, padding="same", kernel_initializer=seeds.he())
        x = rectified(layer, x, normalized)
    x = keras.layers.Flatten()(x)
    z = keras.layers.Dense(latent_dim, dtype="float32", kernel_initializer=seeds.glorot(), name="latent")(x)
    return keras.Model(inputs, z, name="encoder")


def decoder(output_shape, latent_dim, filters, seeds):
    """Mirror of `encoder`: transposed convolutions from the coarsest grid, cropped to output_shape, float32."""
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
