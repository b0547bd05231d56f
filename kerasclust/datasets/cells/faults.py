"""Faults of cells and hours without service."""

from typing import NamedTuple

import numpy as np

from kerasclust.datasets.cells.noise import cover, draw_stretches
from kerasclust.datasets.cells.settings import FAULTS
from kerasclust.types import Array

OUTAGES_A_WEEK = 0.12  # without a cause in the cell: power, transport
WORKS_A_WEEK = 0.15  # planned works, at night
FLAPS_AN_HOUR = 0.12  # of a cell whose availability is faulty


class Faults(NamedTuple):
    """What is wrong with cells, arrays (n, hours).

    Attributes:
        drops: severity of a fault that drops sessions, such as interference; 0 where there is none.
        failures: severity of a fault that lets setups fail, such as a wrong parameter.
        down: share of the hour without service.
    """

    drops: Array
    failures: Array
    down: Array


def draw_faults(faulty: Array, hours: int, rng: np.random.Generator) -> Faults:
    """Draw faults, which come and go over days, and outages.

    A faulty cell has one main fault, and a little of the others.

    Args:
        faulty: array (n,), whether each cell is faulty.
        hours: number of hours.
        rng: source of randomness.
    """
    n = len(faulty)
    main = np.eye(len(FAULTS))[rng.integers(len(FAULTS), size=n)]
    severity = (0.1 + 0.9 * main) * rng.lognormal(0.0, 0.4, main.shape) * faulty[:, None]
    lasting = draw_stretches(rng, (n, hours), rng.uniform(0.4, 0.8, (n, 1)), memory=0.97)
    drops, failures, flaps = severity.T[:, :, None] * lasting
    return Faults(drops, failures, _down(flaps, rng))


def _down(flaps: Array, rng: np.random.Generator) -> Array:
    """Draw the share of each hour without service: outages, works at night and short interruptions."""
    n, hours = flaps.shape
    cell, start = np.divmod(np.flatnonzero(rng.random(flaps.size) < OUTAGES_A_WEEK / 168), hours)
    outages = cell, start + rng.random(len(cell)), rng.lognormal(np.log(2.0), 0.8, len(cell))
    cell, night = np.divmod(np.flatnonzero(rng.random(flaps.size // 24) < WORKS_A_WEEK / 7), hours // 24)
    works = cell, 24 * night + rng.uniform(0.5, 4.0, len(cell)), rng.uniform(0.5, 2.5, len(cell))
    cell, start = np.nonzero(rng.random(flaps.shape) < FLAPS_AN_HOUR * flaps)
    short = cell, start + rng.random(len(cell)), rng.lognormal(np.log(0.4), 0.7, len(cell))
    return cover((n, hours), *(np.concatenate(parts) for parts in zip(outages, works, short, strict=True)))
