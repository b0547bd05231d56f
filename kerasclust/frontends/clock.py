"""Whether sequences share a clock, from the sequences alone, its period, and its weekend."""

import itertools
from typing import NamedTuple

import numpy as np

from kerasclust.frontends.batches import Batches, Data
from kerasclust.types import Array

# A clock explains at least this share of the variance of each sequence's own course, and so many times what chance
# explains. On five sets of windows cut at arbitrary times the share is below 0.014; on seven sets whose steps have a
# meaning, from the hours of a day to a place on an outline, it is above 0.1 and more than 25 times that by chance:
# `python -m benchmarks bench clocks`.
LEAST_SHARE = 0.05
TIMES_CHANCE = 4.0
# A shorter period is the period if it explains this share of what all steps together explain.
SHARE_OF_ALL = 0.8
# A weekend explains at least this share of the variance beyond what the period explains; 0.018 and more on simulated
# cells, one week to six, at most 0.001 on sequences of days without one.
LEAST_WEEKEND = 0.01
WEEK = 7  # periods, if the period is a day
_OTHER_CYCLES = (4, 5, 6, 8, 9, 10)  # in days, where a weekend would be chance
_LONGEST_WEEKEND = 3
_STILL = 1e-6  # deviation below which a channel of a sequence does not vary, as a share of its values


class SharedClock(NamedTuple):
    """A clock that all sequences share.

    Args:
        period: steps of its period, at most the steps of a sequence.
        share: share of the variance of the sequences, each in its own deviations, that the step of the period explains.
        by_chance: the same after each sequence is rolled by a random number of steps.
        weekend: successive days of each week of seven periods, counted from 0 at the first period, that differ from
            the others, such as (5, 6); () if none evidently do.
    """

    period: int
    share: float
    by_chance: float
    weekend: tuple[int, ...] = ()

    @property
    def is_evident(self) -> bool:
        """True if the share is large, and many times larger than by chance."""
        return self.share >= LEAST_SHARE and self.share >= TIMES_CHANCE * self.by_chance


