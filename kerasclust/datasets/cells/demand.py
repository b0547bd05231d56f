"""Demand of cells: the profile of the place, seasons, trends, events and noise."""

import numpy as np

from kerasclust.datasets.cells.days import EVE, SATURDAY, START
from kerasclust.datasets.cells.noise import draw_noise
from kerasclust.datasets.cells.settings import EVERYDAY, KINDS, PLACES, PROFILES, SUMMER
from kerasclust.types import Array

EVENT_DAYS = np.array([1.0, 2.5, 3.5])  # how likely an event is on an ordinary day, an eve, and a Saturday or Sunday
EVENTS_A_WEEK = 0.75


def draw_places(kind: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw the everyday kind of cells and their mixture of places.

    Cells with events or faults are at any place. Other cells are of their kind. No cell is of one place alone.

    Returns:
        (everyday kind (n,), weights of the places (n, 4) that add to 1).
    """
    n = len(kind)
    known = np.array([EVERYDAY.index(name) if name in EVERYDAY else -1 for name in KINDS])[kind]
    everyday = np.where(known < 0, rng.integers(len(EVERYDAY), size=n), known)
    main = np.eye(len(EVERYDAY), len(PLACES))[everyday]
    mixed = everyday == EVERYDAY.index("mixed")
    main[mixed, :2] = rng.dirichlet((12.0, 12.0), mixed.sum())
    share = rng.beta(20.0, 4.0, (n, 1))
    return everyday, share * main + (1 - share) * rng.dirichlet(np.ones(len(PLACES)), n)


def draw_demand(weights: Array, days: Array, rng: np.random.Generator) -> Array:
    """Draw the everyday demand of cells, relative to a busy hour.

    Args:
        weights: array (n, 4), the mixture of places of each cell.
        days: array (n_days,), kinds of days.
        rng: source of randomness.

    Returns:
        Array (n, hours).
    """
    n, hours = len(weights), 24 * len(days)
    demand = _shift(weights @ _places(days), rng.normal(0.0, 0.5, n))
    demand **= rng.lognormal(0.0, 0.12, (n, 1))  # flat and steep profiles
    demand *= np.exp(_habits(n, rng))[:, np.arange(hours) % 24]
    free = np.repeat(days >= SATURDAY, 24)
    demand *= np.where(free, rng.lognormal(0.0, 0.15, (n, 1)), 1.0)
    return demand * _trend(n, hours, rng) * np.exp(_noise(n, hours, rng))


def draw_events(cells: Array, n: int, days: Array, rng: np.random.Generator) -> Array:
    """Draw the demand of crowds, in busy hours of the cell, (n, hours).

    A crowd comes in an hour and a half, stays for hours, and leaves within an hour.

    Args:
        cells: numbers of the cells that have events, at least one each.
        n: number of all cells.
        days: array (n_days,), kinds of days.
        rng: source of randomness.
    """
    crowd, hour = np.zeros((n, 24 * len(days))), np.arange(24 * len(days)) + 0.5
    likely = EVENT_DAYS[np.minimum(days, SATURDAY)]
    for cell in cells:
        often = min(len(days), max(1, rng.poisson(EVENTS_A_WEEK * len(days) / 7)))
        for day in rng.choice(len(days), often, replace=False, p=likely / likely.sum()):
            matinee = days[day] > EVE and rng.random() < 0.5
            start = 24 * day + rng.normal(15.0 if matinee else 19.5, 0.7)
            end = start + rng.uniform(2.0, 5.0)
            crowd[cell] += rng.lognormal(np.log(8.0), 0.4) * np.interp(
                hour, [start - 1.5, start, end, end + 1.0], [0.0, 1.0, 1.0, 0.0]
            )
    return crowd


def _places(days: Array) -> Array:
    """Return the demand of the places over the hours of all days, with seasons, (4, hours)."""
    summer = (np.datetime64("2024-08-01") - START).astype(int)
    season = np.cos(2 * np.pi * (np.arange(len(days)) - summer) / 365.25)
    return np.asarray((PROFILES[:, days] * (1 + SUMMER[:, None, None] * season[:, None])).reshape(len(PLACES), -1))


def _shift(curves: Array, delays: Array) -> Array:
    """Delay curves (n, hours) by parts of hours (n,)."""
    hour = np.arange(curves.shape[1])
    return np.stack([np.interp(hour - delay, hour, curve) for delay, curve in zip(delays, curves, strict=True)])


def _habits(n: int, rng: np.random.Generator) -> Array:
    """Draw smooth deviations of a cell from its profile, on a log scale, (n, 24)."""
    waves = 2 * np.pi * np.arange(1, 4)[:, None] * np.arange(24) / 24
    return np.asarray(rng.normal(0.0, 0.06, (n, 6)) @ np.concatenate([np.cos(waves), np.sin(waves)]))


def _trend(n: int, hours: int, rng: np.random.Generator) -> Array:
    """Draw growth of about a quarter a year; in few cells a new or lost neighbor changes the level at once."""
    hour = np.arange(hours)
    growth = rng.lognormal(np.log(1.25), 0.15, (n, 1)) ** (hour / (24 * 365.25))
    change = np.where(rng.random((n, 1)) < 0.08, rng.normal(0.0, 0.4, (n, 1)), 0.0)
    return np.asarray(growth * np.exp(change * (hour >= rng.uniform(0, hours, (n, 1)))))


def _noise(n: int, hours: int, rng: np.random.Generator) -> Array:
    """Draw deviations on a log scale: of an hour, of a day, and of a day in all cells, such as weather."""
    day = 0.08 * draw_noise(rng, (n, hours // 24), 0.3) + 0.05 * draw_noise(rng, (1, hours // 24), 0.5)
    return 0.15 * draw_noise(rng, (n, hours), 0.7, heavy=True) + np.repeat(day, 24, axis=1)
