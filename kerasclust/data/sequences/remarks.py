"""Findings about series and their clock, in sentences."""

import numpy as np
import pyarrow

from kerasclust.data.findings import Finding, Severity
from kerasclust.data.sequences.clock import Clock
from kerasclust.data.sequences.durations import DAY
from kerasclust.data.sequences.layout import Unused
from kerasclust.data.sequences.options import ClockOptions
from kerasclust.data.sequences.scatter import Merged
from kerasclust.data.sequences.series import BLOCK, Series, far_away, main_series
from kerasclust.data.sequences.types import Rows
from kerasclust.types import Array

MEASURED = 0.75  # share of the steps of a series that has rows, else its holes are told
PARTS = 10  # windows of a single series without days
USABLE = 0.5  # largest share of missing values that is proposed
MOST_STEPS = 20  # steps a row of series without windows; more are holes
ZONES = ("Europe/London", "Europe/Berlin", "Europe/Athens", "America/New_York", "Australia/Sydney")  # a zone a change
DAYS_OF_UTC = Finding(
    "utc", "note", "Days start at midnight UTC.", "give timezone='Europe/Dublin', or another, for local days"
)


def beside_the_clock(rows: Rows, clock: Clock, series: Series, is_given: bool) -> list[Finding]:
    """Return the finding that rows lie beside the steps of a clock that was found, not given."""
    if is_given or series.beside is None:
        return []
    place, step = series.beside
    sentence = (
        f"{counted(series.n_beside, 'row')} {be(series.n_beside)} beside the clock of {clock.in_words(1)}, such as "
        f"{where(rows, series, place)} near {clock.text(step)}, and {count_for(series.n_beside)} the nearest step."
    )
    remedy = f"give every={clock.ticks.as_option(clock.every)!r} if that is meant"
    return [Finding("beside-the-clock", "doubtful", sentence, remedy, series.n_beside)]


def far_rows(rows: Rows, clock: Clock, series: Series) -> list[Finding]:
    """Return the finding that some rows lie far from all others of their id, as by a wrong year."""
    main, far = main_series(series), np.flatnonzero(far_away(series))
    if not len(far):
        return []
    n, one = int(series.n_rows[far].sum()), far[0]
    others = f"{clock.text(series.first[main[one]])} to {clock.text(series.last[main[one]])}"
    return [
        Finding(
            "far-time",
            "doubtful",
            f"{counted(n, 'row')} {be(n)} far from all others of the same {rows.id_name}, such as "
            f"{where(rows, series, series.id[one])} at {clock.text(series.first[one])}, others from {others}; "
            "they are in no sample.",
            count=n,
        )
    ]


def holes(rows: Rows, clock: Clock, series: Series, max_gap: int, is_given: bool) -> list[Finding]:
    """Return the finding that holes end series."""
    after = np.flatnonzero(series.id[1:] == series.id[:-1]) + 1
    if not len(after):
        return []
    lengths = series.first[after] - series.last[after - 1] - 1
    longest = after[lengths.argmax()]
    ends = "ends a series" if len(after) == 1 else "end series"
    return [
        Finding(
            "holes",
            "note" if is_given else "doubtful",
            f"{counted(len(after), 'hole')} of more than {clock.in_words(max_gap)} {ends}; the longest has "
            f"{clock.in_words(lengths.max())}, in {where(rows, series, series.id[longest])} after "
            f"{clock.text(series.last[longest - 1])}.",
            "" if is_given else f"give max_gap={max_gap} if that is meant",
            len(after),
        )
    ]


def too_sparse(rows: Rows, clock: Clock, series: Series) -> list[Finding]:
    """Return the refusal of series that consist of holes, as a wrong year leaves behind."""
    n_steps, n_rows = int(series.lengths.sum()), int(series.n_rows.sum())
    if n_steps <= max(MOST_STEPS * n_rows, BLOCK):
        return []
    emptiest = int((series.lengths / series.n_rows).argmax())
    gap = BLOCK * clock.every
    gap -= gap % DAY if clock.ticks.is_date and gap > DAY else 0
    return [
        Finding(
            "holes",
            "refused",
            f"Only {n_rows:,} of {n_steps:,} steps have a row: {where(rows, series, series.id[emptiest])} has rows "
            f"from {clock.text(series.first[emptiest])} to {clock.text(series.last[emptiest])}.",
            f"correct the times, or give max_gap={_gap_option(clock, gap)} to end series at longer holes",
        )
    ]


