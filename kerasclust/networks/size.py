"""Check of the memory that a network needs, before the network is built."""

import itertools
import math
from collections.abc import Sequence

from kerasclust.errors import InputError
from kerasclust.system.memory import memory

BYTES = 4 * 4  # per weight: float32 for the weight, its gradient and the two moments of Adam


def check_size(feature_shape: Sequence[int], latent_dim: int, units: Sequence[int]) -> None:
    """Raise an error if the hidden layers of a network alone need more than the memory.

    Args:
        feature_shape: shape of one sample, without the batch axis.
        latent_dim: number of latent dimensions d.
        units: widths of the hidden layers, or filters of the convolutions.

    Raises:
        InputError: the network does not fit in memory.

    Example:
        >>> check_size((51,), 10, (256, 256))
        >>> check_size((51,), 10, (10**9, 10**9))
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: A network with units=(1000000000, 1000000000) and latent_dim=10 has \
1,000,000,010,000,000,000 weights, which do not fit in memory: choose smaller units or latent_dim.
    """
    inner = (*units, latent_dim)
    weights = sum(math.prod(pair) for pair in itertools.pairwise(inner)) or math.prod((*feature_shape, latent_dim))
    if BYTES * weights > memory():
        raise InputError(
            f"A network with units={tuple(units)} and latent_dim={latent_dim} has {weights:,} weights, which do not "
            "fit in memory: choose smaller units or latent_dim."
        )
