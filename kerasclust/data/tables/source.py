"""Sources of rows: a view in DuckDB and what is known about its columns."""

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
        if self.type.startswith(("DECIMAL", *INTEGERS, *FLOATS)) and not self.type.endswith("]"):
            return "number"
        if self.type == "BOOLEAN":
            return "boolean"
        if self.type.startswith(TEXTS) and not self.type.endswith("]"):
            return "text"
        if self.type.startswith(TIMES) and not self.type.endswith("]"):
            return "time"
        return "duration" if self.type == "INTERVAL" else "other"

    @property
    def text(self) -> str:
        """SQL of the value as text, NULL for an empty field."""
        if self.type.startswith(FLOATS):  # whole numbers that a missing value made floats
            return (
                f"CASE WHEN {self.key} = trunc({self.key}) AND abs({self.key}) < 9007199254740992 THEN CAST(CAST("
                f"{self.key} AS BIGINT) AS VARCHAR) ELSE CAST({self.key} AS VARCHAR) END"
            )
        return f"nullif(trim({self.key}::VARCHAR), '')"


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
        scan: SQL function that reads CSV files, or "".
        findings: what opening it found.
    """

    connection: duckdb.DuckDBPyConnection
    columns: tuple[Column, ...]
    name: str
    title: str
    decimal: str = "."
    stored: bool = False
    scan: str = ""
    findings: list[Finding] = field(default_factory=list)

    def number(self, column: Column) -> str:
        """Return the SQL of a value as DOUBLE, NULL where it is not a number."""
        if column.kind == "boolean":
            return f"CAST(CAST({column.key} AS TINYINT) AS DOUBLE)"
        if column.kind != "text":
            return f"CAST({column.key} AS DOUBLE)"
        if self.decimal == ",":
            dotted = f"CASE WHEN contains({column.key}, '.') THEN NULL ELSE replace({column.key}, ',', '.') END"
            return f"TRY_CAST({dotted} AS DOUBLE)"
        return f"TRY_CAST({column.key} AS DOUBLE)"

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the first row of a query."""
        row = self.connection.execute(sql).fetchone()
        assert row is not None
        return row

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(sql).fetchall()

    def first(self, condition: str, value: str = "NULL") -> tuple[int, Any]:
        """Return the number of the first row that fulfills a condition, counted from 1, and a value of it.

        Args:
            condition: SQL on the columns of "source".
            value: SQL of the value.
        """
        number = "rowid + 1" if self.stored else "row_number() OVER ()"
        numbered = f"SELECT {number} AS place, * FROM source"
        found = self.one(f"SELECT place, {value} FROM ({numbered}) WHERE {condition} ORDER BY place LIMIT 1")
        return int(found[0]), found[1]


def is_marker(column: Column) -> str:
    """Return the SQL condition that a text stands for a missing number."""
    return f"lower(trim({column.key})) IN ({', '.join(map(literal, MISSING))})"