def shared_clock(data: Data, seed: int = 0) -> SharedClock:
    """Find how much of the course of sequences their common clock explains, and its period.

    Each channel of a sequence gets mean 0 and deviation 1 over its observed steps. If all sequences start at the same
    place of a clock that rules them, the mean of all sequences varies over the steps; if they start anywhere, it hardly
    does. The share of variance that the mean over all sequences and all whole periods explains tells which. Kinds of
    sequences whose courses cancel in the mean, as opposites do, hide a clock. The period is the shortest that explains
    80 % of what the steps of the whole sequence explain, and more than its neighbors.

    With seven periods or more, one to three successive days of the week may differ from the others. They do if telling
    them from the others explains 1 % of the variance or more beyond what the period explains, many times more than by
    chance, and more than the same for weeks of any other number of days from 4 to 10.

    Args:
        data: sequences (n, steps, channels), as `adapt` of front ends takes them.
        seed: seed of the rolls.

    Example:
        >>> hours = np.arange(7 * 24)
        >>> days = np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.3, (50, len(hours)))
        >>> found = shared_clock(days[..., None])
        >>> found.period, found.is_evident
        (24, True)
        >>> shared_clock(np.random.default_rng(0).normal(size=(50, 168, 1))).is_evident
        False
    """
    batches = Batches(data)
    steps, channels = batches.shape
    random = np.random.default_rng(seed)
    sums, rolled = _Sums(steps, channels), _Sums(steps, channels)
    for batch in batches:
        own = _in_own_deviations(batch.astype("float64"))
        sums.add(own)
        turns = (np.arange(steps)[None] + random.integers(0, steps, len(own))[:, None]) % steps
        rolled.add(np.take_along_axis(own, turns[..., None], axis=1))
    gained = {p: sums.share(p) - rolled.share(p) for p in (*range(2, steps // 2 + 1), steps)}
    period = (
        next((p for p in gained if gained[p] >= SHARE_OF_ALL * gained[steps]), steps) if gained[steps] > 0 else steps
    )
    while gained.get(period + 1, -1.0) > gained[period]:  # just below the period the share is large, too
        period += 1
    return SharedClock(period, sums.share(period), rolled.share(period), _weekend(sums, rolled, period))


def _weekend(sums: "_Sums", rolled: "_Sums", period: int) -> tuple[int, ...]:
    """Return the days of the weekend, or () if none is evident."""
    if sums.steps < WEEK * period:
        return ()
    gain, days = sums.weekend(period, WEEK)
    others = [sums.weekend(period, cycle)[0] for cycle in _OTHER_CYCLES if sums.steps >= cycle * period]
    least = max(LEAST_WEEKEND, TIMES_CHANCE * rolled.weekend(period, WEEK)[0], *others)
    return days if gain >= least else ()


class _Sums:
    """Sums over sequences of each step and channel, and the share of variance that a period explains."""

    def __init__(self, steps: int, channels: int) -> None:
        self.steps = steps
        self._sum, self._count, self._squares = np.zeros((3, steps, channels))

    def add(self, own: Array) -> None:
        seen = np.isfinite(own)
        own = np.where(seen, own, 0.0)
        self._sum += own.sum(axis=0)
        self._count += seen.sum(axis=0)
        self._squares += np.square(own).sum(axis=0)

    def share(self, period: int) -> float:
        """Return the mean over channels of the share of variance that the step of the period explains."""
        total, count, squares = (part.sum(axis=0) for part in self._folded(period))
        explained = _explained(total, count) - np.square(total.sum(0)) / np.maximum(count.sum(0), 1)
        return _mean_share(explained, squares.sum(axis=0))

    def weekend(self, period: int, cycle: int) -> tuple[float, tuple[int, ...]]:
        """Return the successive days of a cycle that differ most from the others, after what telling them explains.

        Args:
            period: steps of a day.
            cycle: days of a cycle, at most the whole days of the sequence.

        Returns:
            (share of variance beyond that of `share`, days from 0).
        """
        total, count, squares = self._folded(period)
        days = np.arange(len(total)) % cycle
        alike, variance = _explained(total.sum(0), count.sum(0)), squares.sum(axis=(0, 1))
        found = []
        for first, length in itertools.product(range(cycle), range(1, _LONGEST_WEEKEND + 1)):
            kept = tuple((first + day) % cycle for day in range(length))
            inside = np.isin(days, kept)
            parts = sum(_explained(total[part].sum(0), count[part].sum(0)) for part in (inside, ~inside))
            found.append((_mean_share(parts - alike, variance), tuple(sorted(kept))))
        return max(found)

    def _folded(self, period: int) -> tuple[Array, Array, Array]:
        """Return sums, counts and sums of squares (whole periods, period, channels)."""
        whole = self.steps // period * period
        total, count, squares = (
            part[:whole].reshape(-1, period, part.shape[1]) for part in (self._sum, self._count, self._squares)
        )
        return total, count, squares


def _explained(total: Array, count: Array) -> Array:
    """Return the squares (channels,) that the means of the steps of a period explain."""
    return np.asarray(np.sum(np.square(total) / np.maximum(count, 1), axis=0))


def _mean_share(explained: Array, variance: Array) -> float:
    """Return the mean of shares (channels,) over the channels that vary."""
    varies = variance > 0
    return float(np.mean(explained[varies] / variance[varies])) if varies.any() else 0.0


def _in_own_deviations(x: Array) -> Array:
    """Return sequences (n, steps, channels) with mean 0 and deviation 1 over observed steps; NaN where none vary."""
    seen = np.isfinite(x)
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    x = np.where(seen, x, 0.0)
    mean = x.sum(axis=1, keepdims=True) / count
    centered = np.where(seen, x - mean, 0.0)
    deviation = np.sqrt(np.square(centered).sum(axis=1, keepdims=True) / count)
    varies = deviation > _STILL * np.maximum(1.0, np.abs(mean))
    return np.where(seen & varies, centered / np.where(varies, deviation, 1.0), np.nan)
