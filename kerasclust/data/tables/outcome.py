"""What comes out of a plan, for a check: numbers, not samples."""

from dataclasses import dataclass, field
from typing import Any

from kerasclust.data.findings import Finding
from kerasclust.data.sequences import cut
from kerasclust.data.sequences.finding_clocks import find_clock
from kerasclust.data.sequences.planning import plan as sequences_of
from kerasclust.data.tables.plan import Plan
from kerasclust.data.tables.samples import placed, reading_of, row_samples, rows_of
from kerasclust.errors import InputError

MOST_CUT = 2_000_000  # rows of a table whose samples a check counts one by one


@dataclass(frozen=True)
class Outcome:
    """What comes out of a plan.

    Args:
        findings: all findings.
        samples: number of samples, or None if nothing can be read.
        shape: shape of a sample, None for the steps of sequences of unequal length.
        left_out: samples that were asked for and are not used.
        reading: options with which further data is read the same way.
    """

    findings: tuple[Finding, ...]
    samples: int | None = None
    shape: tuple[int | None, ...] | None = None
    left_out: int = 0
    reading: dict[str, Any] = field(default_factory=dict)


def outcome(plan: Plan) -> Outcome:
    """Return what comes out of a plan."""
    if plan.is_refused:
        return Outcome(tuple(plan.findings))
    if plan.times is not None and plan.rows > MOST_CUT:
        return _expected(plan)
    if plan.times is not None:
        found = cut(rows_of(plan), plan.options.clock())
        findings = (*plan.findings, *placed(plan, found.findings))
        if any(finding.severity == "refused" for finding in findings):
            return Outcome(findings)
        names = tuple(column.name for column in plan.channels)
        shape = found.x.shape[1:] if found.lengths is None else (None, *found.x.shape[2:])
        left_out = 0 if found.left_out is None else len(found.left_out)
        return Outcome(findings, len(found.x), shape, left_out, reading_of(plan, names, found.resolved))
    try:
        data = row_samples(plan)
    except InputError:  # no row is left
        return Outcome(tuple(plan.findings))
    left_out = 0 if data.left_out is None else len(data.left_out)
    return Outcome(data.findings, len(data), data.x.shape[1:], left_out, data.reading)


def _expected(plan: Plan) -> Outcome:
    """Return what comes out of a large table, but for samples that turn out to miss too many values."""
    rows, options = rows_of(plan), plan.options.clock()
    found = find_clock(rows, options)
    if found.clock is None:
        return Outcome((*plan.findings, *found.findings))
    planned = sequences_of(rows, found.clock, options)
    findings = (*plan.findings, *found.findings, *planned.findings)
    if any(finding.severity == "refused" for finding in findings):
        return Outcome(findings)
    layout, names = planned.layout, tuple(column.name for column in plan.channels)
    what = "Samples that miss too many values are found when the table is read, and are not yet taken off."
    steps = layout.steps if planned.lengths is None else None
    return Outcome(
        (*findings, Finding("large", "note", what)),
        len(layout),
        (steps, len(names)),
        sum(map(len, layout.unused)),
        reading_of(plan, names, planned.resolved),
    )
