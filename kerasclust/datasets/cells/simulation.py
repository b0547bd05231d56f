"""The simulation: all hours of all cells."""

from typing import NamedTuple

import numpy as np

from kerasclust.datasets.cells.days import find_holidays, kinds_of_days
from kerasclust.datasets.cells.demand import draw_demand, draw_events, draw_places
from kerasclust.datasets.cells.faults import draw_faults
from kerasclust.datasets.cells.kpis import measure
from kerasclust.datasets.cells.noise import draw_stretches
from kerasclust.datasets.cells.settings import KINDS
from kerasclust.types import Array


class Simulation(NamedTuple):
    """Simulated cells.

    Attributes:
        kpis: array (n, hours, 9).
        missing: array (n, hours), whether the row of an hour is missing.
        kind: array (n,), numbers of `KINDS`.
        everyday: array (n,), numbers of `EVERYDAY`.
        ids: array (n,), names of the cells.
        holiday: array (days,), whether each day is a public holiday.
    """

    kpis: Array
    missing: Array
    kind: Array
    everyday: Array
    ids: Array
    holiday: Array


def simulate(n_cells: int, weeks: int, missing: float, seed: int) -> Simulation:
    """Simulate cells for whole weeks.

    Args:
        n_cells: number of cells.
        weeks: number of weeks.
        missing: share of missing rows.
        seed: seed of everything random.
    """
    places, everyday_demand, events, faults, kpis, rows = np.random.default_rng(seed).spawn(6)
    holiday = find_holidays(7 * weeks)
    days = kinds_of_days(holiday)
    kind = np.arange(n_cells) % len(KINDS)
    everyday, weights = draw_places(kind, places)
    venue = kind == KINDS.index("event")
    measured = measure(
        draw_demand(weights, days, everyday_demand),
        draw_events(np.flatnonzero(venue), n_cells, days, events),
        weights,
        days,
        draw_faults(kind == KINDS.index("faulty"), 24 * len(days), faults),
        venue,
        kpis,
    )
    lost = draw_stretches(rows, measured.shape[:2], missing, memory=0.9)
    ids = np.array([f"cell_{number:04d}" for number in range(n_cells)])
    return Simulation(measured, lost, kind, everyday, ids, holiday)
