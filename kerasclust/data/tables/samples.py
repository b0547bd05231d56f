"""Samples of a plan, as a `DataSet`."""

from dataclasses import replace
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet, LeftOut
from kerasclust.data.findings import Finding, refuse
from kerasclust.data.sequences import ClockOptions, Rows, cut
from kerasclust.data.tables.plain import fetch_numbers, fetch_texts, numbered
from kerasclust.data.tables.plan import Plan

MAX_MISSING = 0.5  # share of missing values of a row that is still a sample


def read_samples(plan: Plan) -> DataSet:
    """Read the samples of a plan.

    Raises:
        InputError: Something is refused. The message has all findings.
    """
    if plan.times is None:
        refuse(plan.findings, plan.source.title)
        return _rows(plan)
    return _series(plan)


def _rows(plan: Plan) -> DataSet:
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
        reading=_reading(plan, names, {}),
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
    what = f"{int(out.sum()):,} rows miss more than {most:.0%} of their values and are left out, the first is row {first + 1}."
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
    roles, options = plan.roles, plan.options
    assert plan.times is not None
    names = tuple(column.name for column in plan.channels)
    found = cut(rows_of(plan), clock_of(plan))
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
        findings=(*plan.findings, *found.findings),
        left_out=found.left_out,
        timezone=found.timezone,
        reading=_reading(plan, names, found.resolved),
        lengths=found.lengths,
    )


def rows_of(plan: Plan) -> Rows:
    """Make the view of rows that sequences are cut from."""
    roles, source = plan.roles, plan.source
    assert plan.times is not None
    id = f"'{source.name}'" if roles.id is None else roles.id.text
    values = [f"{plan.value(column)} AS c{place}" for place, column in enumerate(plan.channels)]
    label = [] if roles.label is None else [f"{roles.label.text} AS label"]
    selected = ", ".join([f"{id} AS id", f"{plan.times.sql} AS time", *label, *values])
    source.connection.execute(f"CREATE OR REPLACE TEMP VIEW series AS SELECT {selected} FROM source")
    return Rows(
        source.connection,
        "series",
        tuple(column.name for column in plan.channels),
        source.name,
        plan.dtype,
        "id" if roles.id is None else roles.id.name,
    )


def clock_of(plan: Plan) -> ClockOptions:
    """Return the options of the clock."""
    names = ("window", "stride", "every", "aggregate", "align", "timezone", "max_gap", "max_missing")
    return ClockOptions(**{name: getattr(plan.options, name) for name in names})


def _reading(plan: Plan, channels: tuple[str, ...], resolved: dict[str, Any]) -> dict[str, Any]:
    """Return the options with which further data of the same kind is read the same way, as JSON data."""
    roles, options = plan.roles, plan.options
    found = {
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
