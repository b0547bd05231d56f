"""Resizing of images."""

import tensorflow as tf

from kerasclust.types import Tensor


def resized(images: Tensor, side: int) -> Tensor:
    """Resize images to squares, by bilinear interpolation with smoothing.

    Args:
        images: numbers (..., height, width, channels).
        side: new height and width.

    Returns:
        float32 (..., side, side, channels) on the same scale.

    Example:
        >>> resized(tf.ones((4, 6, 3)), 2).shape
        TensorShape([2, 2, 3])
    """
    return tf.image.resize(images, (side, side), antialias=True)
