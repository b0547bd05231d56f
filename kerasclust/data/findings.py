"""Findings about data: what is refused, what is doubtful, and what was decided while reading."""

import warnings
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kerasclust.errors import InputError

Severity = Literal["refused", "doubtful", "note"]
ORDER: tuple[Severity, ...] = ("refused", "doubtful", "note")  # most serious first


class DataWarning(UserWarning):
    """Something doubtful in data that was read."""


class DataRefused(InputError):
    """Data that cannot be read as it is.

    Args:
        name: name of the data.
        findings: all findings, most serious first.
    """

    def __init__(self, name: str, findings: "tuple[Finding, ...]") -> None:
        self.name, self.findings = name, findings
        lines = [f"- {finding}" for finding in findings]
        super().__init__(f"{name}: {findings[0]}" if len(findings) == 1 else "\n".join([self.head, *lines]))

    @property
    def head(self) -> str:
        """First line of the message, if there are several findings."""
        return f"{self.name} cannot be read as it is:"


@dataclass(frozen=True)
class Finding:
    """One fact about data that the user should know.

    Args:
        kind: slug of the kind, such as "sentinel".
        severity: "refused" stops the reading, "doubtful" warns, and "note" says what was decided.
        sentence: whole sentence with the count, an example and its place.
        remedy: what settles it, in arguments of Python, such as "give missing_value=-999".
        count: number of rows, values or columns that it concerns.

    Example:
        >>> print(Finding("sentinel", "doubtful", "Column 'load' holds -999 in 12 rows.", "give missing_value=-999"))
        Column 'load' holds -999 in 12 rows: give missing_value=-999.
    """

    kind: str
    severity: Severity
    sentence: str
    remedy: str = ""
    count: int = 0

    def __str__(self) -> str:
        return f"{self.sentence.rstrip('.')}: {self.remedy}." if self.remedy else self.sentence

    def as_data(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return asdict(self)


def most_serious_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by severity, and keep their order otherwise."""
    return tuple(sorted(findings, key=lambda finding: ORDER.index(finding.severity)))


def refuse(findings: Iterable[Finding], name: str) -> None:
    """Raise one error with all findings, if any of them is refused.

    Args:
        findings: findings of a reading.
        name: name of the data in the message.

    Raises:
        DataRefused: A finding is refused. The message has all findings, most serious first.

    Example:
        >>> refuse([Finding("note", "note", "The separator is ';'.")], "kpi.csv")
    """
    ordered = most_serious_first(findings)
    if ordered and ordered[0].severity == "refused":
        raise DataRefused(name, ordered)


def warn(findings: Iterable[Finding], stacklevel: int = 2) -> None:
    """Warn of each doubtful finding.

    Warns:
        DataWarning: once a finding.
    """
    for finding in findings:
        if finding.severity == "doubtful":
            warnings.warn(str(finding), DataWarning, stacklevel=stacklevel + 1)
