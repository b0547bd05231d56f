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
COARSER = 1.5  # every of so many intervals merges steps; below, a row belongs to the nearest step


@dataclass(frozen=True)
class Found:
    """Clock of rows, and what was found on the way.

    Args:
        clock: the clock, or None if there is none, which a finding then says.
        interval: interval between the rows, or None if they have none.
        findings: what is to be said.
    """

    clock: Clock | None
    interval: Interval | None
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
        return Found(None, None, (Finding("no-series", "refused", sentence),))
    typical = float(np.median(differences)) if interval is None else _typical(rows, ticks, interval, len(times))
    if interval is None or typical > MOST_STEPS * interval.ticks:
        return Found(None, None, (_irregular(ticks, typical),))
    return _as_found(ticks, interval)


def _sample(rows: Rows, ticks: Ticks) -> tuple[Array, Array]:
    """Return times of some rows and the positive differences between neighbors of a series, in ticks."""
    some = f"SELECT id, {ticks.sql} AS t FROM {rows.view} LIMIT {SAMPLE}"
    times, differences = _differences(rows, some)
    if len(differences) < FEW and len(times) == SAMPLE:  # the first rows are of one time
        chosen = f"SELECT DISTINCT id FROM (SELECT id FROM {rows.view} LIMIT {SAMPLE}) LIMIT {FEW}"
        return _differences(rows, f"SELECT id, {ticks.sql} AS t FROM {rows.view} WHERE id IN ({chosen}) LIMIT {SAMPLE}")
    return times, differences


def _differences(rows: Rows, some: str) -> tuple[Array, Array]:
    found = rows.connection.execute(
        f"SELECT t, coalesce(t - lag(t) OVER (PARTITION BY id ORDER BY t), 0) AS d FROM ({some})"
    ).fetchnumpy()
    times, differences = (np.asarray(found[name], np.int64) for name in ("t", "d"))
    return times, differences[differences > 0]


def _typical(rows: Rows, ticks: Ticks, interval: Interval, n_sampled: int) -> float:
    """Return the typical time between neighboring rows of a series.

    Neighbors in a sample are not neighbors in shuffled rows. So a sample with holes is not trusted, if it is not all.
    """
    if n_sampled < SAMPLE or interval.typical <= MOST_STEPS * interval.ticks:
        return interval.typical
    found = rows.connection.execute(f"""
        SELECT median(span / n)
        FROM (SELECT max(t) - min(t) AS span, count(*) - 1 AS n FROM (SELECT id, {ticks.sql} AS t FROM {rows.view})
              GROUP BY id)
        WHERE n > 0 AND span > 0
    """).fetchall()
    return float(found[0][0])


def _as_found(ticks: Ticks, interval: Interval) -> Found:
    clock = Clock(ticks, interval.ticks, interval.phase, is_nearest=True, is_exact=interval.is_exact)
    jitter = "" if interval.is_exact else ", about which times vary"
    sentence = f"The interval is {ticks.roughly(interval.ticks)}{jitter}."
    return Found(clock, interval, (Finding("interval", "note", sentence),))


def _given(ticks: Ticks, every: int, interval: Interval | None) -> Found:
    if interval is None or every >= COARSER * interval.ticks:
        return Found(Clock(ticks, every, is_nearest=False), interval)
    phase = interval.phase if every == interval.ticks else 0
    clock = Clock(ticks, every, phase, is_nearest=True)
    if COARSER * every > interval.ticks:
        return Found(clock, interval)
    sentence = f"every is {ticks.roughly(every)}, but rows come every {ticks.roughly(interval.ticks)}."
    remedy = f"give every={ticks.as_option(interval.ticks)!r}, or most steps are missing"
    return Found(clock, interval, (Finding("finer-clock", "doubtful", sentence, remedy),))


def _irregular(ticks: Ticks, typical: float) -> Finding:
    """Return the finding that times follow no even clock; `typical` is the time between neighbors."""
    proposal = usual_from(2 * typical) if ticks.is_date else max(1, round(2 * typical))
    return Finding(
        "irregular",
        "refused",
        f"The times follow no even clock: rows are typically {ticks.roughly(typical)} apart.",
        f"give every={ticks.as_option(proposal)!r} to put them on one",
    )
