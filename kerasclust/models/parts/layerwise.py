"""Noisy and clean path through encoder and decoder, layer by layer, from DEPICT."""

import keras
from keras import ops

from kerasclust.compute.missing import filled
from kerasclust.errors import InputError
from kerasclust.losses import observed_mean_squared_error
from kerasclust.models.checks import share, weight
from kerasclust.models.settings import Setting
from kerasclust.types import Tensor

LAYERWISE = (
    Setting(
        "dropout",
        0.1,
        share,
        "share of the features and of the outputs of each hidden layer that the noisy path drops",
    ),
    Setting("layer_weight", 0.1, weight, "weight of the hidden layers' reconstruction"),
)


class LayerwisePaths:
    """Noisy and clean path of an autoencoder.

    The noisy path drops a share of the features and of the outputs of each hidden layer. The decoder decodes its latent
    points. Each hidden layer of the decoder is compared with the same layer of the clean path.

    Args:
        encoder: Keras model, a chain of layers.
        decoder: Keras model, a chain of as many layers.
        dropout: share that the noisy path drops.

    Raises:
        InputError: encoder and decoder have different numbers of layers, or are no chains.

    Reference:
        K. Ghasedi Dizaji, A. Herandi, C. Deng, W. Cai, H. Huang, "Deep clustering via joint convolutional autoencoder
        embedding and relative entropy minimization", ICCV 2017, section 3.2.
    """

    def __init__(self, encoder: keras.Model, decoder: keras.Model, dropout: float) -> None:
        self.encoding, self.decoding, self.dropout = stages(encoder), stages(decoder), dropout
        if len(self.encoding) != len(self.decoding):
            raise InputError(
                "The layers of decoder and encoder are compared: the function given as network has to return as many "
                f"of them, not {len(self.decoding)} and {len(self.encoding)}."
            )

    def dropped(self, x: Tensor, noise: keras.random.SeedGenerator) -> Tensor:
        """Return x (b, ...) after dropout: a share of its values is 0, the others are scaled up."""
        return keras.random.dropout(x, self.dropout, seed=noise)

    def clean_path(self, x: Tensor) -> list[Tensor]:
        """Return x (b, ...) and the outputs of the hidden layers: z^0 to z^(L-1)."""
        outputs = [filled(x)]
        for layer in self.encoding[:-1]:
            outputs.append(layer(outputs[-1], training=True))
        return outputs

    def noisy_path(self, view: Tensor, noise: keras.random.SeedGenerator) -> Tensor:
        """Return latent points (b, d) of features (b, ...), with dropout before each layer."""
        view = filled(view)
        for layer in self.encoding:
            view = layer(self.dropped(view, noise), training=True)
        return view

    def decoded_path(self, z: Tensor) -> list[Tensor]:
        """Return the outputs of the decoder's layers for z (b, d), from z^0 to z^(L-1)."""
        outputs = [z]
        for layer in self.decoding:
            outputs.append(layer(outputs[-1], training=True))
        return outputs[:0:-1]

    def autoencode(
        self, x: Tensor, view: Tensor, noise: keras.random.SeedGenerator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the noisy path, and the losses of features and hidden layers."""
        z = self.noisy_path(view, noise)
        errors = [
            observed_mean_squared_error(clean, shaped_like(clean, decoded))
            for clean, decoded in zip([x, *self.clean_path(x)[1:]], self.decoded_path(z), strict=True)
        ]
        return z, {"reconstruction_loss": errors[0], "layer_loss": sum(errors[1:], start=ops.zeros(()))}


def layerwise_objective(layer_weight: float, losses: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum of the reconstruction losses of all layers.

    Each loss is a squared error divided by the size |z^l| of the layer.
    """
    return losses["reconstruction_loss"] + layer_weight * losses["layer_loss"]


def stages(network: keras.Model) -> list[keras.Sequential]:
    """Divide a network into successive parts, each with one layer that has weights.

    Args:
        network: Keras model, a chain of layers.

    Returns:
        List of `keras.Sequential`.

    Raises:
        InputError: the network is not a chain of layers.
    """
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not _is_chain(network, layers):
        raise InputError(
            "The layers of decoder and encoder are compared: the function given as network has to return Sequential or "
            "functional Keras models in which each layer follows the one before."
        )
    parts: list[list[keras.layers.Layer]] = [[]]
    for layer in layers:
        if layer.weights and any(before.weights for before in parts[-1]):
            parts.append([])
        parts[-1].append(layer)
    return [keras.Sequential(part) for part in parts]


def _is_chain(network: keras.Model, layers: list[keras.layers.Layer]) -> bool:
    """Return True if each layer of a model gets the output of the layer before."""
    if not layers or not getattr(network, "inputs", None) or len(network.inputs) != 1:
        return False
    try:
        seen = [network.inputs[0], *(layer.output for layer in layers)]
        return all(layer.input is before for layer, before in zip(layers, seen, strict=False))
    except (AttributeError, ValueError):  # a layer that is used twice has no one input
        return False


def shaped_like(clean: Tensor, decoded: Tensor) -> Tensor:
    """Return a decoded layer (b, ...) in the shape of the clean layer, cropped if larger."""
    if decoded.shape[1:] == clean.shape[1:]:
        return decoded
    if len(decoded.shape) != len(clean.shape):
        return ops.reshape(decoded, ops.shape(clean))
    return decoded[(slice(None), *(slice(size) for size in clean.shape[1:]))]
