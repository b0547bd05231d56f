"""The autoencoder that is trained one layer at a time, then as a whole: DEC's own pretraining."""

from types import MappingProxyType

import keras
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import scaled
from kerasclust.compute.optimizers import reset
from kerasclust.data.pipeline import Samples, in_batches
from kerasclust.errors import InputError
from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.parts.checks import share
from kerasclust.networks.build import DENSE


@keras.saving.register_keras_serializable(package="kerasclust")
class StackedAutoencoder(Autoencoder):
    """Dense layers trained greedily, each to restore corrupted outputs of the layers below, then all together.

    Phases: "layerwise" (each pair of an encoder layer and its mirror in the decoder), "pretrain" (the whole
    autoencoder, without corruption).

    Args:
        corruption: share of a layer's inputs, and of its outputs, that are dropped in "layerwise".
        **shared: settings of `RepresentationModel`; the network is dense.

    Raises:
        InputError: another network than a dense one.

    Reference:
        J. Xie, R. Girshick, A. Farhadi, "Unsupervised deep embedding for clustering analysis", ICML 2016, section 3.2.

    Example:
        >>> StackedAutoencoder(latent_dim=2).phase_names
        ('layerwise', 'pretrain')
    """

    phase_names = ("layerwise", "pretrain")
    auto_updates = MappingProxyType({"layerwise": 1000, "pretrain": 3000})

    def __init__(self, *, corruption=0.2, network="dense", **shared):
        super().__init__(network=network, **shared)
        if network not in DENSE:
            raise InputError(f"StackedAutoencoder is made of dense layers; found network={network!r}.")
        self.corruption = share("corruption", corruption)

    def run_layerwise(self, runner, seed, state):
        """Train one pair of layers after the other, on what the layers below make of the samples."""
        below = runner.samples.x.reshape(len(runner.samples), -1)
        for number, (down, up) in enumerate(self.pairs()):
            reset(self.optimizer)
            samples = Samples(below, self.batch_size)
            epochs = self.epochs_of("layerwise", samples)
            runner.train(
                "layerwise",
                samples,
                epochs,
                self.steering(samples, epochs),
                seed + number,
                step=self.pair_step(down, up),
            )
            below = in_batches(down, below)
        reset(self.optimizer)

    def pairs(self):
        """(encoder layer, its mirror in the decoder), from the input to the latent space."""
        downs = [layer for layer in self.encoder.layers if isinstance(layer, keras.layers.Dense)]
        ups = [layer for layer in self.decoder.layers if isinstance(layer, keras.layers.Dense)]
        return list(zip(downs, reversed(ups), strict=True))

    def pair_step(self, down, up):
        """The training step of one pair: inputs h of `down` restored from what is left of them."""
        variables = [*down.trainable_variables, *up.trainable_variables]

        def step(index, h, view):
            with tf.GradientTape() as tape:
                hidden = down(keras.random.dropout(h, self.corruption, seed=self.noise))
                restored = up(keras.random.dropout(hidden, self.corruption, seed=self.noise))
                loss = ops.mean((h - ops.cast(restored, h.dtype)) ** 2)
                share = scaled(self.optimizer, loss)
            return self.descend(tape, share, variables, {"loss": loss, "reconstruction_loss": loss})

        return step
