"""Samples of a plan, as a `DataSet`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet, LeftOut
from kerasclust.data.findings import Finding, most_serious_first, refuse
from kerasclust.data.sequences import Rows, cut
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.plain import fetch_numbers, fetch_texts, numbered
from kerasclust.data.tables.plan import Plan
from kerasclust.data.tables.rates import with_rates

MOST_SORTED = 5_000_000  # rows that are sorted to find the first that repeats a time
MAX_MISSING = 0.5  # share of missing values of a row that is still a sample


def read_samples(plan: Plan) -> DataSet:
    """Read the samples of a plan.

    Raises:
        InputError: Something is refused. The message has all findings.
    """
    if plan.times is None:
        refuse(plan.findings, plan.source.title)
        return row_samples(plan)
    return _series(plan)


def row_samples(plan: Plan) -> DataSet:
    """Read a table whose rows are samples."""
    columns = [column for of in plan.wide.columns.values() for column in of] if plan.wide else plan.channels
    x = fetch_numbers(plan.source, [plan.value(column) for column in columns], plan.rows, plan.dtype)
    names = tuple(column.name for column in plan.channels)
    if plan.wide is not None:
        names = plan.wide.kpis
        x = np.ascontiguousarray(x.reshape(len(x), len(names), -1).transpose(0, 2, 1))
    roles = plan.roles
    groups = None if roles.id is None else fetch_texts(plan.source, f"coalesce({roles.id.text}, '')").astype(str)
    labels = None if roles.label is None else fetch_texts(plan.source, roles.label.text)
    y, label_names = (None, ()) if labels is None else numbered(labels)
    data = DataSet(
        name=plan.source.name,
        x=x,
        y=y,
        label_names=label_names,
        groups=groups,
        channel_names=names,
        channel_units=("",) * len(names),
        categories=plan.categories,
        findings=tuple(plan.findings),
        reading=reading_of(plan, names, {}),
    )
    return _without_empty(data, MAX_MISSING if plan.options.max_missing is None else plan.options.max_missing)


def _without_empty(data: DataSet, most: float) -> DataSet:
    """Leave out samples that miss more than this share of their values."""
    axes = tuple(range(1, data.x.ndim))
    share = np.isnan(data.x).mean(axis=axes)
    out = share > most
    if not out.any():
        return data
    first = int(out.argmax())
    what = f"{int(out.sum()):,} rows miss more than {most:.0%} of their values, the first is row {first + 1}: left out."
    groups = np.arange(1, len(out) + 1).astype(str) if data.groups is None else data.groups
    reasons = np.array([f"{value:.0%} of the values are missing" for value in share[out]])
    found = Finding("left_out", "doubtful", what, "give another max_missing", int(out.sum()))
    if out.all():
        refuse([*data.findings, replace(found, severity="refused")], data.name)
    return replace(
        data,
        x=data.x[~out],
        y=None if data.y is None else data.y[~out],
        groups=None if data.groups is None else data.groups[~out],
        findings=(*data.findings, found),
        left_out=LeftOut(groups[out], None, reasons),
    )


def _series(plan: Plan) -> DataSet:
    """Read a table with times."""
    refuse(plan.findings, plan.source.title)
    names = tuple(column.name for column in plan.channels)
    found = cut(rows_of(plan), plan.options.clock())
    findings = most_serious_first([*plan.findings, *placed(plan, found.findings)])
    refuse(findings, plan.source.title)
    return DataSet(
        name=plan.source.name,
        x=found.x,
        y=found.labels,
        label_names=found.label_names,
        groups=np.asarray(found.groups).astype(str),
        channel_names=names,
        channel_units=("",) * len(names),
        step_seconds=found.step_seconds,
        context={"start_time": found.start_time},
        findings=findings,
        left_out=found.left_out,
        timezone=found.timezone,
        reading=reading_of(plan, names, found.resolved),
        lengths=found.lengths,
    )


def placed(plan: Plan, findings: Iterable[Finding]) -> list[Finding]:
    """Add the number of the first row that repeats a time to findings that follow from it."""
    found = list(findings)
    if plan.rows > MOST_SORTED or not {"duplicates", "no-series"} & {finding.kind for finding in found}:
        return found
    roles, times = plan.roles, plan.times
    assert roles.time is not None and times is not None
    keys = ", ".join([*([] if roles.id is None else [roles.id.text]), times.sql])
    again = plan.source.all(
        f"SELECT min(place) FILTER (again > 1), count_if(again > 1) FROM (SELECT place, row_number() OVER "
        f"(PARTITION BY {keys} ORDER BY place) AS again FROM (SELECT row_number() OVER () AS place, * FROM source))"
    )
    row, n = again[0]
    if not n:
        return found
    if not any(finding.kind == "duplicates" for finding in found):
        rows = "1 row repeats" if n == 1 else f"{n:,} rows repeat"
        found.append(Finding("duplicates", "refused", f"{rows} an earlier time.", "merge or remove them", n))
    at = f"; the first is row {row}."
    return [
        replace(finding, sentence=finding.sentence.rstrip(".") + at) if finding.kind == "duplicates" else finding
        for finding in found
    ]


def rows_of(plan: Plan) -> Rows:
    """Make the view of rows that sequences are cut from."""
    roles, source = plan.roles, plan.source
    assert plan.times is not None
    id = literal(source.name) if roles.id is None else roles.id.text
    values = [f"{plan.value(column)} AS c{place}" for place, column in enumerate(plan.channels)]
    label = [] if roles.label is None else [f"{roles.label.text} AS label"]
    selected = ", ".join([f"{id} AS id", f"{plan.times.sql} AS time", *label, *values])
    counters = [f"c{place}" for place, column in enumerate(plan.channels) if column.name in plan.options.rate]
    view = with_rates(source, selected, counters)
    source.connection.execute(f"CREATE OR REPLACE TEMP VIEW series AS {view}")
    names = tuple(column.name for column in plan.channels)
    id_name = "id" if roles.id is None else roles.id.name
    return Rows(source.connection, "series", names, source.name, plan.dtype, id_name)


def reading_of(plan: Plan, channels: tuple[str, ...], resolved: dict[str, Any]) -> dict[str, Any]:
    """Return the options with which further data of the same kind is read the same way, as JSON data."""
    roles, options = plan.roles, plan.options
    kpi, value = plan.pivot or (None, None)
    found = {
        "kpi_column": kpi,
        "value_column": value,
        "id_column": roles.id and roles.id.name,
        "time_column": roles.time and roles.time.name,
        "channels": list(channels),
        "categories": {name: list(of) for name, of in plan.categories.items()},
        "drop": list(options.drop),
        "missing_value": list(options.missing_value),
        "rate": list(options.rate),
        "max_missing": options.max_missing,
    }
    return {name: value for name, value in {**found, **resolved}.items() if value not in (None, [], {})}
