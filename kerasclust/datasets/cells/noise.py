"""Noise of the simulation: values that remember the hour before, and stretches of hours."""

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtri

from kerasclust.types import Array


def draw_noise(rng: np.random.Generator, shape: tuple[int, int], memory: float, heavy: bool = False) -> Array:
    """Draw stationary autoregressive noise with mean 0 and variance 1.

    Args:
        rng: source of randomness.
        shape: (cells, hours).
        memory: correlation of a value with the value before.
        heavy: whether changes have the heavy tails of a Student-t distribution with 5 degrees of freedom.
    """
    changes = rng.standard_t(5, shape) * np.sqrt(3 / 5) if heavy else rng.normal(size=shape)
    changes[:, 1:] *= np.sqrt(1 - memory**2)
    return np.asarray(lfilter([1.0], [1.0, -memory], changes, axis=1))


def draw_stretches(rng: np.random.Generator, shape: tuple[int, int], share: Array | float, memory: float) -> Array:
    """Draw stretches of hours that cover a share of all hours, as Booleans.

    Args:
        rng: source of randomness.
        shape: (cells, hours).
        share: share of the hours, for all cells or (cells, 1).
        memory: how long stretches are, from 0 to 1.
    """
    return np.asarray(draw_noise(rng, shape, memory) < ndtri(share))


def cover(shape: tuple[int, int], cells: Array, starts: Array, durations: Array) -> Array:
    """Return the share of each hour that intervals cover, (cells, hours).

    Args:
        shape: (cells, hours).
        cells: array (m,), the cell of each interval.
        starts: array (m,), its start in hours.
        durations: array (m,), its duration in hours.

    Example:
        >>> cover((1, 4), np.array([0]), np.array([0.5]), np.array([2.0])).tolist()
        [[0.5, 1.0, 0.5, 0.0]]
    """
    covered = np.zeros(shape)
    for cell, start, end in zip(cells, starts, starts + durations, strict=True):
        hours = np.arange(max(0, int(start)), min(shape[1], int(np.ceil(end))))
        covered[cell, hours] += np.minimum(end, hours + 1) - np.maximum(start, hours)
    return np.minimum(covered, 1.0)
