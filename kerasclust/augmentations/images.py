"""Random changes of images: where and how large things are, and how bright."""

import math

import keras
from keras import ops

from kerasclust.augmentations.base import Augmentation

LUMA = (0.299, 0.587, 0.114)  # what red, green and blue add to the brightness of a pixel (ITU-R BT.601)


def looked_up(x, to_x, to_y):
    """Images (b, height, width, channels) of which pixel (column, row) is that of x at a place computed from both.

    Args:
        x: images (b, height, width, channels); beyond the edge they go on with its pixels.
        to_x: what the place is multiples of column, row and 1, three times (b,).
        to_y: the same of its row.
    """
    zeros = ops.zeros_like(to_x[0])
    return ops.image.affine_transform(x, ops.stack([*to_x, *to_y, zeros, zeros], axis=1), fill_mode="nearest")


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
        return looked_up(x, (cos, -sin, from_x), (sin, cos, from_y))

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "rotation": self.rotation, "shift": self.shift, "zoom": self.zoom}


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomResizedCrop(Augmentation):
    """A part of each image, made as large as the whole: things are nearer, elsewhere and of another width.

    Args:
        scale: smallest area of a part, as a share of the image's.
        ratio: largest ratio of the sides of a part, in units of the image's.
        name: name of the layer.

    Input and output: (batch, height, width, channels).

    Reference:
        X. Ji, J. Henriques, A. Vedaldi, "Invariant information clustering", ICCV 2019, section 4.1; DANCE paper,
        section II, on DCCS: "cropping, aspect-ratio changes".

    Example:
        >>> import numpy as np
        >>> RandomResizedCrop()(np.ones((2, 8, 8, 1))).shape
        TensorShape([2, 8, 8, 1])
    """

    def __init__(self, scale=0.4, ratio=4 / 3, name: str | None = None):
        super().__init__(name=name)
        self.scale, self.ratio = scale, ratio

    def transform(self, x):
        """Images (b, height, width, channels), each a part of the one given."""
        n, height, width = ops.shape(x)[0], x.shape[1], x.shape[2]
        area, tall, right, down = (keras.random.uniform((n,), seed=self.random) for _ in range(4))
        area, ratio = self.scale + (1.0 - self.scale) * area, self.ratio ** (2.0 * tall - 1.0)
        wide, high = ops.minimum(ops.sqrt(area * ratio), 1.0), ops.minimum(ops.sqrt(area / ratio), 1.0)
        left, top = right * (1.0 - wide) * (width - 1), down * (1.0 - high) * (height - 1)
        zeros = ops.zeros_like(wide)
        return looked_up(x, (wide, zeros, left), (zeros, high, top))

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "scale": self.scale, "ratio": self.ratio}


@keras.saving.register_keras_serializable(package="kerasclust")
class ColorJitter(Augmentation):
    """Changes brightness, contrast and saturation of each image: light and ink say little about what is seen.

    Each is a mixture of the image and one without it: black, which is 0; its own mean; its gray version. Values may
    leave the range that they had.

    Args:
        brightness: largest change of the image's share, either way.
        contrast: the same of contrast.
        saturation: the same of saturation, for images of three channels, which are red, green and blue.
        name: name of the layer.

    Input and output: (batch, height, width, channels).

    Reference:
        As `RandomResizedCrop`; in IIC's published experiments all three are 0.4.
    """

    def __init__(self, brightness=0.4, contrast=0.4, saturation=0.4, name: str | None = None):
        super().__init__(name=name)
        self.brightness, self.contrast, self.saturation = brightness, contrast, saturation

    def transform(self, x):
        """Images (b, height, width, channels), each in a light of its own."""
        x = gray = self.mixed(x, 0.0, self.brightness)
        if x.shape[-1] == len(LUMA):
            gray = ops.sum(x * ops.array(LUMA), axis=-1, keepdims=True)
            x = self.mixed(x, gray, self.saturation)  # of the same gray
        return self.mixed(x, ops.mean(gray, axis=(1, 2, 3), keepdims=True), self.contrast)

    def mixed(self, x, without, amount):
        """Images whose difference from those without something is changed by a share of at most `amount`."""
        share = 1.0 + amount * keras.random.uniform((ops.shape(x)[0], 1, 1, 1), -1.0, 1.0, seed=self.random)
        return without + share * (x - without)

    def get_config(self):
        """Constructor arguments."""
        amounts = {"brightness": self.brightness, "contrast": self.contrast, "saturation": self.saturation}
        return {**super().get_config(), **amounts}
