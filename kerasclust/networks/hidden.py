"""Hidden layers, with or without batch normalisation."""

import keras

from kerasclust.distribution import n_replicas


def rectified(layer, x, normalised):
    """What a layer makes of x, normalised over the batch (that of all replicas) if asked for, and rectified.

    Args:
        layer: Keras layer without activation.
        x: symbolic tensor.
        normalised: whether batch normalisation stands between the layer and its rectifier.
    """
    if not normalised:
        layer.activation = keras.activations.relu
        return layer(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization(synchronized=n_replicas() > 1)(layer(x)))
