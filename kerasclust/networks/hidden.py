"""Hidden layers, with or without batch normalization."""

import keras

from kerasclust.compute.distribution import n_replicas


def rectified(layer, x, normalized):
    """What a layer makes of x, normalized over the batch (that of all replicas) if asked for, and rectified.

    Args:
        layer: Keras layer without activation.
        x: symbolic tensor.
        normalized: whether batch normalization stands between the layer and its rectifier.
    """
    if not normalized:
        layer.activation = keras.activations.relu
        return layer(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization(synchronized=n_replicas() > 1)(layer(x)))
