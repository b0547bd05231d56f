"""Facts about the columns of a table, each from one scan of it."""

from dataclasses import dataclass
from typing import Any

from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.source import Column, Source

LARGEST = 3.4028234663852886e38  # of float32
SAMPLE = 20_000  # first rows that tell the kind of a column
AT_ONCE = 250  # columns of a query
OFFSET = r"[T ]\d.*(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)\s*$"  # offset from UTC at the end of a time of day
# Texts that are meant as a number: without letters, as "1,234", "12 %" and "-", or with a unit, as "-80 dBm".
DAMAGED = r"^[^A-Za-z]*$|^[+-]?\d[\d.,]*\s[A-Za-z°µ%/]+$|^([+-]\d[\d.,]*|\d*[.,]\d+)[A-Za-z°µ%/]+$"


@dataclass(frozen=True)
class Profile:
    """Facts about a column.

    Args:
        column: the column.
        rows: rows of the table.
        filled: rows with a value; an empty field is none.
        numbers: rows with a number.
        marked: rows with a text or number that marks a missing value.
        truths: rows with "true" or "false".
        dates: rows with a time as ISO 8601.
        offsets: rows with a time with an offset from UTC.
        damaged: rows of texts that look like a number with something else.
        integers: rows with a whole number.
        distinct: approximate number of different values.
        infinite: rows with an infinite number.
        beyond: rows with a number beyond the range of float32.
        mean: mean of the numbers, or None.
        deviation: standard deviation of the numbers, or None.
        lowest: the smallest two numbers.
        highest: the largest two numbers.
    """

    column: Column
    rows: int
    filled: int
    numbers: int = 0
    marked: int = 0
    truths: int = 0
    dates: int = 0
    offsets: int = 0
    damaged: int = 0
    integers: int = 0
    distinct: int = 0
    infinite: int = 0
    beyond: int = 0
    mean: float | None = None
    deviation: float | None = None
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()

    @property
    def kind(self) -> str:
        """Kind of the values: "number", "boolean", "text", "time", "duration", "other", or "empty" without values."""
        if not self.filled - self.marked:
            return "empty"
        if self.column.kind != "text":
            return self.column.kind
        values = self.filled - self.marked
        if self.truths == values:
            return "boolean"
        if self.dates > self.numbers and 2 * self.dates >= values:
            return "time"
        looks = 2 * (self.numbers + self.damaged) >= values
        return "number" if looks and (self.numbers or self.damaged) else "text"

    @property
    def unparsed(self) -> int:
        """Rows of texts that are neither numbers nor mark a missing value."""
        return self.filled - self.numbers - self.marked if self.column.kind == "text" else 0

    @property
    def missing(self) -> int:
        """Rows without a number or text."""
        return self.rows - self.filled + self.marked

    @property
    def low(self) -> float:
        """Smallest number, NaN without numbers."""
        return self.lowest[0] if self.lowest else float("nan")

    @property
    def high(self) -> float:
        """Largest number, NaN without numbers."""
        return self.highest[0] if self.highest else float("nan")


Facts = dict[str, Profile]  # by the key of the column


def profile(source: Source) -> Facts:
    """Return facts about all columns.

    The first rows, in the table "glimpse", tell which facts of all rows are worth their time.
    """
    source.connection.execute(f"CREATE OR REPLACE TEMP TABLE glimpse AS SELECT * FROM source LIMIT {SAMPLE}")
    first = _facts(source, "glimpse", {})
    return first if _is_all(source, first) else _facts(source, "source", first)


def _is_all(source: Source, first: Facts) -> bool:
    return next(iter(first.values())).rows < SAMPLE


def _facts(source: Source, table: str, first: Facts) -> Facts:
    facts: Facts = {}
    for start in range(0, len(source.columns), AT_ONCE):
        columns = source.columns[start : start + AT_ONCE]
        values = [f"{source.number(column)} AS v{column.key}" for column in columns if _has_numbers(column)]
        aggregates = {column.key: _aggregates(source, column, first.get(column.key)) for column in columns}
        wanted = [sql for parts in aggregates.values() for sql in parts.values()]
        rows, *found = source.one(
            f"SELECT count(*), {', '.join(wanted)} FROM (SELECT {', '.join(['*', *values])} FROM {table})"
        )
        left = iter(found)
        for column in columns:
            given = {name: _clean(name, next(left)) for name in aggregates[column.key]}
            facts[column.key] = Profile(column, rows, **given)
    return facts


def _has_numbers(column: Column) -> bool:
    return column.kind in ("number", "boolean", "text")


def _aggregates(source: Source, column: Column, first: Profile | None) -> dict[str, str]:
    """Return the SQL of each fact."""
    key = column.key
    if column.kind == "time":
        return {"filled": f"count({key})", "distinct": f"approx_count_distinct({key})"}
    if not _has_numbers(column):
        return {"filled": f"count({key})"}
    value = f"v{key}"
    finite = f"(CASE WHEN abs({value}) <= {LARGEST} THEN {value} END)"
    facts = {
        "filled": f"count({column.text})",
        "numbers": f"count({value})",
        "marked": f"count_if({source.is_marked(column)})",
        "integers": f"count_if({value} = trunc({value}))",
        "distinct": f"approx_count_distinct({key})",
        "infinite": f"count_if(isinf({value}))",
        "beyond": f"count_if(abs({value}) > {LARGEST} AND NOT isinf({value}))",
        "mean": f"avg({finite})",
        "deviation": f"stddev_pop({finite})",
        "lowest": f"min({finite}, 2)",
        "highest": f"max({finite}, 2)",
    }
    if column.kind == "text" and not (first and first.numbers == first.filled):
        facts |= {
            "truths": f"count_if(lower(trim({key})) IN ('true', 'false'))",
            "dates": f"count_if(isfinite(TRY_CAST({key} AS TIMESTAMP)))",
            "offsets": f"count_if(regexp_matches({key}, {literal(OFFSET)}))",
            "damaged": f"count_if({value} IS NULL AND regexp_matches(trim({key}), {literal(DAMAGED)}) AND "
            f"NOT {source.is_marked(column)} AND TRY_CAST({key} AS TIMESTAMP) IS NULL)",
        }
    return facts


def _clean(name: str, value: Any) -> Any:
    if name in ("lowest", "highest"):
        return tuple(value or ())
    return value if name in ("mean", "deviation") else value or 0
