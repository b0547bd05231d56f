"""Random affine maps of images."""

import math

import keras
from keras import ops

from kerasclust.augmentations.base import Augmentation


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomAffine(Augmentation):
    """Rotates, shifts and zooms each image by amounts of its own, in one interpolation.

    Beyond its edge an image goes on with the pixels of the edge: a border of another brightness would be what differs
    most between views, where the background is not black.

    Args:
        rotation: largest rotation, in degrees, either way.
        shift: largest shift, as a share of height and width, either way.
        zoom: largest change of size, as a share of it, either way.
        name: name of the layer.

    Input and output: (batch, height, width, channels).

    Reference:
        ACe/DeC paper, section 2.2: "random rotation and shifts".

    Example:
        >>> import numpy as np
        >>> RandomAffine()(np.ones((2, 8, 8, 1))).shape
        TensorShape([2, 8, 8, 1])
    """

    def __init__(self, rotation=16.0, shift=0.1, zoom=0.1, name: str | None = None):
        super().__init__(name=name)
        self.rotation, self.shift, self.zoom = rotation, shift, zoom

    def transform(self, x):
        """Images (b, height, width, channels), each moved by a map of its own."""
        n, height, width = ops.shape(x)[0], x.shape[1], x.shape[2]
        turn, down, right, size = (keras.random.uniform((n,), -1.0, 1.0, seed=self.random) for _ in range(4))
        angle, size = math.radians(self.rotation) * turn, 1.0 + self.zoom * size
        cos, sin = ops.cos(angle) * size, ops.sin(angle) * size
        # Where the output's pixel (column, row) comes from: turned and zoomed about the middle, then shifted.
        middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
        from_x = middle_x - cos * middle_x + sin * middle_y + self.shift * width * right
        from_y = middle_y - sin * middle_x - cos * middle_y + self.shift * height * down
        zeros = ops.zeros_like(cos)
        maps = ops.stack([cos, -sin, from_x, sin, cos, from_y, zeros, zeros], axis=1)
        return ops.image.affine_transform(x, maps, fill_mode="nearest")

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "rotation": self.rotation, "shift": self.shift, "zoom": self.zoom}
