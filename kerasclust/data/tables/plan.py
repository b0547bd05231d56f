"""Plans: how the rows of a source become samples, and everything that was found on the way."""

from dataclasses import dataclass, field

from kerasclust.data.findings import Finding
from kerasclust.data.tables.categories import code
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.profile import Facts
from kerasclust.data.tables.roles import Roles
from kerasclust.data.tables.source import Column, Source
from kerasclust.data.tables.times import Times
from kerasclust.data.tables.values import needs_float64
from kerasclust.data.tables.wide import Wide


@dataclass
class Plan:
    """Plan of a reading.

    Args:
        source: rows.
        options: options that the user gave.
        facts: facts about the columns.
        roles: roles of the columns.
        channels: input columns that are used.
        times: times of the rows, or None where each row is a sample.
        wide: layout of a wide table, or None.
        categories: columns of categories, {name: categories}.
        pivot: names of the columns of KPIs and of values, if the table was pivoted.
        findings: all findings.
    """

    source: Source
    options: TableOptions
    facts: Facts
    roles: Roles
    channels: tuple[Column, ...] = ()
    times: Times | None = None
    wide: Wide | None = None
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pivot: tuple[str, str] | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether nothing can be read."""
        return any(finding.severity == "refused" for finding in self.findings)

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return next(iter(self.facts.values())).rows

    @property
    def dtype(self) -> str:
        """Type of the samples."""
        wide_enough = all(not needs_float64(self.facts[column.key]) for column in self.channels)
        return "float32" if wide_enough else "float64"

    def value(self, column: Column) -> str:
        """Return the SQL of the number that a channel takes from a column."""
        if column.name in self.categories:
            return code(self.source, column, self.categories[column.name])
        fact = self.facts[column.key]
        if fact.kind == "boolean" and column.kind == "text":
            return f"(lower(trim({column.key})) = 'true')::TINYINT::DOUBLE"
        return self.source.number(column)


def leave_out(plan: Plan, kind: str, what: str) -> None:
    """Leave out columns of a kind, and refuse them if the user named them as input."""
    for column in plan.channels:
        if plan.facts[column.key].kind != kind:
            continue
        sentence, remedy = f"Column {column.name!r} {what}", f"give drop={column.name!r}"
        if column.name in plan.options.channels:
            plan.findings.append(Finding(kind, "refused", f"{sentence}.", "leave it out of channels"))
        else:
            plan.findings.append(Finding(kind, "doubtful", f"{sentence}, and is left out.", remedy))
    plan.channels = tuple(column for column in plan.channels if plan.facts[column.key].kind != kind)
