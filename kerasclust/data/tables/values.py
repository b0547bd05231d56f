"""Values of the input columns that are no numbers, infinite, out of range, constant or missing."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.profile import LARGEST, Profile
from kerasclust.data.tables.source import Source

RESOLUTION = 2.0**-23  # distance of two float32 numbers, as a share of their size
FINE = 1000  # steps of float32 in a standard deviation, at least


def bad_values(source: Source, fact: Profile) -> list[Finding]:
    """Return what is wrong with the values of a column of numbers, most serious first."""
    column, name = fact.column, fact.column.name
    number, findings = source.number(column), []
    if column.kind == "other":
        row, value = source.first(f"{column.key} IS NOT NULL", f"{column.key}::VARCHAR")
        what = f"Column {name!r} is not numbers ({column.type}): row {row} holds {value[:60]}."
        return [Finding("not_numbers", "refused", what, f"give drop={name!r}", fact.filled)]
    if fact.unparsed:
        findings.append(_texts(source, fact))
    if fact.infinite:
        row, _ = source.first(f"isinf({number})")
        what = f"Column {name!r} has {_count(fact.infinite, 'infinite value')}, the first in row {row}."
        findings.append(Finding("infinite", "refused", what, f"correct them, or give drop={name!r}", fact.infinite))
    if fact.beyond:
        row, value = source.first(f"abs({number}) > {LARGEST} AND NOT isinf({number})", number)
        what = (
            f"Column {name!r} has {_count(fact.beyond, 'value')} beyond the range of float32 (3.4e38), the first in "
            f"row {row}, {value:g}."
        )
        remedy = f"give missing_value={value:g} if it marks a missing value, or scale the column"
        findings.append(Finding("range", "refused", what, remedy, fact.beyond))
    return findings or _constant(fact)


def marked_texts(source: Source, fact: Profile) -> list[Finding]:
    """Say which texts count as missing numbers, unless the user gave them."""
    if not fact.marked or source.missing or fact.column.kind != "text":
        return []
    row, value = source.first(source.is_marked(fact.column), fact.column.text)
    texts = "1 text that marks" if fact.marked == 1 else f"{fact.marked:,} texts that mark"
    what = f"Column {fact.column.name!r} has {texts} a missing number, the first in row {row}, {value!r}."
    return [Finding("marks", "note", what, count=fact.marked)]


def needs_float64(fact: Profile) -> bool:
    """Return whether float32 would merge values that differ: far from 0 compared to their variation."""
    if not fact.deviation:
        return False
    return max(abs(fact.low), abs(fact.high)) * RESOLUTION * FINE > fact.deviation


def _texts(source: Source, fact: Profile) -> Finding:
    column, name = fact.column, fact.column.name
    odd = f"{column.text} IS NOT NULL AND {source.raw_number(column)} IS NULL AND NOT {source.is_marked(column)}"
    row, value = source.first(odd, column.text)
    what = f"Column {name!r} is not numbers: row {row} holds {value!r}"
    what += f", and {fact.unparsed - 1:,} more rows hold texts." if fact.unparsed > 1 else "."
    return Finding("not_numbers", "refused", what, f"{_advice(value)}correct it, or give drop={name!r}", fact.unparsed)


def _advice(text: str) -> str:
    """Return what a text that is no number suggests, with a comma behind it."""
    for separator in ("\t", ";", "|"):
        if separator in text:
            return f"give separator={separator!r} if it separates fields, "
    if "," in text and text.replace(",", "", 1).lstrip("+-").isdecimal():
        return "give decimal=',' if the comma is a decimal sign, "
    if not any(letter.isdigit() for letter in text):
        return f"give missing_value={text!r} if it marks a missing value, "
    return ""


def _constant(fact: Profile) -> list[Finding]:
    if fact.numbers < 2 or fact.low < fact.high:
        return []
    name = fact.column.name
    what = f"Column {name!r} is constant: each value is {fact.low:g}. A constant carries no information."
    return [Finding("constant", "doubtful", what, f"give drop={name!r}", fact.numbers)]


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
