"""Facts about the columns of a table, from one scan of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kerasclust.data.tables.source import Column, Source, is_marker

LARGEST = 3.4028234663852886e38  # of float32
SAMPLE = 20_000  # first rows that tell the kind of a column of texts


@dataclass(frozen=True)
class Profile:
    """Facts about a column.

    Args:
        column: the column.
        kind: "number", "boolean", "text", "time", "duration" or "other".
        rows: rows of the table.
        filled: rows with a value; an empty field is none.
        numbers: rows with a number.
        markers: rows with a text for a missing number, such as "NA".
        truths: rows with "true" or "false".
        infinite: rows with an infinite number.
        beyond: rows with a number beyond the range of float32.
        low: smallest number, or None.
        high: largest number, or None.
        mean: mean of the numbers, or None.
        deviation: standard deviation of the numbers, or None.
        distinct: approximate number of different values.
        lowest: the smallest two numbers.
        highest: the largest two numbers.
    """

    column: Column
    kind: str
    rows: int
    filled: int
    numbers: int = 0
    markers: int = 0
    truths: int = 0
    infinite: int = 0
    beyond: int = 0
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    deviation: float | None = None
    distinct: int = 0
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()

    @property
    def missing(self) -> int:
        """Rows without a value."""
        return self.rows - self.filled

    @property
    def unparsed(self) -> int:
        """Rows of texts that are neither numbers nor stand for a missing number."""
        return self.filled - self.numbers - self.markers if self.column.kind == "text" else 0


def profile(source: Source) -> dict[str, Profile]:
    """Return facts about all columns, {key: Profile}."""
    parts = [part for column in source.columns for part in _aggregates(source, column)]
    found = iter(source.one(f"SELECT count(*), {', '.join(parts)} FROM source"))
    rows = next(found)
    return {
        column.key: _profile(column, rows, [next(found) for _ in _aggregates(source, column)])
        for column in source.columns
    }


def _aggregates(source: Source, column: Column) -> Sequence[str]:
    key = column.key
    if column.kind in ("time", "duration", "other"):
        return [f"count({key})"]
    value = source.number(column)
    finite = f"(CASE WHEN abs({value}) <= {LARGEST} THEN {value} END)"
    numbers = [
        f"count_if(isinf({value}))",
        f"count_if(abs({value}) > {LARGEST} AND NOT isinf({value}) AND NOT isnan({value}))",
        f"min({finite})",
        f"max({finite})",
        f"avg({finite})",
        f"stddev_pop({finite})",
        f"approx_count_distinct({key})",
        f"min({finite}, 2)",
        f"max({finite}, 2)",
    ]
    if column.kind != "text":
        filled = f"count({key})" if not column.type.startswith(("FLOAT", "DOUBLE")) else f"count_if(NOT isnan({key}))"
        return [filled, filled, "0", "0", *numbers]
    return [
        f"count({column.text})",
        f"count(CASE WHEN NOT isnan({value}) THEN 1 END)",
        f"count_if({is_marker(column)})",
        f"count_if(lower(trim({key})) IN ('true', 'false'))",
        *numbers,
    ]


def _profile(column: Column, rows: int, found: Sequence[object]) -> Profile:
    if len(found) == 1:
        return Profile(column, column.kind, rows, *found)  # type: ignore[arg-type]
    *facts, lowest, highest = found
    profile = Profile(column, column.kind, rows, *facts, tuple(lowest or ()), tuple(highest or ()))  # type: ignore
    if column.kind != "text" or not profile.filled:
        return profile
    kind = "text"
    if profile.truths + profile.markers == profile.filled and profile.truths:
        kind = "boolean"
    elif profile.numbers * 2 >= profile.filled - profile.markers and profile.numbers:
        kind = "number"
    return Profile(**{**profile.__dict__, "kind": kind})
