"""Times of rows: numbers, or dates as ISO 8601."""

from dataclasses import dataclass, field

from kerasclust.data.findings import Finding
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.profile import Facts, Profile, has_offset, is_date
from kerasclust.data.tables.source import INTEGERS, Column, Source

YEARS = (946_684_800, 4_102_444_800)  # 2000 to 2100 in seconds since 1970
UNITS = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass
class Times:
    """Times of the rows of a source.

    Args:
        sql: SQL of a time, NULL where there is none.
        findings: what is refused or was decided.
    """

    sql: str
    findings: list[Finding] = field(default_factory=list)


def times_of(source: Source, column: Column, facts: Facts) -> Times:
    """Return how times are read from a column."""
    fact, name = facts[column.key], column.name
    if fact.kind == "empty":
        return Times("NULL", [Finding("time", "refused", f"Column {name!r} has no times: all fields are empty.")])
    if column.kind == "duration":
        return Times(f"epoch({column.key})", _missing(source, column, fact.rows - fact.filled))
    if column.kind == "time":
        type = "TIMESTAMPTZ" if column.type.startswith("TIMESTAMP WITH TIME ZONE") else "TIMESTAMP"
        return Times(f"{column.key}::{type}", _missing(source, column, fact.rows - fact.filled))
    if column.kind not in ("text", "number"):
        what = f"Column {name!r} holds no times ({column.type})."
        return Times("NULL", [Finding("time", "refused", what, "use numbers or ISO 8601")])
    times = _numbers(source, column, facts) if fact.numbers >= fact.dates else _dates(source, column, facts)
    times.findings += _missing(source, column, fact.rows - fact.filled)
    return times


def _numbers(source: Source, column: Column, facts: Facts) -> Times:
    fact, value = facts[column.key], source.raw_number(column)
    if fact.numbers < fact.filled or fact.infinite:
        odd = f"({value} IS NULL OR NOT isfinite({value}))"
        return Times("NULL", [_no_time(source, column, odd, fact.filled - fact.numbers + fact.infinite)])
    if not _are_whole(source, fact, value):
        return Times(value)
    is_exact = column.kind == "text" and source.decimal == "."  # a text may have more digits than a DOUBLE
    whole = f"CAST({column.text if is_exact else value} AS BIGINT)"
    for unit, parts in UNITS.items():
        if YEARS[0] * parts <= fact.low and fact.high <= YEARS[1] * parts:
            what = f"Column {column.name!r} holds {unit} since 1970 in UTC."
            return Times(f"make_timestamptz(({value} * {10**6 / parts!r})::BIGINT)", [Finding("epoch", "note", what)])
    for digits, form in COMPACT.items():
        if 19 * 10 ** (digits - 2) <= fact.low and fact.high < 21 * 10 ** (digits - 2):
            parsed = f"try_strptime({column.text}, {literal(form)})"
            if not source.one(f"SELECT count(*) FROM source WHERE {parsed} IS NULL AND {column.text} IS NOT NULL")[0]:
                what = f"Column {column.name!r} holds dates such as {fact.low:.0f}, as {form}."
                return Times(parsed, [Finding("compact_date", "note", what)])
    return Times(whole)


def _are_whole(source: Source, fact: Profile, value: str) -> bool:
    """Return whether all times are whole numbers; the type or the first rows mostly tell."""
    if fact.column.type.startswith(INTEGERS):
        return True
    return (
        fact.integers == fact.sampled and not source.one(f"SELECT count_if({value} <> trunc({value})) FROM source")[0]
    )


def _dates(source: Source, column: Column, facts: Facts) -> Times:
    fact = facts[column.key]
    if fact.dates < fact.filled:
        return Times("NULL", [_no_time(source, column, f"NOT {is_date(column)}", fact.filled - fact.dates)])
    if 0 < fact.offsets < fact.filled:
        offset = has_offset(column)
        (row, with_one), (other, without) = (
            source.first(f"{column.text} IS NOT NULL AND {condition}", column.text)
            for condition in (offset, f"NOT {offset}")
        )
        what = (
            f"Column {column.name!r} holds times with an offset from UTC, such as {with_one} in row {row}, and times "
            f"without, such as {without} in row {other}."
        )
        return Times("NULL", [Finding("offsets", "refused", what, "give all of them an offset, or none", fact.offsets)])
    return Times(f"TRY_CAST({column.key} AS {'TIMESTAMPTZ' if fact.offsets else 'TIMESTAMP'})")


def _no_time(source: Source, column: Column, odd: str, n: int) -> Finding:
    row, value = source.first(f"{column.text} IS NOT NULL AND {odd}", column.text)
    what = f"Column {column.name!r} holds {value!r} in row {row}, which is not a time"
    what += f", and {n - 1:,} more such texts." if n > 1 else "."
    return Finding("time", "refused", what, "use numbers or ISO 8601, such as 2024-05-31T12:00:00", n)


def _missing(source: Source, column: Column, n: int) -> list[Finding]:
    if not n:
        return []
    row, _ = source.first(f"{column.text} IS NULL")
    values = "value" if n == 1 else "values"
    what = f"Column {column.name!r} has {n:,} missing {values}, the first in row {row}."
    return [Finding("time", "refused", what, "fill or remove these rows", n)]
