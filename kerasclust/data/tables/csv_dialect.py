"""Dialects of CSV: separator, decimal sign and header, found in the first lines of a file."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

SEPARATORS = ",;\t|"
ENOUGH = 4  # separators in lines that agree, before anything but a comma is believed; names that count evenly
NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*$")
DECIMAL_COMMA = re.compile(r"\s*[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][+-]?\d+)?\s*$")
DECIMAL_POINT = re.compile(r"\s*[+-]?(\d{1,3}(,\d{3})+|\d*)\.\d+([eE][+-]?\d+)?\s*$")
NAMES_OF_SEPARATORS = {"\t": "'\\t' (tab)"}


@dataclass(frozen=True)
class Dialect:
    """Dialect of a CSV file.

    Args:
        separator: character between two fields.
        decimal: decimal sign of numbers, "." or ",".
        names: names in the first line, or none where the first line holds values.
        width: number of fields in a line.
        looks_shifted: whether the first line holds numbers beside names, so that it is neither.
    """

    separator: str
    decimal: str
    names: tuple[str, ...]
    width: int
    looks_shifted: bool = False


def detect(lines: Sequence[str], separator: str | None = None, decimal: str | None = None) -> Dialect:
    """Find the dialect of a CSV file.

    Args:
        lines: first lines of the file; line breaks in quotes are no ends of lines.
        separator: separator that the user gave, or None.
        decimal: decimal sign that the user gave, or None.

    Example:
        >>> detect(["cell;time;rsrp", "a;1;-80,5", "b;1;-90,5"])
        Dialect(separator=';', decimal=',', names=('cell', 'time', 'rsrp'), width=3, looks_shifted=False)
    """
    separator = separator or _separator(lines)
    rows = split(lines, separator)
    header, body = rows[0], rows[1:]
    decimal = decimal or _decimal(body, separator)
    numbers = [bool(NUMBER.match(name)) for name in header]
    steps = _are_steps([name for name, number in zip(header, numbers, strict=True) if number])
    if all(numbers) and not steps:
        return Dialect(separator, decimal, (), len(header))
    names = tuple(name.strip() for name in header)
    return Dialect(separator, decimal, names, len(header), any(numbers) and not steps)


def split(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Split lines into fields; empty lines are left out, but for one."""
    return [row for row in csv.reader(lines, delimiter=separator, skipinitialspace=True) if row] or [[""]]


def shown(separator: str) -> str:
    """Return a separator as it is written in a message."""
    return NAMES_OF_SEPARATORS.get(separator, repr(separator))


def _separator(lines: Sequence[str]) -> str:
    """Return the separator by which all lines have the same number of fields, and most fields are numbers."""
    scores = {}
    for separator in SEPARATORS:
        rows = split(lines, separator)
        width = len(rows[0])
        agree = width > 1 and all(len(row) == width for row in rows)
        if agree and (separator == "," or (width - 1) * len(rows) >= ENOUGH):
            fields = [value for row in rows[1:] for value in row]
            scores[separator] = sum(bool(NUMBER.match(value)) for value in fields) / max(1, len(fields))
    return max(scores, key=lambda separator: scores[separator]) if scores else _most_frequent(lines)


def _most_frequent(lines: Sequence[str]) -> str:
    """Return the separator of lines that do not agree: the one with most fields in the first line."""

    def fields(separator: str) -> int:
        is_believed = separator == "," or sum(line.count(separator) for line in lines) >= ENOUGH
        return len(split(lines, separator)[0]) if is_believed else 0

    return max(SEPARATORS, key=fields)


def _decimal(rows: Sequence[Sequence[str]], separator: str) -> str:
    """Return the decimal sign: a comma only where commas separate no fields and no number has a point."""
    if separator == ",":
        return "."
    values = [value for row in rows for value in row]
    commas = sum(bool(DECIMAL_COMMA.match(value)) for value in values)
    points = sum(bool(DECIMAL_POINT.match(value)) for value in values)
    return "," if commas > points else "."


def _are_steps(names: Sequence[str]) -> bool:
    """Return whether names count evenly, as steps of a wide table, years, and columns without names do.

    Example:
        >>> _are_steps(["0", "1", "2"]), _are_steps(["2021", "2022", "2023", "2024"]), _are_steps(["1.5", "1", "-80"])
        (True, True, False)
    """
    if not names or not all(name.strip().isdecimal() for name in names):
        return False
    steps = [int(name) for name in names]
    by = steps[1] - steps[0] if len(steps) > 1 else 1
    is_even = by > 0 and steps == list(range(steps[0], steps[0] + by * len(steps), by))
    return is_even and (len(steps) >= ENOUGH or (steps[0] in (0, 1) and by == 1))
