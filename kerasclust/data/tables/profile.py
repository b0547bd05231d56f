"""Facts about the columns of a table: all of them from its first rows, and what has to be exact from all rows."""

from dataclasses import dataclass, replace
from typing import Any

from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.source import Column, Source

LARGEST = 3.4028234663852886e38  # of float32
SAMPLE = 20_000  # first rows
AT_ONCE = 250  # columns of a query
OFFSET = r"[T ]\d.*(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)\s*$"  # offset from UTC at the end of a time of day
# Texts that are meant as a number: without letters, as "1,234", "12 %" and "-", or with a unit, as "-80 dBm".
DAMAGED = r"^[^\pL]*$|^[+-]?\d[\d.,]*\s[A-Za-z°µ%/]+$|^([+-]\d[\d.,]*|\d*[.,]\d+)[A-Za-z°µ%/]+$"


@dataclass(frozen=True)
class Profile:
    """Facts about a column.

    Args:
        column: the column.
        rows: rows of the table.
        filled: rows with a value; an empty field is none.
        kind: "number", "boolean", "text", "time", "duration", "other", or "empty" without values.
        numbers: rows with a number.
        marked: rows with a text or number that marks a missing value.
        dates: rows with a time as ISO 8601.
        offsets: rows with a time with an offset from UTC.
        infinite: rows with an infinite number.
        beyond: rows with a number beyond the range of float32.
        lowest: the smallest number, and the second smallest where it is known.
        highest: the largest number, and the second largest where it is known.
        sampled: rows that the following facts are from.
        truths: rows with "true" or "false".
        damaged: rows of texts that look like a number with something else.
        integers: rows with a whole number.
        distinct: approximate number of different values.
        deviation: standard deviation of the numbers, or None.
    """

    column: Column
    rows: int
    filled: int
    kind: str = ""
    numbers: int = 0
    marked: int = 0
    dates: int = 0
    offsets: int = 0
    infinite: int = 0
    beyond: int = 0
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()
    sampled: int = 0
    truths: int = 0
    damaged: int = 0
    integers: int = 0
    distinct: int = 0
    deviation: float | None = None

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


def glimpse(source: Source) -> Facts:
    """Return facts about all columns in the first rows, which become the table "glimpse"."""
    source.connection.execute(f"CREATE OR REPLACE TEMP TABLE glimpse AS SELECT * FROM source LIMIT {SAMPLE}")
    found = _facts(source, "glimpse", {column.key: _all_facts(source, column) for column in source.columns})
    return {key: replace(fact, kind=_kind(fact), sampled=fact.rows) for key, fact in found.items()}


def profile(source: Source, first: Facts) -> Facts:
    """Return facts about all columns, some of them from all rows.

    Args:
        source: rows.
        first: facts from the first rows.
    """
    if is_complete(first):
        return first
    exact = _facts(source, "source", {key: _exact_facts(source, fact) for key, fact in first.items()})
    return {key: _joined(first[key], fact) for key, fact in _without_nan(source, exact).items()}


def is_complete(first: Facts) -> bool:
    """Return whether the first rows are all rows."""
    return next(iter(first.values())).rows < SAMPLE


def _facts(source: Source, table: str, wanted: dict[str, dict[str, str]]) -> Facts:
    """Return the wanted facts of each column, {key: {fact: SQL}}."""
    facts: Facts = {}
    for start in range(0, len(source.columns), AT_ONCE):
        columns = source.columns[start : start + AT_ONCE]
        values = [f"{source.number(column)} AS v{column.key}" for column in columns if _has_numbers(column)]
        sqls = [sql for column in columns for sql in wanted[column.key].values()]
        inner = f"SELECT {', '.join(['*', *values])} FROM {table}"
        rows, *found = source.one(f"SELECT {', '.join(['count(*)', *sqls])} FROM ({inner})")
        left = iter(found)
        for column in columns:
            given = {name: _clean(name, next(left)) for name in wanted[column.key]}
            facts[column.key] = Profile(column, rows, **given)
    return facts


def _has_numbers(column: Column) -> bool:
    return column.kind in ("number", "boolean", "text")


