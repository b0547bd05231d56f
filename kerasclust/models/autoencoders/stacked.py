"""Autoencoder trained layer by layer and then as a whole: the pretraining of DEC."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras

from kerasclust.compute.gradients import Tape
from kerasclust.compute.missing import filled
from kerasclust.compute.optimizers import reset
from kerasclust.data.pipeline import Samples, in_batches
from kerasclust.errors import InputError
from kerasclust.losses import observed_mean_squared_error
from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.checks import share
from kerasclust.models.settings import OF_AUTOENCODERS, Setting, with_defaults
from kerasclust.networks.build import DENSE
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class StackedAutoencoder(Autoencoder):
    """Autoencoder of dense layers that are trained one pair at a time, then together.

    Phases: "layerwise" (each pair of an encoder layer and its mirror in the decoder), "pretrain" (the whole
    autoencoder, without corruption). Each pair restores its corrupted inputs, the outputs of the layers below.

    Raises:
        InputError: the network is not dense.

    Reference:
        J. Xie, R. Girshick, A. Farhadi, "Unsupervised deep embedding for clustering analysis", ICML 2016, section 3.2.

    Example:
        >>> StackedAutoencoder(latent_dim=2).phase_names
        ('layerwise', 'pretrain')
    """

    takes = (
        *with_defaults(OF_AUTOENCODERS, network="dense"),
        Setting(
            "corruption", 0.2, share, 'share of a layer\'s inputs, and of its outputs, that are dropped in "layerwise"'
        ),
    )

    def set_up(self, values: dict[str, Any]) -> None:
        """Check that the network is dense.

        Raises:
            InputError: it is not.
        """
        super().set_up(values)
        if self.network not in DENSE:
            raise InputError(f"StackedAutoencoder is made of dense layers; found network={self.network!r}.")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Layerwise training and pretraining."""
        return (Phase("layerwise", before=self.train_layers, repeated=True), self.pretraining())

    def train_layers(self, run: Run) -> None:
        """Train one pair of layers after the other, on the outputs of the layers below."""
        below = run.samples.x.reshape(len(run.samples), -1)
        for number, (down, up) in enumerate(self.pairs()):
            reset(self.optimizer)
            phase = Phase("layerwise", self.pair_step(down, up), updates=1000, steers=self.steered())
            run.train(phase, Samples(below, self.batch_size), run.seed + number)
            below = in_batches(partial(outputs_of, down), below)
        reset(self.optimizer)

    def pairs(self) -> list[tuple[keras.layers.Dense, keras.layers.Dense]]:
        """Return (encoder layer, its mirror in the decoder), from the input to the latent space."""
        downs = [layer for layer in self.encoder.layers if isinstance(layer, keras.layers.Dense)]
        ups = [layer for layer in self.decoder.layers if isinstance(layer, keras.layers.Dense)]
        return list(zip(downs, reversed(ups), strict=True))

    def pair_step(
        self, down: keras.layers.Dense, up: keras.layers.Dense
    ) -> Callable[[Tensor, Tensor, Tensor], dict[str, Tensor]]:
        """Return the training step of one pair, which restores inputs h (b, m) after dropout.

        Args:
            down: layer of the encoder.
            up: its mirror in the decoder.
        """
        variables = [*down.trainable_variables, *up.trainable_variables]

        def step(index: Tensor, h: Tensor, view: Tensor) -> dict[str, Tensor]:
            with Tape() as tape:
                hidden = down(keras.random.dropout(filled(h), self.corruption, seed=self.noise))
                restored = up(keras.random.dropout(hidden, self.corruption, seed=self.noise))
                loss = observed_mean_squared_error(h, restored)
            tape.minimize((self.optimizer, loss, variables))
            return self.logs({"loss": loss, "reconstruction_loss": loss})

        return step


def outputs_of(layer: keras.layers.Layer, h: Tensor) -> Tensor:
    """Return the outputs (b, m) of a layer for inputs h (b, ...), whose missing values become 0."""
    return layer(filled(h))
