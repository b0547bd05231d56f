"""Planning: what the columns of a source are, what is wrong with them, and how their rows become samples."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from kerasclust.data.findings import Finding
from kerasclust.data.tables.csv_files import csv_errors
from kerasclust.data.tables.identifiers import identifiers
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.own_rows import plan_rows
from kerasclust.data.tables.pivot import pivoted
from kerasclust.data.tables.plan import Plan
from kerasclust.data.tables.profile import glimpse, profile
from kerasclust.data.tables.roles import find_roles
from kerasclust.data.tables.sentinels import sentinels
from kerasclust.data.tables.series import are_rows_of_their_own, find_id, plan_series
from kerasclust.data.tables.source import Source
from kerasclust.data.tables.typed import typed
from kerasclust.data.tables.values import bad_values, marked_texts

MOST_OF_A_KIND = 8  # findings of one kind that are listed


def make_plan(source: Source, options: TableOptions) -> Plan:
    """Find out how rows become samples, and what is refused or doubtful about it.

    Raises:
        InputError: A CSV file has lines that do not fit its header.
    """
    source.missing = options.missing_value
    with csv_errors(source):
        first = glimpse(source)
        roles = find_roles(source, first, options)
        if source.scans and not source.stored and (stored := typed(source, first, roles)) is not None:
            source, first = stored, glimpse(stored)
        facts = profile(source, first)
    roles = find_roles(source, facts, options)
    plan = Plan(source, options, facts, roles, roles.channels)
    if not plan.rows:
        what = f"{source.title} is empty: it has 0 rows and {len(source.columns)} columns."
        plan.findings.append(Finding("empty", "refused", what))
        return plan
    if roles.kpi is not None and roles.value is not None:
        return _of_pivot(plan)
    plan.findings += source.findings + roles.findings + _lists(plan)
    _drop_empty(plan)
    if roles.time is not None and roles.id is None:
        find_id(plan)
    if roles.time is not None and are_rows_of_their_own(plan):
        roles.time = None
    (plan_rows if roles.time is None else plan_series)(plan)
    _check_values(plan)
    plan.findings = _shortened(plan.findings)
    return plan


def _of_pivot(plan: Plan) -> Plan:
    """Plan the table that a pivot makes of a table with one KPI a row."""
    options, roles = plan.options, plan.roles
    assert roles.kpi is not None and roles.value is not None
    problems = bad_values(plan.source, plan.facts[roles.value.key])
    source = pivoted(plan.source, roles)
    source.findings += [*roles.findings, *problems]
    if any(finding.severity == "refused" for finding in source.findings):
        plan.findings += source.findings
        return plan
    id, time, label = (None if column is None else column.name for column in (roles.id, roles.time, roles.label))
    of_pivot = replace(options, kpi_column=None, value_column=None, drop=(), id_column=id, time_column=time)
    planned = make_plan(source, replace(of_pivot, label_column=label))
    return replace(planned, pivot=(roles.kpi.name, roles.value.name), options=options)


def _lists(plan: Plan) -> list[Finding]:
    """Refuse ids and labels that are neither texts nor numbers."""
    odd = [column for column in (plan.roles.id, plan.roles.label) if column is not None and column.kind == "other"]
    what = "Column {!r} holds lists or records ({}): it needs one number or text in each row."
    return [Finding("lists", "refused", what.format(column.name, column.type), "", plan.rows) for column in odd]


def _drop_empty(plan: Plan) -> None:
    """Leave out columns without any value, unless the user named them."""
    empty = [column for column in plan.channels if plan.facts[column.key].kind == "empty"]
    for column in empty:
        what = f"Column {column.name!r} has no value."
        named = column.name in plan.options.channels
        if named:
            plan.findings.append(Finding("no_values", "refused", what, "leave it out of channels"))
        elif column.name:
            plan.findings.append(Finding("no_values", "doubtful", what[:-1] + " and is left out."))
    plan.channels = tuple(column for column in plan.channels if column not in empty)
    if not plan.channels and empty:
        plan.findings.append(Finding("no_input", "refused", "No input column has a value."))


def _check_values(plan: Plan) -> None:
    """Find wrong and odd values of the input columns."""
    numbers = [column for column in plan.channels if column.name not in plan.categories]
    for column in numbers:
        fact = plan.facts[column.key]
        plan.findings += bad_values(plan.source, fact) if fact.kind != "boolean" else []
        plan.findings += marked_texts(plan.source, fact)
    plan.findings += sentinels(plan.source, {column.key: plan.facts[column.key] for column in numbers})
    if not plan.options.channels:
        plan.findings += identifiers(tuple(numbers), plan.facts, by_values=plan.times is None and plan.wide is None)


def _shortened(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the first findings of each kind, and say how many more there are."""
    kept = []
    ordered = sorted(findings, key=lambda finding: (finding.severity, finding.kind))
    for (severity, kind), group in groupby(ordered, key=lambda finding: (finding.severity, finding.kind)):
        of_kind = list(group)
        kept += of_kind[:MOST_OF_A_KIND]
        if more := of_kind[MOST_OF_A_KIND:]:
            what = f"{len(more):,} more findings of the kind {kind!r}, the last: {more[-1].sentence}"
            kept.append(Finding(kind, severity, what, more[-1].remedy, sum(finding.count for finding in more)))
    return kept