def _all_facts(source: Source, column: Column) -> dict[str, str]:
    """Return the SQL of every fact."""
    key = column.key
    if column.kind == "time":
        return {"filled": f"count({key})", "distinct": f"approx_count_distinct({key})"}
    if not _has_numbers(column):
        return {"filled": f"count({key})"}
    value, marked = f"v{key}", source.is_marked(column)
    finite = f"(CASE WHEN abs({value}) <= {LARGEST} THEN {value} END)"
    facts = {
        # numbers as text, as in column.text, take ten times as long as all other facts
        "filled": f"count({column.text})"
        if column.kind == "text"
        else f"count_if(NOT isnan({source.raw_number(column)}))",
        "numbers": f"count({value})",
        "marked": f"count_if({marked})",
        "infinite": f"count_if(isinf({value}))",
        "beyond": f"count_if(abs({value}) > {LARGEST} AND NOT isinf({value}))",
        "lowest": f"min({finite}, 2)",
        "highest": f"max({finite}, 2)",
        "integers": f"count_if({value} = trunc({value}))",
        "distinct": f"approx_count_distinct({key})",
        "deviation": f"stddev_pop({finite})",
    }
    if column.kind != "text":
        return facts
    is_damaged = f"{value} IS NULL AND regexp_matches(trim({key}), {literal(DAMAGED)})"
    return facts | {
        "truths": f"count_if(lower(trim({key})) IN ('true', 'false'))",
        "dates": f"count_if({is_date(column)})",
        "offsets": f"count_if({has_offset(column)})",
        "damaged": f"count_if({is_damaged} AND NOT {marked} AND TRY_CAST({key} AS TIMESTAMPTZ) IS NULL)",
    }


def is_date(column: Column) -> str:
    """Return the SQL condition that a text is a time as ISO 8601."""
    return f"coalesce(isfinite(TRY_CAST({column.key} AS TIMESTAMPTZ)), false)"


def has_offset(column: Column) -> str:
    """Return the SQL condition that a text is a time with an offset from UTC."""
    return f"regexp_matches({column.key}, {literal(OFFSET)})"


def _exact_facts(source: Source, first: Profile) -> dict[str, str]:
    """Return the SQL of the facts that have to be exact, as cheap as the kind of the column allows."""
    column, key = first.column, first.column.key
    if column.kind in ("time", "duration", "other") or first.kind in ("text", "boolean", "time"):
        facts = {"filled": f"count({column.text if _has_numbers(column) else key})"}
        if column.kind == "text" and first.kind == "time":
            facts |= {"dates": f"count_if({is_date(column)})", "offsets": f"count_if({has_offset(column)})"}
        if column.kind == "text" and first.kind == "boolean":
            facts |= {"truths": f"count_if(lower(trim({key})) IN ('true', 'false'))"}
        return facts
    value = f"v{key}"
    ends = {"lowest": f"min({value}, 2)", "highest": f"max({value}, 2)"}
    if column.kind != "text":
        if not source.stored and not source.missing:  # files know the ends of their columns
            ends = {"lowest": f"[min({key}::DOUBLE)]", "highest": f"[max({key}::DOUBLE)]"}
        return {"filled": f"count({key})", "numbers": f"count({value if source.missing else key})", **ends}
    marked = f"CASE WHEN {value} IS NULL AND {column.text} IS NOT NULL THEN {source.is_marked(column)} END"
    return {"filled": f"count({column.text})", "numbers": f"count({value})", "marked": f"count_if({marked})", **ends}


def _without_nan(source: Source, exact: Facts) -> Facts:
    """Look again at columns whose largest number is NaN or infinite, or whose ends are beyond float32."""
    odd = [key for key, fact in exact.items() if fact.lowest and not -LARGEST <= fact.low <= fact.high <= LARGEST]
    if not odd:
        return exact
    wanted: dict[str, dict[str, str]] = {column.key: {} for column in source.columns}
    facts = ("numbers", "infinite", "beyond", "lowest", "highest")
    wanted |= {key: {name: _all_facts(source, exact[key].column)[name] for name in facts} for key in odd}
    again = _facts(source, "source", wanted)
    return exact | {key: replace(exact[key], **{name: getattr(again[key], name) for name in facts}) for key in odd}


def _joined(first: Profile, exact: Profile) -> Profile:
    """Return exact facts, and the others from the first rows."""
    sampled = ("kind", "sampled", "damaged", "integers", "distinct", "deviation")
    found = replace(exact, **{name: getattr(first, name) for name in sampled})
    return replace(found, kind=_kind(replace(found, truths=0))) if first.kind == "empty" and exact.filled else found


def _kind(fact: Profile) -> str:
    values = fact.filled - fact.marked
    if values <= 0:
        return "empty"
    if fact.column.kind != "text":
        return fact.column.kind
    if fact.truths == values:
        return "boolean"
    if fact.dates > fact.numbers and 2 * fact.dates >= values:
        return "time"
    looks = 2 * (fact.numbers + fact.damaged) >= values
    return "number" if looks and (fact.numbers or fact.damaged) else "text"


def _clean(name: str, value: Any) -> Any:
    if name in ("lowest", "highest"):
        return tuple(float(number) for number in value or () if number is not None)
    return value if name == "deviation" else value or 0
