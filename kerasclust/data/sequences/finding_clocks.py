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
    if interval is not None:
        return _as_found(ticks, interval)
    if len(differences):
        return Found(None, None, (irregular(ticks, float(np.median(differences)), rows.name),))
    sentence = f"No {rows.id_name} has rows of two different times, so there are no series."
    return Found(None, None, (Finding("no-series", "refused", sentence),))


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


def _as_found(ticks: Ticks, interval: Interval) -> Found:
    clock = Clock(ticks, interval.ticks, interval.phase, is_nearest=True, is_exact=interval.is_exact)
    every = ticks.as_option(interval.ticks)
    jitter = "" if interval.is_exact else ", about which times vary"
    return Found(clock, interval, (Finding("interval", "note", f"The interval is {every}{jitter}."),))


def _given(ticks: Ticks, every: int, interval: Interval | None) -> Found:
    if interval is None or every >= COARSER * interval.ticks:
        return Found(Clock(ticks, every, is_nearest=False), interval)
    phase = interval.phase if every == interval.ticks else 0
    clock = Clock(ticks, every, phase, is_nearest=True)
    if COARSER * every > interval.ticks:
        return Found(clock, interval)
    given, found = ticks.as_option(every), ticks.as_option(interval.ticks)
    finer = Finding(
        "finer-clock",
        "doubtful",
        f"every is {given}, but rows come every {found}, so most steps are missing.",
        f"give every={found!r}",
    )
    return Found(clock, interval, (finer,))


def irregular(ticks: Ticks, typical: float, name: str) -> Finding:
    """Return the finding that times follow no even clock.

    Args:
        ticks: how times count.
        typical: typical difference of neighboring times in ticks.
        name: name of the data.
    """
    proposal = usual_from(2 * typical) if ticks.is_date else max(1, round(2 * typical))
    return Finding(
        "irregular",
        "refused",
        f"The times follow no even clock: rows are typically {ticks.as_option(max(1, round(typical)))} apart.",
        f"give every={ticks.as_option(proposal)!r} to put them on one",
    )
