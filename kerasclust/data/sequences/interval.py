"""The interval of a clock, from the times of some rows."""

from dataclasses import dataclass

import numpy as np

from kerasclust.data.sequences.durations import UNITS
from kerasclust.types import Array

COMMON = 32  # so many of the most frequent differences are looked at
EXPLAINED = 0.9  # share of the differences that are multiples of the interval
COARSE = 3  # typical differences of so many exact intervals may be a coarser clock that jitters
JITTER = 0.25  # of the interval
SMALL = 0.1  # of the interval; a mean phase below is none
NEAR = 0.02  # a jittering interval so close to a usual one is the usual one
USUAL = tuple(
    number * UNITS[unit]
    for unit, numbers in {
        "ms": (1, 2, 5, 10, 20, 50, 100, 200, 500),
        "s": (1, 2, 5, 10, 15, 20, 30),
        "min": (1, 2, 5, 10, 15, 20, 30),
        "h": (1, 2, 3, 4, 6, 8, 12),
        "d": (1, 7),
    }.items()
    for number in numbers
)


@dataclass(frozen=True)
class Interval:
    """Interval between the steps of a clock.

    Args:
        ticks: the interval, in microseconds for times and in units of the number for numeric times.
        phase: ticks of the clock's steps modulo the interval, from the origin of the times given.
        is_exact: whether times lie on the clock exactly; otherwise they jitter about it.
    """

    ticks: int
    phase: int
    is_exact: bool


def find_interval(times: Array, differences: Array, is_duration: bool) -> Interval | None:
    """Find the interval of a clock.

    Args:
        times: integer array (n,) of ticks.
        differences: integer array (m,), positive differences of neighboring times of a series.
        is_duration: whether ticks are microseconds, where some intervals are usual.

    Returns:
        The interval, or None if the times follow no even clock.

    Example:
        >>> find_interval(np.array([0, 5, 10, 20]), np.array([5, 5, 10]), is_duration=False)
        Interval(ticks=5, phase=0, is_exact=True)
    """
    if not len(differences):
        return None
    typical = max(1, int(np.median(differences)))
    exact = _exact(differences)
    if exact is None or typical >= COARSE * exact:
        jittering = _jittering(differences, typical, is_duration)
        if jittering is not None:
            phase = _mean_phase(times, jittering)
            phase = 0 if abs(phase) < SMALL * jittering else phase
            return Interval(jittering, phase, is_exact=False)
    return None if exact is None else Interval(exact, _common_phase(times, exact), is_exact=True)


def _exact(differences: Array) -> int | None:
    """Return the largest interval of which nearly all differences are multiples."""
    values, counts = np.unique(differences, return_counts=True)
    common = values[np.argsort(counts, kind="stable")[::-1][:COMMON]]
    candidates = np.unique(np.gcd.outer(common, common))[::-1]
    shares = [(counts[values % candidate == 0].sum() / counts.sum(), int(candidate)) for candidate in candidates]
    return next((candidate for share, candidate in shares if share >= EXPLAINED), None)


def _jittering(differences: Array, typical: int, is_duration: bool) -> int | None:
    """Return the mean interval if nearly all differences are roughly multiples of the typical difference."""
    steps = np.maximum(1, np.round(differences / typical))
    regular = np.abs(differences / typical - steps) <= JITTER
    if regular.mean() < EXPLAINED:
        return None
    mean = float(differences[regular].sum() / steps[regular].sum())
    return near_usual(mean) if is_duration else max(1, round(mean))


def near_usual(ticks: float) -> int:
    """Return the usual interval that a measured interval is close to, or the measured interval.

    Example:
        >>> near_usual(3_599_000_000.0), near_usual(4_000_000_000.0)
        (3600000000, 4000000000)
    """
    nearest = min(USUAL, key=lambda usual: abs(usual - ticks))
    return nearest if abs(nearest - ticks) <= NEAR * nearest else max(1, round(ticks))


def usual_from(ticks: float) -> int:
    """Return the shortest usual interval that is at least as long.

    Example:
        >>> usual_from(3_000_000_000.0)
        3600000000
    """
    return next((usual for usual in USUAL if usual >= ticks), round(ticks))


def _common_phase(times: Array, ticks: int) -> int:
    phases, counts = np.unique(times % ticks, return_counts=True)
    return int(phases[counts.argmax()])


def _mean_phase(times: Array, ticks: int) -> int:
    """Return the mean of times modulo the interval, from minus half to half an interval."""
    angles = 2 * np.pi * (times % ticks) / ticks
    return round(float(np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())) / (2 * np.pi) * ticks)
