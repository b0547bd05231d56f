"""Rows of DataFrames as the view that sequences are cut from, and an independent way to cut them."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from kerasclust.data.sequences import ClockOptions, Rows, cut


@pytest.fixture
def rows_of():
    """Function (frame with id, time, perhaps label, and channels) -> Rows."""

    def make(frame, dtype="float32"):
        channels = [name for name in frame.columns if name not in ("id", "time", "label")]
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("frame", frame)
        columns = ["id::VARCHAR AS id", f"time::{time_type(frame['time'])} AS time"]
        columns += ["label::VARCHAR AS label"] if "label" in frame else []
        columns += [f'"{name}"::DOUBLE AS c{number}' for number, name in enumerate(channels)]
        connection.execute(f"CREATE TABLE rows_of_test AS SELECT {', '.join(columns)} FROM frame")
        return Rows(connection, "rows_of_test", tuple(channels), "kpis", dtype, id_name="cell")

    return make


def time_type(times):
    """The type of DuckDB for a column of times."""
    if times.dtype.kind == "i":
        return "BIGINT"
    if times.dtype.kind == "f":
        return "DOUBLE"
    return "TIMESTAMP" if getattr(times.dtype, "tz", None) is None else "TIMESTAMPTZ"


@pytest.fixture
def cut_frame(rows_of):
    """Function (frame, **options) -> Sequences."""
    return lambda frame, dtype="float32", **options: cut(rows_of(frame, dtype), ClockOptions(**options))


@pytest.fixture
def hourly():
    """Function (ids, days, first time) -> frame of hourly rows with two channels, which count the hours."""

    def make(ids=2, days=3, start="2024-01-01", tz=None):
        times = pd.date_range(start, periods=24 * days, freq="h", tz=tz)
        hours = np.arange(float(len(times)))
        parts = [
            pd.DataFrame({"id": f"c{number}", "time": times, "load": hours, "loss": 1000 * number - hours})
            for number in range(ids)
        ]
        return pd.concat(parts, ignore_index=True)

    return make


@pytest.fixture
def kinds():
    """Function Sequences -> {kind: severity} of its findings."""
    return lambda found: {finding.kind: finding.severity for finding in found.findings}


@pytest.fixture
def by_pandas():
    """Function that cuts a frame in loops of Python: {(id, start): values (window, channels)}, None if not used."""
    return cut_by_pandas


def cut_by_pandas(frame, every, window, stride=None, unit=None, aggregate="mean", max_missing=0.25, max_gap=None):
    """Cut a frame with whole steps as times.

    Args:
        frame: columns id, time (integers) and channels.
        every: length of a step; a row belongs to the step that began last.
        window: steps of a sample.
        stride: steps between samples.
        unit: windows start at multiples of it; None: at the first row of a series.
        aggregate: of the rows of a step.
        max_missing: largest share of missing values.
        max_gap: longest hole within a window.
    """
    stride = stride or window
    max_gap = max_gap or max(window // 2, int(np.ceil(max_missing * window)))
    found = {}
    for name, rows in frame.groupby("id"):
        rows = rows.sort_values("time", kind="stable")
        steps = rows.drop(columns=["id", "time"]).groupby((rows["time"] // every).to_numpy())
        steps = steps.sum(min_count=1) if aggregate == "sum" else getattr(steps, aggregate)()
        (aligned if unit else unaligned)(found, name, steps, window, stride, unit, max_missing, max_gap)
    return found


def aligned(found, name, steps, window, stride, unit, max_missing, max_gap):
    first, last = steps.index.min(), steps.index.max()
    start = first // unit * unit
    while start + window <= first:
        start += stride
    while start <= last:
        inside = steps.index[(steps.index >= start) & (steps.index < start + window)]
        values = steps.reindex(range(start, start + window)).to_numpy()
        hole = np.diff(inside).max() - 1 if len(inside) > 1 else 0
        used = len(inside) and np.isnan(values).mean() <= max_missing and hole <= max_gap
        found[name, start] = values if used else None
        if start + window > last:
            break
        start += stride


def unaligned(found, name, steps, window, stride, _, max_missing, max_gap):
    ends = np.flatnonzero(np.diff(steps.index) - 1 > max_gap) + 1
    for part in np.split(np.arange(len(steps)), ends):
        first, last = steps.index[part[0]], steps.index[part[-1]]
        start, covered = first, first
        while start + window - 1 <= last:
            values = steps.reindex(range(start, start + window)).to_numpy()
            found[name, start] = values if np.isnan(values).mean() <= max_missing else None
            covered = start + window
            start += stride
        if start <= last and covered <= last:
            found[name, start] = None
