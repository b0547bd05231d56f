"""The samples that options ask of series."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kerasclust.data.findings import Finding
from kerasclust.data.sequences import remarks
from kerasclust.data.sequences.clock import Clock, whole_number
from kerasclust.data.sequences.durations import microseconds
from kerasclust.data.sequences.layout import Layout, Unused, wholes, windows, worded
from kerasclust.data.sequences.options import ANY, MAX_MISSING, ClockOptions
from kerasclust.data.sequences.series import BLOCK, Series, far_away, one_per_id, read_series
from kerasclust.data.sequences.types import Rows
from kerasclust.errors import InputError
from kerasclust.types import Array

COVERED = 0.75  # share of the common time that each series has at least, where series share one


@dataclass(frozen=True)
class Plan:
    """Samples before their values are known.

    Args:
        layout: where samples start.
        max_missing: largest share of missing values of a sample.
        max_gap: longest hole in a sample in steps, or None for no limit.
        lengths: integer array (n,), the steps of each sample of unequal length, or None for equal lengths.
        starts_by_the_clock: whether samples start at midnight, at full hours, or on Monday.
        findings: what is to be said.
        resolved: options that repeat the plan.
    """

    layout: Layout
    max_missing: float
    max_gap: int | None = None
    lengths: Array | None = None
    starts_by_the_clock: bool = False
    findings: tuple[Finding, ...] = ()
    resolved: dict[str, Any] = field(default_factory=dict)


def plan(rows: Rows, clock: Clock, options: ClockOptions) -> Plan:
    """Return the samples that options ask for, by one scan of ids and times.

    Raises:
        InputError: An option does not fit the clock.
    """
    return (_windows if options.has_windows else _wholes)(rows, clock, options)


def _windows(rows: Rows, clock: Clock, options: ClockOptions) -> Plan:
    window = clock.steps(options.window, "window")
    if window < 2:
        raise InputError(f"window is {options.window!r}, one step of {clock.in_words(1)}: give a longer window.")
    stride = window if options.stride is None else clock.steps(options.stride, "stride")
    align = options.align or _usual_alignment(clock, window, stride)
    unit = None if align == "none" else _unit(clock, align, stride)
    max_missing = MAX_MISSING if options.max_missing is None else options.max_missing
    max_gap = _max_gap(clock, options.max_gap) or max(window // 2, int(np.ceil(max_missing * window)))
    series = read_series(rows, clock, max_gap if unit is None else window)
    layout = windows(series, window, stride, unit)
    findings = [
        *remarks.beside_the_clock(rows, clock, series, options.every is not None),
        *remarks.far_rows(rows, clock, series),
    ]
    if unit is None:
        findings += remarks.holes(rows, clock, series, max_gap, options.max_gap is not None)
        findings += remarks.too_short(rows, clock, series, window)
        findings += remarks.ends(len(layout.unused[1]), window)
    elif clock.ticks.has_offset and options.timezone is None and align != "hour":
        findings.append(remarks.DAYS_OF_UTC)
    return Plan(
        layout,
        max_missing,
        max_gap if unit is not None and max_gap < window else None,
        starts_by_the_clock=unit is not None,
        findings=tuple(findings),
        resolved={"window": window, "stride": stride, "align": align, "max_gap": max_gap, "max_missing": max_missing},
    )


def _usual_alignment(clock: Clock, window: int, stride: int) -> str:
    """Return "week" for windows of whole weeks, "day" for windows of whole days, otherwise "none"."""
    for name in ("week", "day"):
        unit = clock.steps_in(name) or 0
        if unit > 1 and window % unit == 0 and (stride % unit == 0 or unit % stride == 0):
            return name
    return "none"


def _unit(clock: Clock, align: str, stride: int) -> int:
    """Return the steps of an alignment."""
    unit = clock.steps_in(align)
    if unit is None:
        what = f"a step of {clock.in_words(1)} does not divide" if clock.ticks.is_date else "times are numbers without"
        raise InputError(f"align is {align!r}, but {what} a {align}: give align='none', or another every.")
    if stride % unit and unit % stride:
        raise InputError(
            f"Windows that start every {clock.in_words(stride)} do not start alike in each {align}: give a stride that "
            f"divides a {align}, or align='none'."
        )
    return unit


def _max_gap(clock: Clock, given: Any) -> int | None:
    """Return the longest hole in steps, at least 1."""
    if given is None:
        return None
    steps = whole_number(given)
    if steps is None and clock.ticks.is_date:
        steps = max(1, microseconds(given, "max_gap") // clock.every)
    if steps is None or steps < 1:
        raise InputError(f"max_gap is {given!r}: give a number of steps, or a duration for times that are dates.")
    return steps


def _wholes(rows: Rows, clock: Clock, options: ClockOptions) -> Plan:
    max_gap = _max_gap(clock, options.max_gap)
    series = read_series(rows, clock, max_gap or BLOCK)
    findings = [
        *remarks.beside_the_clock(rows, clock, series, options.every is not None),
        *remarks.far_rows(rows, clock, series),
    ]
    if max_gap is None:
        series = one_per_id(series, ~far_away(series))
        refused = remarks.too_sparse(rows, clock, series)
        findings += refused or (remarks.holes_within(rows, series) if options.max_missing is None else [])
    else:
        findings += remarks.holes(rows, clock, series, max_gap, is_given=True)
    start, steps, used, is_equal = _extents(clock, series, options)
    unused = np.flatnonzero(~used)
    reasons = worded(series.lengths[unused], lambda n: _why_not(n, options.steps))
    layout = replace(wholes(series, start, steps, used), unused=(Unused(series.id[unused], start[unused], reasons),))
    findings += remarks.lengths(rows, series, used, steps, is_equal, options.steps)
    if options.window is None and options.steps is None:
        findings += remarks.whole_series(rows, clock, series)
    by_day = is_equal and _starts_days(clock, start[used], steps)
    resolved = {"steps": steps if is_equal else ANY, "align": "day" if by_day else None, "max_gap": max_gap}
    return Plan(
        layout,
        1.0 if options.max_missing is None else options.max_missing,
        lengths=None if is_equal else series.lengths[used],
        findings=tuple(findings),
        resolved=resolved | {"max_missing": options.max_missing},
    )


def _extents(clock: Clock, series: Series, options: ClockOptions) -> tuple[Array, int, Array, bool]:
    """Return where samples start, their steps, which series are used, and whether all have the same length."""
    lengths = series.lengths
    common = _common_time(series)
    if isinstance(options.steps, int):
        start = series.first
        unit = clock.steps_in("day") if options.align == "day" else None
        if unit is not None:  # days begin at the steps of a sample where they did in training
            start = start // unit * unit
        elif common is not None and common[1] - common[0] < options.steps:
            start = np.full_like(start, common[0])
        start = np.where(series.last - start < options.steps, start, series.first)
        return start, options.steps, lengths <= options.steps, True
    if options.steps is None and common is not None:
        first, last = common
        return np.full_like(series.first, first), last - first + 1, np.ones(len(lengths), bool), True
    is_equal = options.steps is None and lengths.min() == lengths.max()
    used = lengths > 1
    return series.first, int(lengths.max()), used | is_equal, is_equal


def _common_time(series: Series) -> tuple[int, int] | None:
    """Return the first and last step that most series share, if all lie between and reach over most of it."""
    if len(series.id) != len(series.ids) or len(series.id) < 2:
        return None
    first, last = series.first.min(), series.last.max()
    most_share = (series.first == first).mean() > 0.5 and (series.last == last).mean() > 0.5
    covers = series.lengths.min() >= COVERED * (last - first + 1)
    return (int(first), int(last)) if most_share and covers else None


def _starts_days(clock: Clock, start: Array, steps: int) -> bool:
    """Return whether all samples are whole days from midnight."""
    day = clock.steps_in("day")
    return day is not None and day > 1 and steps % day == 0 and not (start % day).any()


def _why_not(length: int, steps: int | str | None) -> str:
    if isinstance(steps, int):
        return f"the series has {length} steps, the model reads {steps}"
    return "the series has 1 step"
