"""Random changes of images: position, size and color."""

import math
from typing import Any, TypeAlias

import keras
from keras import ops

from kerasclust.augmentations.base import Augmentation
from kerasclust.compute.missing import filled, is_complete, missing_where
from kerasclust.compute.portable import shortcut
from kerasclust.frontends.observed import observed, observed_mean
from kerasclust.types import Tensor

LUMA = (0.299, 0.587, 0.114)  # weights of red, green and blue in the brightness of a pixel (ITU-R BT.601)

Coefficients: TypeAlias = tuple[Tensor, Tensor, Tensor]


def looked_up(x: Tensor, to_x: Coefficients, to_y: Coefficients) -> Tensor:
    """Transform images by an affine map of pixel coordinates.

    Each pixel of the result is interpolated from `x` at a place that is a linear function of its column and row. It is
    missing (NaN) if the missing pixels around that place count for more than half.

    Args:
        x: images (b, height, width, channels). Beyond an edge the pixels of the edge are repeated.
        to_x: column of the place: its factors of column and row, and its constant, each (b,).
        to_y: row of the place: its factors of column and row, and its constant, each (b,).

    Returns:
        Images (b, height, width, channels).
    """
    zeros = ops.zeros_like(to_x[0])
    transform = ops.stack([*to_x, *to_y, zeros, zeros], axis=1)

    def moved(x: Tensor) -> Tensor:
        return ops.image.affine_transform(x, transform, fill_mode="nearest", data_format="channels_last")

    def of_observed() -> Tensor:
        share = moved(observed(x))
        return missing_where(share < 0.5, moved(filled(x)) / ops.maximum(share, 0.5))

    return shortcut(is_complete(x), lambda: moved(x), of_observed)


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomAffine(Augmentation):
    """Rotation, shift and zoom of each image by random amounts, in one interpolation.

    Beyond an edge the pixels of the edge are repeated. On a background that is not black, a black border would be the
    largest difference between views.

    Args:
        rotation: largest rotation, in degrees, either way.
        shift: largest shift, as a share of height and width, either way.
        zoom: largest change of size, as a share of the size, either way.
        name: name of the layer.

    Input and output: (batch, height, width, channels).

    Reference:
        ACe/DeC paper, section 2.2: "random rotation and shifts".

    Example:
        >>> import numpy as np
        >>> RandomAffine()(np.ones((2, 8, 8, 1))).shape
        TensorShape([2, 8, 8, 1])
    """

    def __init__(self, rotation: float = 16.0, shift: float = 0.1, zoom: float = 0.1, name: str | None = None) -> None:
        super().__init__(name=name)
        self.rotation, self.shift, self.zoom = rotation, shift, zoom

    def transform(self, x: Tensor) -> Tensor:
        """Return images (b, height, width, channels), each moved by a random map."""
        n, height, width = ops.shape(x)[0], x.shape[1], x.shape[2]
        turn, down, right, size = (keras.random.uniform((n,), -1.0, 1.0, seed=self.random) for _ in range(4))
        angle, size = math.radians(self.rotation) * turn, 1.0 + self.zoom * size
        cos, sin = ops.cos(angle) * size, ops.sin(angle) * size
        # The map from the output's pixel (column, row): rotation and zoom about the middle, then the shift.
        middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
        from_x = middle_x - cos * middle_x + sin * middle_y + self.shift * width * right
        from_y = middle_y - sin * middle_x - cos * middle_y + self.shift * height * down
        return looked_up(x, (cos, -sin, from_x), (sin, cos, from_y))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "rotation": self.rotation, "shift": self.shift, "zoom": self.zoom}


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomResizedCrop(Augmentation):
    """Random part of each image, resized to the full size.

    Objects change size, position and aspect ratio.

    Args:
        scale: smallest area of a part, as a share of the area of the image.
        ratio: largest aspect ratio of a part, relative to the aspect ratio of the image.
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

    def __init__(self, scale: float = 0.4, ratio: float = 4 / 3, name: str | None = None) -> None:
        super().__init__(name=name)
        self.scale, self.ratio = scale, ratio

    def transform(self, x: Tensor) -> Tensor:
        """Return a part of each image, (b, height, width, channels)."""
        n, height, width = ops.shape(x)[0], x.shape[1], x.shape[2]
        area, tall, right, down = (keras.random.uniform((n,), seed=self.random) for _ in range(4))
        area, ratio = self.scale + (1.0 - self.scale) * area, self.ratio ** (2.0 * tall - 1.0)
        wide, high = ops.minimum(ops.sqrt(area * ratio), 1.0), ops.minimum(ops.sqrt(area / ratio), 1.0)
        left, top = right * (1.0 - wide) * (width - 1), down * (1.0 - high) * (height - 1)
        zeros = ops.zeros_like(wide)
        return looked_up(x, (wide, zeros, left), (zeros, high, top))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "scale": self.scale, "ratio": self.ratio}


@keras.saving.register_keras_serializable(package="kerasclust")
class ColorJitter(Augmentation):
    """Random brightness, saturation and contrast of each image.

    Each of the three changes scales the difference between the image and another image by a random factor near 1. The
    other image is black (0) for brightness, the gray image for saturation, and the mean gray for contrast. Values may
    leave the range of the image.

    Args:
        brightness: largest deviation of the factor of brightness from 1, either way.
        contrast: largest deviation of the factor of contrast from 1, either way.
        saturation: largest deviation of the factor of saturation from 1, either way. It applies to images with three
            channels, red, green and blue.
        name: name of the layer.

    Input and output: (batch, height, width, channels).

    Reference:
        See `RandomResizedCrop`. In IIC's published experiments all three deviations are 0.4.
    """

    def __init__(
        self, brightness: float = 0.4, contrast: float = 0.4, saturation: float = 0.4, name: str | None = None
    ) -> None:
        super().__init__(name=name)
        self.brightness, self.contrast, self.saturation = brightness, contrast, saturation

    def transform(self, x: Tensor) -> Tensor:
        """Return images (b, height, width, channels) with changed colors."""
        x = gray = self.mixed(x, 0.0, self.brightness)
        if x.shape[-1] == len(LUMA):
            gray = ops.sum(x * ops.array(LUMA), axis=-1, keepdims=True)  # missing where one of the colors is
            x = self.mixed(x, gray, self.saturation)  # which keeps the gray image
        return self.mixed(x, observed_mean(gray, axis=(1, 2, 3), keepdims=True), self.contrast)

    def mixed(self, x: Tensor, other: Tensor | float, amount: float) -> Tensor:
        """Scale the difference between images and other images by a random factor.

        Args:
            x: images (b, height, width, channels).
            other: images of a shape that fits, or a number.
            amount: largest deviation of the factor from 1.

        Returns:
            Images of the shape of `x`.
        """
        factor = 1.0 + amount * keras.random.uniform((ops.shape(x)[0], 1, 1, 1), -1.0, 1.0, seed=self.random)
        changed = other + factor * (x - other)
        return ops.where(ops.isnan(changed), x, changed)  # where there is no other image

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        amounts = {"brightness": self.brightness, "contrast": self.contrast, "saturation": self.saturation}
        return {**super().get_config(), **amounts}
