"""Views by nearest neighbors, for samples of which nobody knows what may change."""

from typing import Any

import keras

from kerasclust.augmentations.base import Augmentation
from kerasclust.types import Tensor

N_NEIGHBORS = 10


@keras.saving.register_keras_serializable(package="kerasclust")
class Neighbors(Augmentation):
    """Views of a sample's nearest neighbors in place of views of the sample.

    A view needs all samples, so this layer itself changes nothing, and training takes the neighbors. Other layers of
    the chain change the neighbor.

    Args:
        number: number of nearest neighbors of which a view takes one; all others for fewer samples.
        name: name of the layer.
    """

    def __init__(self, number: int = N_NEIGHBORS, name: str | None = None) -> None:
        super().__init__(name=name)
        self.n_neighbors = number

    def transform(self, x: Tensor) -> Tensor:
        """Return x."""
        return x

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "number": self.n_neighbors}
