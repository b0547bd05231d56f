"""Hidden layers, with or without batch normalization."""

import keras

from kerasclust.compute.distribution import n_replicas
from kerasclust.types import Tensor


def rectified(layer: keras.layers.Layer, x: Tensor, normalized: bool) -> Tensor:
    """Apply a layer, optional batch normalization and a rectifier.

    Args:
        layer: Keras layer without activation.
        x: symbolic tensor.
        normalized: insert batch normalization, over the batch of all replicas.
    """
    if not normalized:
        layer.activation = keras.activations.relu
        return layer(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization(synchronized=n_replicas() > 1)(layer(x)))
