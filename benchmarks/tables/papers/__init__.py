"""Specifications of the papers' tables: runs and published figures."""

import difflib

from benchmarks.tables.papers import acedec, all_methods, cdc, dance, precisions
from benchmarks.tables.papers.specification import Column, Row, SharedAutoencoder, Table, printed
from kerasclust.errors import InputError

__all__ = ["TABLES", "Column", "Row", "SharedAutoencoder", "Table", "find_table", "printed"]

TABLES = {table.name: table for paper in (acedec, cdc, dance, all_methods, precisions) for table in paper.TABLES}


def find_table(name: str) -> Table:
    """Return the table of a name.

    Raises:
        InputError: there is no such table; the message names similar ones.

    Example:
        >>> find_table("cdc_table3").title
        'What each loss of CDC adds'
    """
    if name not in TABLES:
        near = difflib.get_close_matches(name.lower(), TABLES, n=3)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
        raise InputError(f"There is no table {name!r}{hint} There are {', '.join(TABLES)}.")
    return TABLES[name]
