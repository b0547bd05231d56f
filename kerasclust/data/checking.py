"""Checks of data before anything is trained: everything that will matter, in one list."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kerasclust.data.array_files import from_arrays
from kerasclust.data.array_findings import array_findings
from kerasclust.data.dataset import DataSet
from kerasclust.data.findings import Finding, most_serious_first
from kerasclust.data.reading import existing
from kerasclust.data.tables.engine import connect
from kerasclust.data.tables.files import is_table, open_table
from kerasclust.data.tables.frames import is_frame, open_frame
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.outcome import Outcome, outcome
from kerasclust.data.tables.plan import Plan
from kerasclust.data.tables.planning import make_plan
from kerasclust.data.tables.roles import described
from kerasclust.data.validation import as_numbers, check_shape
from kerasclust.errors import InputError

STATUS = {"refused": 2, "doubtful": 1, "note": 0}


@dataclass(frozen=True)
class ColumnCheck:
    """Column of a table.

    Args:
        name: its name.
        role: what it was taken for and why.
        kind: kind of its values.
        missing: share of rows without a value.
        low: smallest number, or None.
        high: largest number, or None.
    """

    name: str
    role: str
    kind: str
    missing: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Check:
    """Result of a check.

    Args:
        name: name of the data.
        findings: what was found, most serious first.
        rows: rows of a table, or None.
        columns: columns of a table.
        samples: samples that come out, or None if nothing can be read.
        shape: shape of a sample, or None.
        left_out: samples that were asked for and are not used.
        reading: options with which the data is read this way.
    """

    name: str
    findings: tuple[Finding, ...]
    rows: int | None = None
    columns: tuple[ColumnCheck, ...] = ()
    samples: int | None = None
    shape: tuple[int | None, ...] | None = None
    left_out: int = 0
    reading: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Exit status: 0 fine, 1 doubtful, 2 cannot be read."""
        return max((STATUS[finding.severity] for finding in self.findings), default=0)

    def as_data(self) -> dict[str, Any]:
        """Return the check as JSON data."""
        return {
            "name": self.name,
            "status": self.status,
            "findings": [finding.as_data() for finding in self.findings],
            "rows": self.rows,
            "columns": [vars(column) for column in self.columns],
            "samples": self.samples,
            "shape": None if self.shape is None else list(self.shape),
            "left_out": self.left_out,
            "reading": self.reading,
        }

    def lines(self) -> list[str]:
        """Return the check as lines of text."""
        lines = [self.summary, *(f"{finding.severity}: {finding}" for finding in self.findings)]
        if self.columns:
            width = max(len(column.name) for column in self.columns)
            lines += ["", *(_line(column, width) for column in self.columns)]
        return lines

    @property
    def summary(self) -> str:
        """One sentence on what comes out."""
        rows = "" if self.rows is None else f" has {self.rows:,} rows and {len(self.columns):,} columns"
        if self.samples is None or self.shape is None:
            return f"{self.name}{rows or ' cannot be read'}" + (", and cannot be read as it is." if rows else ".")
        shape = " x ".join("any" if n is None else f"{n:,}" for n in self.shape)
        out = f"; {self.left_out:,} more are left out" if self.left_out else ""
        gives = "which give" if rows else "gives"
        return f"{self.name}{rows}{',' if rows else ''} {gives} {self.samples:,} samples of shape {shape}{out}."


def check(source: Any, **options: Any) -> Check:
    """Check data without training: what was taken for what, everything doubtful, and the samples that come out.

    Args:
        source: path of a file or folder, a table in memory, an array of samples, or a `DataSet`.
        **options: options of [`from_frame`][kerasclust.data.reading.from_frame] and
            [`from_file`][kerasclust.data.reading.from_file], for tables.

    Raises:
        InputError: The file is missing or damaged, or an option is wrong by itself.

    Example:
        >>> import pyarrow
        >>> load = [0.5, 0.7, -999.0, 0.6, -999.0, 0.4]
        >>> found = check(pyarrow.table({"load": load, "users": [4, 5, 6, 2, 3, 9]}))
        >>> found.status, found.samples, found.shape, found.findings[0].remedy
        (1, 6, (2,), 'give missing_value=-999 if it marks a missing value')
    """
    if isinstance(source, DataSet):
        return _of_data_set(source)
    if isinstance(source, (str, os.PathLike)):
        return _of_file(existing(source), TableOptions.of(**options))
    if is_frame(source):
        name = options.pop("name", "table")
        with connect() as connection:
            return _of_plan(make_plan(open_frame(connection, source, name), TableOptions.of(**options)))
    if options:
        raise InputError(f"{', '.join(options)} only apply to tables, but {type(source).__name__} is an array.")
    array, names = as_numbers(source, "x")
    check_shape(array, "x")
    return _of_array(array, "x", names)


def _of_file(path: Path, options: TableOptions) -> Check:
    if not is_table(path):
        return _of_data_set(from_arrays(path))
    with open_table(path, options) as source:
        return _of_plan(make_plan(source, options))


def _of_data_set(data: DataSet) -> Check:
    found = _of_array(data.x, data.name, data.channel_names)
    findings = most_serious_first(dict.fromkeys([*data.findings, *found.findings]))
    return Check(
        data.name,
        findings,
        samples=found.samples,
        shape=found.shape,
        left_out=0 if data.left_out is None else len(data.left_out),
        reading=data.reading,
    )


def _of_array(x: Any, name: str, channel_names: Any) -> Check:
    findings = most_serious_first(array_findings(np.asanyarray(x), name, list(channel_names)))
    return Check(name, findings, samples=len(x), shape=tuple(x.shape[1:]))


def _of_plan(plan: Plan) -> Check:
    found: Outcome = outcome(plan)
    return Check(
        plan.source.title,
        most_serious_first(found.findings),
        rows=plan.rows,
        columns=_columns(plan),
        samples=found.samples,
        shape=found.shape,
        left_out=found.left_out,
        reading=found.reading,
    )


def _columns(plan: Plan) -> tuple[ColumnCheck, ...]:
    roles = described(plan.roles)
    channels = {column.name for column in plan.channels}
    found = []
    for column in plan.source.columns:
        fact, reason = plan.facts[column.key], plan.roles.reasons.get(column.name, "")
        if column.name in channels:
            role = "category" if column.name in plan.categories else "channel"
            role += f" ({reason})" if reason else ""
        else:
            role = roles.get(column.name) or reason or "left out"
        ends = (fact.low, fact.high) if fact.lowest and fact.kind == "number" else (None, None)
        found.append(ColumnCheck(column.name, role, fact.kind, fact.missing / max(1, fact.rows), *ends))
    return tuple(found)


def _line(column: ColumnCheck, width: int) -> str:
    missing = f", {column.missing:.1%} missing" if column.missing else ""
    ends = "" if column.low is None else f", {column.low:.6g} to {column.high:.6g}"
    return f"{column.name:<{width}}  {column.role}: {column.kind}{ends}{missing}"
