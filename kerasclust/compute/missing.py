"""Missing values: NaN in a tensor of samples or features means "not measured"."""

from keras import ops

from kerasclust.types import Tensor

NAN = float("nan")


def is_complete(x: Tensor) -> Tensor:
    """Return True, as a tensor (), only if no value of a floating-point tensor of any shape is missing.

    A sum is missing if one of its terms is, which is faster than a mask. Infinite values of both signs have such a sum,
    too.

    Example:
        >>> bool(is_complete(ops.array([1.0, NAN])))
        False
    """
    return ops.logical_not(ops.isnan(ops.sum(x)))


def filled(x: Tensor, value: Tensor | float = 0.0) -> Tensor:
    """Return a floating-point tensor of any shape with a value, or those of a tensor, in place of missing values.

    Example:
        >>> filled(ops.array([1.0, NAN])).numpy()
        array([1., 0.], dtype=float32)
    """
    return ops.where(ops.isnan(x), ops.cast(value, x.dtype), x)


def missing_where(mask: Tensor, x: Tensor) -> Tensor:
    """Return a floating-point tensor with missing values where a bool tensor of a shape that fits is true.

    Example:
        >>> missing_where(ops.array([True, False]), ops.array([1.0, 2.0])).numpy()
        array([nan,  2.], dtype=float32)
    """
    return ops.where(mask, ops.cast(NAN, x.dtype), x)


def missing_as(x: Tensor, samples: Tensor) -> Tensor:
    """Return what a network made, with missing values where samples have some.

    A loss or a critic that compares both then sees the same entries of both. A gradient through the missing values is
    0.

    Args:
        x: tensor (n, ...), such as the output of a decoder or a generator.
        samples: floating-point tensor of the same shape.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> missing_as(ops.array([5.0, 6.0]), ops.array([1.0, NAN])).numpy()
        array([ 5., nan], dtype=float32)
    """
    return missing_where(ops.isnan(samples), x)