def _gap_option(clock: Clock, ticks: int) -> str:
    return repr(clock.ticks.as_option(ticks)) if clock.ticks.is_date else str(ticks // clock.every)


def too_short(rows: Rows, clock: Clock, series: Series, window: int) -> list[Finding]:
    """Return the finding that some or all ids have no series as long as the window."""
    longest = np.zeros(len(series.ids), np.int64)
    np.maximum.at(longest, series.id, series.lengths)
    short = np.flatnonzero(longest < window)
    if not len(short):
        return []
    if len(short) == len(series.ids):
        best = int(longest.argmax())
        steps = f"{window} steps" + (f" of {clock.in_words(1)}" if clock.ticks.is_date else "")
        sentence = f"The window has {steps}, but the longest series, {where(rows, series, best)}, has {longest[best]}."
        return [_shorter_window("refused", sentence, int(longest[best]), len(short))]
    names = ", ".join(f"{series.ids[place]} ({counted(longest[place], 'step')})" for place in short[:3].tolist())
    sentence = (
        f"{len(short):,} of {len(series.ids):,} series {be(len(short))} shorter than the window of {window} steps and "
        f"left out: {rows.id_name} {names}{', ...' if len(short) > 3 else ''}."
    )
    return [_shorter_window("doubtful", sentence, int(longest[short].min()), len(short))]


def _shorter_window(severity: Severity, sentence: str, longest: int, n: int) -> Finding:
    return Finding("short-series", severity, sentence, f"give window={longest}" if longest > 1 else "", n)


def holes_within(rows: Rows, series: Series) -> list[Finding]:
    """Return the finding that whole series lack many rows."""
    measured = series.n_rows / series.lengths
    sparse = np.flatnonzero(measured < MEASURED)
    if not len(sparse):
        return []
    worst = int(measured.argmin())
    example = f"{where(rows, series, series.id[worst])} with {series.n_rows[worst]:,} rows in {series.lengths[worst]:,}"
    sentence = (
        f"{len(sparse):,} of {counted(len(measured), 'sample')} {have(len(sparse))} no rows for more than a quarter of "
        f"the steps, such as {example}."
    )
    return [Finding("holes", "doubtful", sentence, "give max_missing=0.25 to leave them out", len(sparse))]


def ends(n: int, window: int) -> list[Finding]:
    """Return the finding that n series go on after their last window."""
    if not n:
        return []
    sentence = f"{counted(n, 'end')} of series, shorter than the window of {window} steps, {be(n)} in no sample."
    return [Finding("ends", "note", sentence, count=n)]


def lengths(
    rows: Rows, series: Series, used: Array, steps: int, is_equal: bool, expected: int | str | None
) -> list[Finding]:
    """Return findings about the lengths of series that are samples as a whole."""
    of = series.lengths
    if isinstance(expected, int):
        long = np.flatnonzero(~used)
        if not len(long):
            return []
        sentence = (
            f"{len(long):,} of {len(of):,} series {have(len(long))} more than the {expected} steps that the model "
            f"reads and {be(len(long))} left out, such as {where(rows, series, series.id[long[0]])} with {of[long[0]]}."
        )
        severity: Severity = "doubtful" if used.any() else "refused"
        return [Finding("long-series", severity, sentence, f"give window={expected} to cut them", len(long))]
    if not used.any() or steps < 2:
        return [Finding("no-series", "refused", f"No {rows.id_name} has rows of two different steps.")]
    found = []
    if not used.all():
        n = int((~used).sum())
        one = where(rows, series, series.id[np.flatnonzero(~used)[0]])
        sentence = f"{n:,} of {len(of):,} series {have(n)} a single step and {be(n)} left out, such as {one}."
        found.append(Finding("short-series", "doubtful", sentence, count=n))
    if not is_equal:
        sentence = f"Series have from {of[used].min()} to {of[used].max()} steps; shorter ones are padded at their end."
        found.append(Finding("lengths", "note", sentence))
    return found


def shared_steps(
    rows: Rows, clock: Clock, series: Series, merged: Merged | None, options: ClockOptions
) -> list[Finding]:
    """Return the finding that several rows share a step: clock changes, or times that occur twice."""
    if merged is None:
        return []
    n = merged.n_rows - len(merged.id)
    how = {"mean": "mean", "sum": "sum", "max": "largest", "last": "last"}[options.aggregate or "mean"]
    example = f"such as {where(rows, series, merged.id[0])} at {clock.text(merged.step[0])}; a step has the {how} value"
    zone = _changing_zone(rows, clock, merged)
    if zone is not None and clock.ticks.timezone is not None:
        return [Finding("clock-change", "note", f"The end of summer time repeats an hour, {example}.", count=n)]
    if zone is not None:
        sentence = f"{counted(n, 'row')} {repeat(n)} an hour, as at the end of summer time, {example}."
        return [Finding("clock-change", "doubtful", sentence, f"give timezone={zone!r}, or that of the data", n)]
    sentence = f"{counted(n, 'row')} {repeat(n)} a step of the same {rows.id_name}, {example}."
    if options.aggregate is not None:
        return [Finding("duplicates", "note", sentence, count=n)]
    return [Finding("duplicates", "doubtful", sentence, "give aggregate='mean', 'last', 'sum' or 'max'", n)]


def _changing_zone(rows: Rows, clock: Clock, merged: Merged) -> str | None:
    """Return a zone whose clock change repeats all merged steps: the zone of the times, or one of the usual zones."""
    zone = clock.ticks.timezone
    if not clock.ticks.is_date or zone == "UTC":
        return None
    times = clock.ticks_of(np.unique(merged.step))
    return next((name for name in (ZONES if zone is None else (zone,)) if _repeats(rows, name, times)), None)


def _repeats(rows: Rows, zone: str, times: Array) -> bool:
    """Return whether the wall clock of a zone shows all times twice."""
    shows_again = " OR ".join(
        f"timezone('{zone}', timezone('{zone}', t) {sign} INTERVAL 1 HOUR) = t" for sign in ("+", "-")
    )
    rows.connection.register("kerasclust_times", pyarrow.table({"u": times}))
    try:
        found = rows.connection.execute(
            f"SELECT bool_and({shows_again}) FROM (SELECT make_timestamp(u) AS t FROM kerasclust_times)"
        ).fetchall()
    finally:
        rows.connection.unregister("kerasclust_times")
    return bool(found[0][0])


def left_out(
    rows: Rows, clock: Clock, series: Series, unused: Unused, shares: Array, n: int, options: ClockOptions
) -> list[Finding]:
    """Return the finding that samples are missing by too much.

    Args:
        rows: the rows.
        clock: their clock.
        series: their series.
        unused: the samples that are not used.
        shares: array, the shares of missing values of samples that are not used and were looked at.
        n: number of samples asked for.
        options: options of the user.
    """
    if not len(unused):
        return []
    sentence = (
        f"{len(unused):,} of {n:,} samples {be(len(unused))} not used, such as {where(rows, series, unused.id[0])} "
        f"from {clock.text(unused.start[0])}: {unused.reasons[0]}."
    )
    limit = np.ceil(100 * shares[shares <= USABLE].max(initial=0.0) - 1e-9) / 100
    remedy = f"give max_missing={limit:g} to use more of them" if limit and options.max_gap is None else ""
    severity: Severity = "doubtful" if len(unused) < n else "refused"
    return [Finding("left-out", severity, sentence, remedy, len(unused))]


def whole_series(rows: Rows, clock: Clock, series: Series) -> list[Finding]:
    """Return the proposal to cut series into days, where whole series are samples though nobody said so."""
    steps = int(np.median(series.lengths))
    day = clock.steps_in("day")
    has_days = day is not None and day > 1 and steps >= 2 * day
    if len(series.ids) == 1:
        window = "'1d'" if has_days else str(min(128, max(2, steps // PARTS)))
        sentence = f"There is one series, of {steps} steps, and so one sample."
        return [Finding("whole-series", "doubtful", sentence, f"give window={window} to cut it")] if steps > 3 else []
    if not has_days or day is None:
        return []
    sentence = f"Each sample is a whole series of {steps} steps, {steps / day:.3g} days."
    remedy = "give window='1d' to group days, or window='series' to group whole series"
    return [Finding("whole-series", "doubtful", sentence, remedy)]


def where(rows: Rows, series: Series, place: int) -> str:
    """Return an id with the name of its column."""
    return f"{rows.id_name} {series.ids[place]}"


def have(n: int) -> str:
    """Return "has" or "have"."""
    return "has" if n == 1 else "have"


def counted(n: int, noun: str) -> str:
    """Return a number and a noun.

    Example:
        >>> counted(1, "row"), counted(1200, "row")
        ('1 row', '1,200 rows')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def be(n: int) -> str:
    """Return "is" or "are"."""
    return "is" if n == 1 else "are"


def count_for(n: int) -> str:
    """Return "counts for" or "count for"."""
    return "counts for" if n == 1 else "count for"


def repeat(n: int) -> str:
    """Return "repeats" or "repeat"."""
    return "repeats" if n == 1 else "repeat"
