"""Random parts of data sets."""

import numpy as np

from kerasclust.errors import InputError


def draw_samples(n: int, n_samples: int | None, seed: int, name: str) -> np.ndarray:
    """Draw positions of samples without replacement and return them in order.

    Args:
        n: number of all samples.
        n_samples: number of samples to draw. None: all.
        seed: seed of the draw.
        name: name of the data set in the error message.

    Raises:
        InputError: There are fewer samples than `n_samples`.

    Example:
        >>> draw_samples(5, None, 0, "cifar10").tolist(), len(draw_samples(5, 3, 0, "cifar10"))
        ([0, 1, 2, 3, 4], 3)
    """
    if n_samples is None:
        return np.arange(n)
    if n_samples > n:
        raise InputError(f"n_samples is {n_samples:,}, but {name} has {n:,} samples to draw from: choose fewer.")
    return np.sort(np.random.default_rng(seed).choice(n, n_samples, replace=False))
