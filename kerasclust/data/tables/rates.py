"""Counters as differences from step to step."""

from collections.abc import Sequence

from kerasclust.data.tables.source import Source


def with_rates(source: Source, selected: str, counters: Sequence[str]) -> str:
    """Return the SQL of rows in which counters are differences.

    The difference of a row is the rise since the last row of the same id that has a value, for the time of one step.
    So the rise over a hole counts for all its steps. A fall, as where a counter starts again, is missing.

    Args:
        source: rows, whose first ones are in the table "glimpse".
        selected: SQL of the columns id, time, perhaps label, and c0, c1 ... of the channels.
        counters: those of c0, c1 ... that count.
    """
    rows = f"SELECT {selected} FROM source"
    if not counters:
        return rows
    time = _as_number(source, f"SELECT {selected} FROM glimpse")
    step = _usual_step(source, f"SELECT {selected} FROM glimpse", time)
    replaced = ", ".join(f"{_difference(counter, time, step)} AS {counter}" for counter in counters)
    return f"SELECT * REPLACE ({replaced}) FROM ({rows}) WINDOW series AS (PARTITION BY id ORDER BY time)"


def _difference(value: str, time: str, step: float) -> str:
    """Return the SQL of the rise since the last value, in the time of one step."""
    before = f"lag({value} IGNORE NULLS) OVER series"
    time_before = f"lag(CASE WHEN {value} IS NOT NULL THEN {time} END IGNORE NULLS) OVER series"
    return (
        f"(CASE WHEN {value} >= {before} THEN ({value} - {before}) / nullif({time} - {time_before}, 0) * {step!r} END)"
    )


def _usual_step(source: Source, rows: str, time: str) -> float:
    """Return the usual difference between the times of two rows of an id."""
    steps = f"SELECT {time} - lag({time}) OVER (PARTITION BY id ORDER BY time) AS step FROM ({rows})"
    found = source.one(f"SELECT mode(step) FROM ({steps}) WHERE step > 0")[0]
    return 1.0 if found is None else float(found)


def _as_number(source: Source, rows: str) -> str:
    """Return the SQL of a time as a number: seconds since 1970 for dates, numbers as they are."""
    kinds = {name: kind for name, kind, *_ in source.all(f"DESCRIBE {rows}")}
    return "epoch(time)" if kinds["time"].startswith("TIMESTAMP") else "time::DOUBLE"
