"""Large CSV files as a table of typed values in the database: they are parsed once, and then read fast."""

import shutil
import tempfile
from dataclasses import replace

from kerasclust.data.tables.csv_files import csv_errors
from kerasclust.data.tables.profile import Facts, has_offset
from kerasclust.data.tables.roles import Roles
from kerasclust.data.tables.source import Column, Source

ZONED = "TIMESTAMP WITH TIME ZONE"
SPARE = 2  # times the size of the files that the disk has to have free


def typed(source: Source, first: Facts, roles: Roles) -> Source | None:
    """Store numbers and times of a source, and texts as they are.

    Args:
        source: a view of CSV files.
        first: facts about the first rows, which tell the type of each column.
        roles: roles of the columns; ids, labels and names of KPIs are texts.

    Returns:
        A source of a table. None if a value has another type than those in the first rows, or without room on the disk.

    Raises:
        InputError: A line does not fit the header.
    """
    if shutil.disk_usage(tempfile.gettempdir()).free < SPARE * source.size:
        return None
    texts = {column.key for column in (roles.id, roles.label, roles.kpi) if column is not None}
    kinds = {column: "text" if column.key in texts else first[column.key].kind for column in source.columns}
    types = {column: _type(kind, first[column.key].offsets > 0) for column, kind in kinds.items()}
    casts = [f"{_cast(source, column, types[column])} AS v{column.key}" for column in source.columns]
    values = [f"{_value(source, column, types[column])} AS {column.key}" for column in source.columns]
    odd = [f"coalesce({_is_odd(source, column, types[column])}, false)" for column in source.columns]
    with csv_errors(source):
        source.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE typed AS SELECT {', '.join(values)}, ({' OR '.join(odd)}) AS is_odd "
            f"FROM (SELECT *, {', '.join(casts)} FROM source)"
        )
    if source.one("SELECT bool_or(is_odd) FROM typed")[0]:
        source.connection.execute("DROP TABLE typed")
        return None
    source.connection.execute("ALTER TABLE typed DROP COLUMN is_odd")
    source.connection.execute("DROP VIEW source")
    source.connection.execute("ALTER TABLE typed RENAME TO source")
    columns = tuple(replace(column, type=types[column]) for column in source.columns)
    return replace(source, columns=columns, stored=True, scans=())


def _type(kind: str, has_offsets: bool) -> str:
    """Return the type that values of a kind are stored as."""
    return {"number": "DOUBLE", "time": ZONED if has_offsets else "TIMESTAMP"}.get(kind, "VARCHAR")


def _cast(source: Source, column: Column, type: str) -> str:
    """Return the SQL of a value, NULL if it is not of the type."""
    if type == "DOUBLE":
        return source.raw_number(column)
    return f"TRY_CAST({column.key} AS {type})"


def _value(source: Source, column: Column, type: str) -> str:
    """Return the SQL of a value without marks for missing numbers."""
    value = f"v{column.key}"
    marks = [f"{mark!r}" for mark in source.missing if isinstance(mark, float)]
    is_marked = f"isnan({value})" + (f" OR {value} IN ({', '.join(marks)})" if marks else "")
    return f"CASE WHEN {is_marked} THEN NULL ELSE {value} END" if type == "DOUBLE" else value


def _is_odd(source: Source, column: Column, type: str) -> str:
    """Return the SQL condition that a text is not of the type."""
    value, text = f"v{column.key}", column.text
    if type == "DOUBLE":
        return f"CASE WHEN {value} IS NULL AND {text} IS NOT NULL THEN NOT {source.is_marked(column)} END"
    if type == "VARCHAR":
        return "false"
    return f"{text} IS NOT NULL AND (NOT coalesce(isfinite({value}), false) OR {has_offset(column)} <> {type == ZONED})"
