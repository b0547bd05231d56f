"""Sources of rows: a view in DuckDB and what is known about its columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from kerasclust.data.findings import Finding
from kerasclust.data.tables.engine import literal

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
FLOATS = ("FLOAT", "DOUBLE", "UHUGEINT")
TEXTS = ("VARCHAR", "ENUM", "UUID")
TIMES = ("DATE", "TIMESTAMP")
MISSING = (
    "na",
    "n/a",
    "#n/a",
    "nan",
    "null",
    "none",
    "nil",
    "nat",
    "<na>",
)  # texts for a missing number, in lower case
WHOLE = 2**53  # floats below are exact whole numbers


@dataclass(frozen=True)
class Column:
    """Column of a source.

    Args:
        key: name in the view, "k0", "k1", ..., which needs no quotes.
        name: name as the user knows it.
        type: type in DuckDB.
    """

    key: str
    name: str
    type: str

    @property
    def kind(self) -> str:
        """Kind of the type: "number", "boolean", "text", "time", "duration" or "other"."""
        if self.type.endswith("]"):
            return "other"
        if self.type.startswith(("DECIMAL", *INTEGERS, *FLOATS)):
            return "number"
        if self.type.startswith(TEXTS):
            return "text"
        if self.type.startswith(TIMES):
            return "time"
        return {"BOOLEAN": "boolean", "INTERVAL": "duration"}.get(self.type, "other")

    @property
    def text(self) -> str:
        """SQL of the value as text without blanks around it, NULL for an empty field."""
        key = self.key
        if self.type.startswith(FLOATS):  # whole numbers that a missing value made floats
            whole = f"{key} = trunc({key}) AND abs({key}) < {WHOLE}"
            return f"(CASE WHEN {whole} THEN {key}::BIGINT::VARCHAR WHEN NOT isnan({key}) THEN {key}::VARCHAR END)"
        return f"nullif(trim({key}::VARCHAR), '')"


@dataclass
class Source:
    """Rows of a table, which DuckDB reads when they are asked for.

    Args:
        connection: connection with a view or table named "source".
        columns: its columns.
        name: name of the data.
        title: name in messages, such as that of the file.
        decimal: decimal sign of numbers in texts.
        stored: whether "source" is a table in the database, which is read fast.
        scans: SQL functions that read CSV files.
        missing: numbers and texts that mark a missing value.
        size: bytes of the files.
        findings: what opening it found.
    """

    connection: duckdb.DuckDBPyConnection
    columns: tuple[Column, ...]
    name: str
    title: str
    decimal: str = "."
    stored: bool = False
    scans: tuple[str, ...] = ()
    size: int = 0
    missing: Sequence[float | str] = ()
    findings: list[Finding] = field(default_factory=list)

    def raw_number(self, column: Column) -> str:
        """Return the SQL of a value as DOUBLE, NULL where it is not a number, also of marks for missing values."""
        key = column.key
        if column.kind == "boolean":
            return f"{key}::TINYINT::DOUBLE"
        if column.kind != "text":
            return f"{key}::DOUBLE"
        if self.decimal == ",":
            return f"TRY_CAST(CASE WHEN NOT contains({key}, '.') THEN replace({key}, ',', '.') END AS DOUBLE)"
        return f"TRY_CAST({key} AS DOUBLE)"

    def number(self, column: Column) -> str:
        """Return the SQL of a value as DOUBLE, NULL where it is missing or is not a number."""
        value = self.raw_number(column)
        marks = [f"{mark!r}" for mark in self.missing if isinstance(mark, float)]
        marked = f" OR {value} IN ({', '.join(marks)})" if marks else ""
        return f"(CASE WHEN isnan({value}){marked} THEN NULL ELSE {value} END)"

    def is_marked(self, column: Column) -> str:
        """Return the SQL condition that a value stands for a missing number, as the user says or as "NA" does."""
        texts = [*MISSING, *(str(mark).lower() for mark in self.missing if isinstance(mark, str))]
        numbers = [f"{mark!r}" for mark in self.missing if isinstance(mark, float)]
        conditions = [f"{self.raw_number(column)} IN ({', '.join(numbers)})"] if numbers else []
        if column.kind == "text":
            conditions.append(f"lower(trim({column.key})) IN ({', '.join(map(literal, texts))})")
        return f"coalesce({' OR '.join(conditions) or 'false'}, false)"

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the first row of a query."""
        return self.all(sql)[0]

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        rows: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        return rows

    def first(self, condition: str, value: str = "NULL") -> tuple[int, Any]:
        """Return the number of the first row that fulfills a condition, counted from 1, and a value of it.

        Args:
            condition: SQL on the columns of "source".
            value: SQL of the value.
        """
        number = "rowid + 1" if self.stored else "row_number() OVER ()"
        numbered = f"SELECT {number} AS place, * FROM source"
        found = self.one(f"SELECT place, {value} FROM ({numbered}) WHERE {condition} LIMIT 1")
        return int(found[0]), found[1]
