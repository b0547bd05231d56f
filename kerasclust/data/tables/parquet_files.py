"""Parquet files as sources."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from kerasclust.data.findings import refuse
from kerasclust.data.tables.csv_damage import first_sentence
from kerasclust.data.tables.csv_files import MOST_COLUMNS
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.names import twice
from kerasclust.data.tables.partitions import partition_names
from kerasclust.data.tables.source import Column, Source
from kerasclust.system.archives import UnreadableFile


def open_parquet(connection: duckdb.DuckDBPyConnection, root: Path, paths: Sequence[Path]) -> Source:
    """Open Parquet files as one source, which is read when it is asked for.

    Args:
        connection: connection for the view "source".
        root: the file, or the folder of the files.
        paths: paths of the files.

    Raises:
        InputError: Two columns have one name.
        UnreadableFile: A file is damaged.
    """
    listed, hive = ", ".join(map(literal, paths)), bool(partition_names(root, paths))
    try:
        names = _names(connection, paths[0])
        options = f"union_by_name = {len(paths) > 1}, hive_partitioning = {hive}, hive_types_autocast = false"
        scan = f"read_parquet([{listed}], {options})"
        described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
        columns = columns_of([row[0] for row in described], [row[1] for row in described])
        aliases = ", ".join(column.key for column in columns)
        connection.execute(f"CREATE TEMP VIEW source AS SELECT * FROM {scan} AS file({aliases})")
    except duckdb.Error as error:
        raise UnreadableFile(first_sentence(error)) from error
    source = Source(connection, columns, root.stem, root.name)
    refuse(twice(names), root.name)
    return source


def columns_of(names: Sequence[str], types: Sequence[str]) -> tuple[Column, ...]:
    """Return columns with keys that need no quotes."""
    return tuple(
        Column(f"k{place}", str(name), str(kind)) for place, (name, kind) in enumerate(zip(names, types, strict=True))
    )


def _names(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Return the names of the columns as the file has them."""
    n_columns = "SELECT count(*) FROM parquet_schema({0}) WHERE num_children IS NULL"
    found = connection.execute(n_columns.format(literal(path))).fetchone()
    assert found is not None
    if found[0] > MOST_COLUMNS:
        raise UnreadableFile(
            f"it has {found[0]:,} columns, more than {MOST_COLUMNS:,}; arrays (.npy) have no such bound"
        )
    schema = connection.execute(f"SELECT name, num_children FROM parquet_schema({literal(path)})").fetchall()
    names, skip = [], 0
    for name, children in schema[1:]:
        if skip:
            skip += (children or 0) - 1
            continue
        names.append(name)
        skip = children or 0
    return names
