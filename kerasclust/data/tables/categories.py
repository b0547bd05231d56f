"""Columns of a table that hold categories: texts or truth values."""

from collections.abc import Mapping
from typing import NamedTuple

from kerasclust.data.findings import Finding
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.names import some
from kerasclust.data.tables.profile import Facts, Profile
from kerasclust.data.tables.source import Column, Source

MOST = 100  # categories of a column
FEW = 20  # categories that need no repetition


class Categories(NamedTuple):
    """Columns of categories.

    Attributes:
        names: categories of each column, {name of the column: categories}.
        left_out: columns of texts that are no categories.
        findings: what was decided.
    """

    names: dict[str, tuple[str, ...]]
    left_out: tuple[Column, ...]
    findings: list[Finding]


def find_categories(
    source: Source, channels: tuple[Column, ...], facts: Facts, given: Mapping[str, tuple[str, ...]]
) -> Categories:
    """Find the categories of all columns of texts or truth values.

    Args:
        source: rows of a table without times.
        channels: input columns.
        facts: facts about them.
        given: categories of columns, from the reading of other data of the same kind.
    """
    names, left_out, findings = {}, [], []
    for column in channels:
        fact = facts[column.key]
        if column.name in given:
            names[column.name] = given[column.name]
            findings += _unknown(source, column, given[column.name])
        elif fact.kind in ("text", "boolean"):
            found = _distinct(source, column)
            if fact.kind == "text" and _name_rows(len(found), fact.filled):
                left_out.append(column)
                findings.append(_free_text(fact, len(found)))
            else:
                names[column.name] = found
                what = f"Column {column.name!r} has {len(found)} categories: {some(found)}."
                findings.append(Finding("categories", "note", what, count=len(found)))
    return Categories(names, tuple(left_out), findings)


def _name_rows(n: int, filled: int) -> bool:
    """Return whether so many different texts in so many rows are names or free texts, and no categories."""
    return n > MOST or n > max(FEW, filled / 2) or n == filled >= FEW / 2


def code(source: Source, column: Column, names: tuple[str, ...]) -> str:
    """Return the SQL of the number of a category: NULL where it is missing, the number of names where it is unknown."""
    listed = ", ".join(literal(name) for name in names)
    text = _text(column)
    known = f"coalesce(nullif(list_position([{listed}]::VARCHAR[], {text}), 0) - 1, {len(names)})"
    return f"(CASE WHEN {text} NOT IN ({_marks(source)}) THEN {known} END)"


def _text(column: Column) -> str:
    """Return the SQL of a category; truth values are false and true however they are written."""
    lower = f"lower({column.text})"
    return f"(CASE WHEN {lower} IN ('true', 'false') THEN {lower} ELSE {column.text} END)"


def _marks(source: Source) -> str:
    """Return the texts that mark a missing category: the empty one, and those that the user gives."""
    return ", ".join(literal(mark) for mark in ("", *source.missing) if isinstance(mark, str))


def _distinct(source: Source, column: Column) -> tuple[str, ...]:
    text = _text(column)
    known = f"{text} NOT IN ({_marks(source)})"
    found = source.all(f"SELECT DISTINCT {text} AS name FROM source WHERE {known} ORDER BY name LIMIT 10000")
    return tuple(name for (name,) in found)


def _free_text(fact: Profile, n: int) -> Finding:
    name = fact.column.name
    more = " or more" if n == 10_000 else ""
    what = f"Column {name!r} holds {n:,}{more} different texts, an identifier or free text: it is left out."
    return Finding("text", "doubtful", what, f"give drop={name!r}, or id_column={name!r} if it names the rows", n)


def _unknown(source: Source, column: Column, names: tuple[str, ...]) -> list[Finding]:
    n = source.one(f"SELECT count_if({code(source, column, names)} = {len(names)}) FROM source")[0]
    if not n:
        return []
    row, value = source.first(f"{code(source, column, names)} = {len(names)}", column.text)
    what = (
        f"Column {column.name!r} has {n:,} unknown categories, the first in row {row}, {value!r}: they count as none."
    )
    return [Finding("unknown_category", "doubtful", what, count=n)]
