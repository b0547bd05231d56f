"""A part of a data set, drawn at random."""

import numpy as np

from kerasclust.errors import InputError


def draw_samples(n: int, n_samples: int | None, seed: int, name: str) -> np.ndarray:
    """Positions of samples drawn without replacement, in their order; all where `n_samples` is None.

    Raises:
        InputError: there are fewer.

    Example:
        >>> draw_samples(5, None, 0, "cifar10").tolist(), len(draw_samples(5, 3, 0, "cifar10"))
        ([0, 1, 2, 3, 4], 3)
    """
    if n_samples is None:
        return np.arange(n)
    if n_samples > n:
        raise InputError(f"n_samples is {n_samples:,}, but {name} has {n:,} samples to draw from: choose fewer.")
    return np.sort(np.random.default_rng(seed).choice(n, n_samples, replace=False))
