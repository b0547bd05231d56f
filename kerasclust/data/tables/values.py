"""Values of the input columns: what is no number, infinite or out of range."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.profile import Profile
from kerasclust.data.tables.source import Source, is_marker


def bad_values(source: Source, fact: Profile) -> list[Finding]:
    """Return what is wrong with the values of a column of numbers."""
    name, findings = fact.column.name, []
    if fact.unparsed and fact.kind == "number":
        findings.append(not_numbers(source, fact))
    if fact.markers:
        row, value = source.first(is_marker(fact.column), fact.column.key)
        findings.append(
            Finding(
                "markers",
                "note",
                f"{fact.markers:,} values of column {name!r} are texts for a missing number, the first is {value!r} in row {row}.",
                count=fact.markers,
            )
        )
    number = source.number(fact.column)
    if fact.infinite:
        row, _ = source.first(f"isinf({number})")
        what = f"Column {name!r} holds {_some(fact.infinite, 'infinite value')}, the first in row {row}."
        findings.append(Finding("infinite", "refused", what, f"correct it, or give drop={name!r}", fact.infinite))
    if fact.beyond:
        row, value = source.first(
            f"abs({number}) > 3.4028235e38 AND NOT isinf({number}) AND NOT isnan({number})", number
        )
        what = f"Column {name!r} holds {_some(fact.beyond, 'value')} beyond the range of float32 (3.4e38), the first is {value:g} in row {row}."
        findings.append(
            Finding(
                "range",
                "refused",
                what,
                f"give missing_value={value:g} if it marks missing values, or scale the column",
                fact.beyond,
            )
        )
    return findings


def not_numbers(source: Source, fact: Profile) -> Finding:
    """Describe the texts in a column of numbers."""
    column, name = fact.column, fact.column.name
    row, value = source.first(
        f"{column.text} IS NOT NULL AND {source.number(column)} IS NULL AND NOT {is_marker(column)}", column.text
    )
    what = f"Column {name!r} has {_some(fact.unparsed, 'text')} that are not numbers: row {row} holds {value!r}."
    return Finding(
        "not_numbers",
        "refused",
        what,
        f"correct it, give missing_value={value!r} if it marks a missing value, or drop={name!r}",
        fact.unparsed,
    )


def _some(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
