"""Identifiers among the input columns: they name things, and measure nothing."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.names import is_identifier
from kerasclust.data.tables.profile import Facts, Profile
from kerasclust.data.tables.source import Column

LEAST = 20  # rows that tell identifiers by their values alone
LONG = 1e8  # numbers with more digits and no repetition name something


def identifiers(channels: tuple[Column, ...], facts: Facts, by_values: bool) -> list[Finding]:
    """Return the columns that look like identifiers, by name or because no value repeats.

    Args:
        channels: input columns.
        facts: facts about them.
        by_values: whether values tell, as they do where each row is a sample.
    """
    found = []
    for column in channels:
        fact = facts[column.key]
        if is_identifier(column.name):
            found.append(_finding(column, "has the name of an identifier"))
        elif by_values and _counts_rows(fact):
            found.append(_finding(column, "numbers the rows"))
        elif by_values and _is_long(fact):
            found.append(_finding(column, "holds long whole numbers of which hardly one repeats"))
    return found


def _counts_rows(fact: Profile) -> bool:
    """Return whether a column holds each whole number from its first to its last once."""
    whole = fact.kind == "number" and fact.numbers == fact.rows and fact.integers == fact.sampled >= LEAST
    return whole and _is_unique(fact) and fact.high - fact.low + 1 == fact.rows


def _is_long(fact: Profile) -> bool:
    """Return whether a column holds long whole numbers that do not repeat, as numbers of subscribers."""
    return fact.integers == fact.sampled >= LEAST and _is_unique(fact) and fact.low > LONG


def _is_unique(fact: Profile) -> bool:
    return fact.distinct > 0.9 * fact.sampled  # the number of different values is approximate


def _finding(column: Column, why: str) -> Finding:
    what = f"Column {column.name!r} {why}, but it is read as a measurement."
    return Finding("identifier", "doubtful", what, f"give drop={column.name!r}, or id_column={column.name!r}")
