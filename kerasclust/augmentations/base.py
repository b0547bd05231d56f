"""Base class of augmentations, and chains of augmentations."""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.standardization import mean_and_variance
from kerasclust.types import Tensor


class Augmentation(FrontEnd):
    """Layer that changes each raw sample at random and keeps its shape, in float32.

    Missing values (NaN) stay missing, and move with the values around them. The steps that end sequences of unequal
    length stay at the end.

    A subclass defines `transform`, with random numbers of `self.random`. A subclass that depends on the variation of
    the data sets `learns = True`. Then `adapt` sets `deviation`, the standard deviation of each feature or channel.

    Args:
        name: name of the layer.
    """

    learns = False
    takes_any_length = True
    is_random = True

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self.random = keras.random.SeedGenerator(0)

    def build(self, input_shape: Shape) -> None:
        """Create the state for samples of a shape (None, ...)."""
        super().build(input_shape)
        if self.learns:
            self.deviation = self.add_state("deviation", input_shape[-1:], "ones")

    def adapt_batches(self, batches: Batches) -> None:
        """Set the deviation of each feature or channel, over all other axes."""
        flat = batches.map(lambda batch: ops.reshape(batch, (-1, batch.shape[-1])))
        self.deviation.assign(np.sqrt(mean_and_variance(flat)[1]))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input shape."""
        return tuple(input_shape)


@keras.saving.register_keras_serializable(package="kerasclust")
class Chain(Augmentation):
    """Augmentations that are applied one after the other.

    Layers of Keras get missing values (NaN) as they are. Those that move or mix pixels may spread them.

    Args:
        layers: `Augmentation` layers, or Keras layers that are random in training, such as `keras.layers.RandomFlip`.
        name: name of the layer.

    Example:
        >>> import numpy as np
        >>> from kerasclust.augmentations import SwapNoise
        >>> Chain([SwapNoise(), keras.layers.GaussianNoise(0.1)])(np.zeros((4, 3))).shape
        TensorShape([4, 3])
    """

    def __init__(self, layers: Iterable[keras.layers.Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        self.layers = list(layers)
        self.learns = any(getattr(layer, "learns", False) for layer in self.layers)

    @property
    def n_neighbors(self) -> int:
        """Number of nearest neighbors of which a view takes one; 0 for views of the sample itself."""
        return max((getattr(layer, "n_neighbors", 0) for layer in self.layers), default=0)

    @property
    def changes(self) -> bool:
        """True if a layer changes samples."""
        return any(not getattr(layer, "n_neighbors", 0) for layer in self.layers)

    def build(self, input_shape: Shape) -> None:
        """Build every layer for samples of a shape (None, ...)."""
        FrontEnd.build(self, input_shape)
        input_shape = tuple(input_shape)  # a list, from a file
        for layer in self.layers:
            if isinstance(layer, FrontEnd):
                layer.build_once(input_shape)
            if tuple(layer.compute_output_shape(input_shape)) != input_shape:
                raise InputError(
                    f"{type(layer).__name__} changes the shape {input_shape[1:]} of a sample: use a layer that "
                    "keeps the shape."
                )

    def adapt_batches(self, batches: Batches) -> None:
        """Let the layers learn from the unchanged samples."""
        for layer in self.layers:
            if isinstance(layer, FrontEnd):
                layer.adapt_to(batches)

    def reseed(self, seed: int) -> None:
        """Reset the random state of all layers, so that the same seed gives the same samples."""
        for number, generator in enumerate(self._generators()):
            generator.state.assign([seed, number])

    def skip(self, draws: int, x: Tensor) -> None:
        """Advance the random state as if the chain had been called.

        Args:
            draws: number of calls to skip.
            x: samples (b, ...), an example of the inputs of a call.
        """
        before = [ops.convert_to_numpy(generator.state) for generator in self._generators()]
        self(x)
        for generator, start in zip(self._generators(), before, strict=True):
            taken = ops.convert_to_numpy(generator.state) - start
            generator.state.assign(start + draws * taken)

    def _generators(self) -> list[keras.random.SeedGenerator]:
        """Return the seed generators of all layers."""
        return [
            value
            for layer in self._flatten_layers()
            for value in vars(layer).values()
            if isinstance(value, keras.random.SeedGenerator)
        ]

    def transform(self, x: Tensor) -> Tensor:
        """Return samples (b, ...) after all layers."""
        for layer in self.layers:
            x = layer(x) if isinstance(layer, FrontEnd) else layer(x, training=True)
        return x

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "layers": [keras.saving.serialize_keras_object(layer) for layer in self.layers]}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Chain":
        """Create the chain from the result of `get_config`."""
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})
