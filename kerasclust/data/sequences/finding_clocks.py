"""The clock of rows: as given, or found in the times of some of them."""

from dataclasses import dataclass

import numpy as np

from kerasclust.data.findings import Finding
from kerasclust.data.sequences.clock import Clock, Ticks, read_ticks
from kerasclust.data.sequences.interval import Interval, find_interval, usual_from
from kerasclust.data.sequences.options import ClockOptions
from kerasclust.data.sequences.types import Rows
from kerasclust.types import Array

SAMPLE = 200_000  # rows that the interval is looked for in
FEW = 16  # differences that are too few to know an interval, and series that are then read as a whole
MOST_STEPS = 4  # between neighboring rows of a typical series; more are no even clock
SHUFFLED = 0.1  # share of the rows that come before an earlier row of their id
COARSER = 1.5  # every of so many intervals merges steps; below, a row belongs to the nearest step


@dataclass(frozen=True)
class Found:
    """Clock of rows, and what was found on the way.

    Args:
        clock: the clock, or None if there is none, which a finding then says.
        findings: what is to be said.
    """

    clock: Clock | None
    findings: tuple[Finding, ...] = ()


def find_clock(rows: Rows, options: ClockOptions) -> Found:
    """Return the clock that is given, or that some of the rows show.

    Raises:
        InputError: The time zone or the interval is invalid.
    """
    ticks = read_ticks(rows, options.timezone)
    every = None if options.every is None else ticks.of(options.every, "every")
    times, differences = _sample(rows, ticks)
    interval = find_interval(times - ticks.origin, differences, ticks.is_date)
    if every is not None:
        return _given(ticks, every, interval)
    if not len(differences):
        sentence = f"No {rows.id_name} has rows of two different times, so there are no series."
        return Found(None, (Finding("no-series", "refused", sentence),))
    typical = float(np.median(differences))
    if interval is None or typical > MOST_STEPS * interval.ticks:
        return Found(None, (_irregular(ticks, typical),))
    return _as_found(ticks, interval)


def _sample(rows: Rows, ticks: Ticks) -> tuple[Array, Array]:
    """Return times of some rows and the positive differences between neighbors of a series, in ticks.

    The first rows are enough, unless they are shuffled or of one time. Then a scan finds the first times of a few ids.
    """
    some = f"SELECT id, {ticks.sql} AS t FROM {rows.view}"
    times, differences, is_shuffled = _differences(rows, f"{some} LIMIT {SAMPLE}")
    if len(times) == SAMPLE and (is_shuffled or len(differences) < FEW):
        chosen = f"SELECT DISTINCT id FROM (SELECT id FROM {rows.view} LIMIT {SAMPLE}) LIMIT {FEW}"
        first = f"SELECT id, unnest(min(t, {SAMPLE // FEW})) AS t FROM ({some} WHERE id IN ({chosen})) GROUP BY id"
        times, differences, _ = _differences(rows, first)
    return times, differences


def _differences(rows: Rows, some: str) -> tuple[Array, Array, bool]:
    """Return times, positive differences, and whether the rows of an id come in no order."""
    found = rows.connection.execute(f"""
        SELECT t, coalesce(t - lag(t) OVER (PARTITION BY id ORDER BY t), 0) AS difference,
            coalesce(t - lag(t) OVER (PARTITION BY id ORDER BY place), 0) AS change
        FROM (SELECT *, row_number() OVER () AS place FROM ({some}))
    """).fetchnumpy()
    times, differences, changes = (np.asarray(found[name], np.int64) for name in ("t", "difference", "change"))
    up, down = int((changes > 0).sum()), int((changes < 0).sum())
    return times, differences[differences > 0], min(up, down) > SHUFFLED * (up + down)


def _as_found(ticks: Ticks, interval: Interval) -> Found:
    clock = Clock(ticks, interval.ticks, interval.phase, is_nearest=True, is_exact=interval.is_exact)
    jitter = "" if interval.is_exact else ", about which times vary"
    sentence = f"The interval is {ticks.roughly(interval.ticks)}{jitter}."
    return Found(clock, (Finding("interval", "note", sentence),))


def _given(ticks: Ticks, every: int, interval: Interval | None) -> Found:
    if interval is None or every >= COARSER * interval.ticks:
        return Found(Clock(ticks, every, is_nearest=False))
    phase = interval.phase if every == interval.ticks else 0
    clock = Clock(ticks, every, phase, is_nearest=True)
    if COARSER * every > interval.ticks:
        return Found(clock)
    sentence = f"every is {ticks.roughly(every)}, but rows come every {ticks.roughly(interval.ticks)}."
    remedy = f"give every={ticks.as_option(interval.ticks)!r}, or most steps are missing"
    return Found(clock, (Finding("finer-clock", "doubtful", sentence, remedy),))


def _irregular(ticks: Ticks, typical: float) -> Finding:
    """Return the finding that times follow no even clock; `typical` is the time between neighbors."""
    proposal = usual_from(2 * typical) if ticks.is_date else max(1, round(2 * typical))
    return Finding(
        "irregular",
        "refused",
        f"The times follow no even clock: rows are typically {ticks.roughly(typical)} apart.",
        f"give every={ticks.as_option(proposal)!r} to put them on one",
    )
