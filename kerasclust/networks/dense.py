"""Fully connected encoder and decoder."""

import keras

from kerasclust.networks.hidden import rectified


def _stack(x, units, seeds, normalized=False):
    for width in units:
        x = rectified(keras.layers.Dense(width, kernel_initializer=seeds.he()), x, normalized)
    return x


def encoder(input_shape, latent_dim, units, seeds, normalized=False):
    """Dense encoder: input of any shape, flattened -> (latent_dim,), linear and float32 at the end."""
    inputs = keras.Input(input_shape)
    x = _stack(keras.layers.Flatten()(inputs), units, seeds, normalized)
    z = keras.layers.Dense(latent_dim, dtype="float32", kernel_initializer=seeds.glorot(), name="latent")(x)
    return keras.Model(inputs, z, name="encoder")


def decoder(output_shape, latent_dim, units, seeds):
    """Mirror of `encoder`: (latent_dim,) -> output_shape, linear and float32 at the end."""
    inputs = keras.Input((latent_dim,))
    x = _stack(inputs, units[::-1], seeds)
    size = 1
    for side in output_shape:
        size *= side
    x = keras.layers.Dense(size, dtype="float32", kernel_initializer=seeds.glorot(), name="reconstruction")(x)
    return keras.Model(inputs, keras.layers.Reshape(output_shape, dtype="float32")(x), name="decoder")


def critic(latent_dim, units, seeds):
    """Critic: (latent_dim,) -> one float32 logit."""
    inputs = keras.Input((latent_dim,))
    x = inputs
    for width in units:
        x = keras.layers.Dense(width, kernel_initializer=seeds.he())(x)
        x = keras.layers.LeakyReLU(0.2)(x)
    logit = keras.layers.Dense(1, dtype="float32", kernel_initializer=seeds.glorot(), name="logit")(x)
    return keras.Model(inputs, logit, name="critic")


def classifier(latent_dim, n_outputs, seeds):
    """Classifier: (latent_dim,) -> (n_outputs,) float32 logits, linear."""
    inputs = keras.Input((latent_dim,))
    logits = keras.layers.Dense(n_outputs, dtype="float32", kernel_initializer=seeds.glorot(), name="logits")(inputs)
    return keras.Model(inputs, logits, name="classifier")
