"""Connections to DuckDB, the engine that reads tables."""

import itertools
import os
import tempfile
from contextlib import suppress

import duckdb

from kerasclust.system.memory import memory, usable_cores

MOST_MEMORY = 1.2e9  # bytes; larger intermediate results go to the disk
_numbers = itertools.count()


def connect() -> duckdb.DuckDBPyConnection:
    """Open a database in memory that uses no network, and the disk where memory is short."""
    folder = os.path.join(tempfile.gettempdir(), f"kerasclust-{os.getpid()}-{next(_numbers)}")
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": f"{int(min(MOST_MEMORY, memory() / 4) / 1e6)}MB",
            "threads": usable_cores(),
            "temp_directory": folder,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    with suppress(duckdb.InvalidInputException):  # in a notebook without the package that its bar needs
        connection.execute("SET enable_progress_bar = false")
    return connection


def literal(text: object) -> str:
    """Return a text as it stands in SQL.

    Example:
        >>> literal("it's")
        "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"
