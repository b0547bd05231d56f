"""Whether a network fits in memory, before it is made."""

import itertools
import math

from kerasclust.errors import InputError
from kerasclust.system.memory import memory

BYTES = 4 * 4  # of a weight in float32, with its gradient and the two moments of Adam


def check_size(feature_shape, latent_dim, units) -> None:
    """Refuse a network whose widest layers alone are more than memory.

    Args:
        feature_shape: shape of one sample, without the batch axis.
        latent_dim: number of latent dimensions d.
        units: widths of the hidden layers, or filters of the convolutions.

    Raises:
        InputError: it does not fit.

    Example:
        >>> check_size((51,), 10, (256, 256))
        >>> check_size((51,), 10, (10**9, 10**9))
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: Layers of 1000000000, 1000000000 units have 1,000,000,010,000,000,000 weights, \
which do not fit in memory: choose smaller units or latent_dim.
    """
    inner = (*units, latent_dim)
    weights = sum(math.prod(pair) for pair in itertools.pairwise(inner)) or math.prod((*feature_shape, latent_dim))
    if BYTES * weights > memory():
        raise InputError(
            f"Layers of {', '.join(map(str, units))} units have {weights:,} weights, which do not fit in memory: "
            "choose smaller units or latent_dim."
        )
