"""Counters: columns that only rise within a series, but for resets."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.profile import Facts
from kerasclust.data.tables.source import Column, Source

LEAST = 10  # steps that have to be seen
FALLS = 0.01  # share of steps that may fall, because a counter starts again
RISES = 0.5  # share of steps that rise


def counters(source: Source, id: str, time: str, channels: tuple[Column, ...], facts: Facts) -> list[Finding]:
    """Return the columns whose values only rise within each series, seen in the first rows.

    Args:
        source: rows, whose first ones are in the table "glimpse".
        id: SQL of the id.
        time: SQL of the time.
        channels: input columns.
        facts: facts about them.
    """
    numbers = [column for column in channels if facts[column.key].kind == "number" and facts[column.key].distinct > 2]
    if not numbers:
        return []
    steps = ", ".join(
        f"{source.number(column)} - lag({source.number(column)}) OVER series AS d{column.key}" for column in numbers
    )
    counts = ", ".join(f"count({d}), count_if({d} < 0), count_if({d} > 0)" for d in (f"d{c.key}" for c in numbers))
    found = source.one(
        f"SELECT {counts} FROM (SELECT {steps} FROM glimpse WINDOW series AS (PARTITION BY {id} ORDER BY {time}))"
    )
    return [
        _finding(column, n, falls)
        for column, (n, falls, rises) in zip(numbers, zip(*[iter(found)] * 3, strict=True), strict=True)
        if n >= LEAST and falls <= FALLS * n and rises >= RISES * n
    ]


def _finding(column: Column, n: int, falls: int) -> Finding:
    what = (
        f"Column {column.name!r} only rises: {n - falls:,} of {n:,} steps within a series do not fall, as in a counter."
    )
    return Finding("counter", "doubtful", what, f"give rate={column.name!r} for the difference of each step", n)
