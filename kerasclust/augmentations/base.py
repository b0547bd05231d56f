"""What every augmentation shares: a seed of its own, float32, and the shape of the samples kept."""

import keras
import numpy as np
from keras import ops

from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.standardization import mean_and_variance


class Augmentation(FrontEnd):
    """A layer that changes each sample at random: raw (batch, ...) -> (batch, ...) of the same shape.

    A subclass defines `transform`. One that needs to know how much the data varies sets `learns`; its `deviation` then
    holds the standard deviation of each feature, or of each channel of a sequence, once `adapt` was called.

    Args:
        name: name of the layer.
    """

    learns = False

    def __init__(self, name: str | None = None):
        super().__init__(name=name)
        self.random = keras.random.SeedGenerator(0)

    def build(self, input_shape):
        """Create the state for samples of a shape (None, ...)."""
        super().build(input_shape)
        if self.learns:
            self.deviation = self.add_state("deviation", input_shape[-1:], "ones")

    def adapt_batches(self, batches: Batches) -> None:
        """Measure the deviation of the last axis, over everything else."""
        flat = batches.map(lambda batch: ops.reshape(batch, (-1, batch.shape[-1])))
        self.deviation.assign(np.sqrt(mean_and_variance(flat)[1]))

    def compute_output_shape(self, input_shape):
        """Shape of the output: that of the input."""
        return tuple(input_shape)


@keras.saving.register_keras_serializable(package="kerasclust")
class Chain(Augmentation):
    """Augmentations one after the other.

    Args:
        layers: `Augmentation` layers, or Keras layers that are random in training, such as `keras.layers.RandomFlip`.
        name: name of the layer.

    Example:
        >>> import numpy as np
        >>> from kerasclust.augmentations import SwapNoise
        >>> Chain([SwapNoise(), keras.layers.GaussianNoise(0.1)])(np.zeros((4, 3))).shape
        TensorShape([4, 3])
    """

    def __init__(self, layers, name: str | None = None):
        super().__init__(name=name)
        self.layers = list(layers)
        self.learns = any(getattr(layer, "learns", False) for layer in self.layers)

    def build(self, input_shape):
        """Build every layer for samples of a shape (None, ...)."""
        FrontEnd.build(self, input_shape)
        for layer in self.layers:
            if isinstance(layer, FrontEnd):
                layer.build_once(input_shape)
            if layer.compute_output_shape(input_shape) != tuple(input_shape):
                raise InputError(f"{type(layer).__name__} changes the shape {tuple(input_shape[1:])} of a sample.")

    def adapt_batches(self, batches: Batches) -> None:
        """Let the layers learn from the samples as they are."""
        for layer in self.layers:
            if isinstance(layer, FrontEnd):
                layer.adapt_to(batches)

    def reseed(self, seed):
        """Start the random numbers of all layers anew, so that the same seed gives the same samples."""
        for number, generator in enumerate(self._generators()):
            generator.state.assign([seed, number])

    def skip(self, draws, x):
        """Leave out the random numbers of so many draws, each of which takes as many as one for samples x (b, ...)."""
        before = [ops.convert_to_numpy(generator.state) for generator in self._generators()]
        self(x)
        for generator, start in zip(self._generators(), before, strict=True):
            taken = ops.convert_to_numpy(generator.state) - start
            generator.state.assign(start + draws * taken)

    def _generators(self):
        return [
            value
            for layer in self._flatten_layers()
            for value in vars(layer).values()
            if isinstance(value, keras.random.SeedGenerator)
        ]

    def transform(self, x):
        """Samples (b, ...) that went through all layers."""
        for layer in self.layers:
            x = layer(x) if isinstance(layer, FrontEnd) else layer(x, training=True)
        return x

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "layers": [keras.saving.serialize_keras_object(layer) for layer in self.layers]}

    @classmethod
    def from_config(cls, config):
        """Chain from the result of `get_config`."""
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})
