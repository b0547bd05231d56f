"""The autoencoder whose decoder restores every layer of the encoder, from corrupted layers: DEPICT's."""

import keras
from keras import ops

from kerasclust.errors import InputError
from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.checks import share, weight


class LayerwiseDenoising:
    """What DEPICT's noisy and clean path add to an autoencoder: a mixin before the model's class.

    The noisy path drops a share of the features and of the outputs of each hidden layer; what it ends in is decoded.
    Each hidden layer of the decoder shall be what the same layer of the clean path is. A model calls `corrupt` in its
    constructor.

    Reference:
        K. Ghasedi Dizaji, A. Herandi, C. Deng, W. Cai, H. Huang, "Deep clustering via joint convolutional autoencoder
        embedding and relative entropy minimization", ICCV 2017, section 3.2.
    """

    def corrupt(self, dropout, layer_weight):
        """Keep the share that the noisy path drops, and the weight of the hidden layers' losses."""
        self.dropout = share("dropout", dropout)
        self.layer_weight = weight("layer_weight", layer_weight)

    def build_further(self):
        """The layers one by one: parts of encoder and decoder that end in one with weights."""
        super().build_further()
        # Their weights are those of encoder and decoder, which are saved.
        self.__dict__["encoding"], self.__dict__["decoding"] = stages(self.encoder), stages(self.decoder)
        if len(self.encoding) != len(self.decoding):
            raise InputError(
                f"{type(self).__name__} compares the layers of decoder and encoder: the function given as network has "
                f"to return as many of them, not {len(self.decoding)} and {len(self.encoding)}."
            )

    def dropped(self, x):
        """x (b, ...) with a share of its values set to 0, and the others scaled up to the same mean."""
        return keras.random.dropout(x, self.dropout, seed=self.noise)

    def clean_path(self, x):
        """z^0 = x (b, ...) to z^(L-1): the features and the outputs of the hidden layers."""
        outputs = [x]
        for layer in self.encoding[:-1]:
            outputs.append(layer(outputs[-1], training=True))
        return outputs

    def noisy_path(self, view):
        """Latent points (b, d) of features (b, ...), by layers of which each sees what is left of the one before."""
        for layer in self.encoding:
            view = layer(self.dropped(view), training=True)
        return view

    def decoded_path(self, z):
        """What the latent points z (b, d) decode to, layer by layer: of z^0 first, of z^(L-1) last."""
        outputs = [z]
        for layer in self.decoding:
            outputs.append(layer(outputs[-1], training=True))
        return outputs[:0:-1]

    def autoencode(self, index, x, view):
        """z (b, d) of the noisy path of the views, and the losses of the features and of the hidden layers."""
        z = self.noisy_path(view)
        errors = [
            ops.mean(ops.cast(clean - shaped_like(clean, decoded), "float32") ** 2)
            for clean, decoded in zip(self.clean_path(x), self.decoded_path(z), strict=True)
        ]
        return z, {"reconstruction_loss": errors[0], "layer_loss": sum(errors[1:], start=ops.zeros(()))}

    def pretrain_objective(self, losses):
        """The reconstruction of all layers: each one's squared error over its size |z^l|, the hidden ones weighted."""
        return losses["reconstruction_loss"] + self.layer_weight * losses["layer_loss"]


def stages(network):
    """A network as one part after the other, of which each ends in a layer with weights.

    Args:
        network: Keras model, a chain of layers.

    Returns:
        List of `keras.Sequential`.

    Raises:
        InputError: it is not a chain.
    """
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not _is_chain(network, layers):
        raise InputError(
            "The layers of decoder and encoder are compared: the function given as network has to return Sequential or "
            "functional Keras models in which each layer follows the one before."
        )
    parts = [[]]
    for layer in layers:
        if layer.weights and any(before.weights for before in parts[-1]):
            parts.append([])
        parts[-1].append(layer)
    return [keras.Sequential(part) for part in parts]


def _is_chain(network, layers):
    """Whether a model feeds each of its layers with the output of the one before."""
    if not layers or not getattr(network, "inputs", None) or len(network.inputs) != 1:
        return False
    try:
        seen = [network.inputs[0], *(layer.output for layer in layers)]
        return all(layer.input is before for layer, before in zip(layers, seen, strict=False))
    except (AttributeError, ValueError):  # a layer that is used twice has no one input
        return False


def shaped_like(clean, decoded):
    """What was decoded (b, ...) in the shape of the layer that it stands for: cropped where that is smaller."""
    if decoded.shape[1:] == clean.shape[1:]:
        return decoded
    if len(decoded.shape) != len(clean.shape):
        return ops.reshape(decoded, ops.shape(clean))
    return decoded[(slice(None), *(slice(size) for size in clean.shape[1:]))]


@keras.saving.register_keras_serializable(package="kerasclust")
class LayerwiseAutoencoder(LayerwiseDenoising, Autoencoder):
    """Reconstructs features and hidden layers from what is left of them after a share was set to zero at random.

    Args:
        dropout: share of the features and of the outputs of each hidden layer that are dropped.
        layer_weight: weight of the hidden layers' losses.
        **shared: settings of `RepresentationModel`.

    Reference:
        DEPICT paper, section 3.2: the initialization of its autoencoder. The weight is that of the authors' program.

    Example:
        >>> LayerwiseAutoencoder(latent_dim=2, dropout=0.3).dropout
        0.3
    """

    loss_names = ("loss", "reconstruction_loss", "layer_loss")

    def __init__(self, *, dropout=0.1, layer_weight=0.1, **shared):
        super().__init__(**shared)
        self.corrupt(dropout, layer_weight)
