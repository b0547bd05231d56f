"""Random changes of feature vectors."""

from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

from kerasclust.augmentations.base import Augmentation
from kerasclust.augmentations.sequences import Jitter
from kerasclust.frontends.batches import Batches
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class FeatureNoise(Jitter):
    """Gaussian noise on every feature.

    Args:
        amount: standard deviation of the noise, in standard deviations of the feature.
        without: columns that get no noise, such as numbers of categories.
        name: name of the layer.

    Input and output: (batch, features).
    """

    def __init__(self, amount: float = 0.1, without: Iterable[int] = (), name: str | None = None) -> None:
        super().__init__(amount, name=name)
        self.without = sorted(without)

    def adapt_batches(self, batches: Batches) -> None:
        """Set the deviation of each feature, 0 for columns that get no noise."""
        super().adapt_batches(batches)
        deviation = self.deviation.numpy()
        deviation[self.without] = 0.0
        self.deviation.assign(deviation)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "without": self.without}


@keras.saving.register_keras_serializable(package="kerasclust")
class SwapNoise(Augmentation):
    """Random swap of features for the same features of other samples in the batch.

    Every value remains a value of the data.

    Args:
        share: share of the features that are replaced.
        name: name of the layer.

    Input and output: (batch, features).

    Example:
        >>> import numpy as np
        >>> x = np.arange(8.0).reshape(4, 2)
        >>> set(np.asarray(SwapNoise(1.0)(x))[:, 0].tolist()) <= {0.0, 2.0, 4.0, 6.0}
        True
    """

    def __init__(self, share: float = 0.1, name: str | None = None) -> None:
        super().__init__(name=name)
        self.share = share

    def transform(self, x: Tensor) -> Tensor:
        """Return samples (b, features) with some features of other samples."""
        n, width = ops.shape(x)[0], x.shape[1]
        other = keras.random.randint((n, width), 0, n, seed=self.random)
        swapped = keras.random.uniform((n, width), seed=self.random) < self.share
        return ops.where(swapped, ops.take_along_axis(x, other, axis=0), x)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "share": self.share}
