"""Values of rows, written to their places in the samples in one scan."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow

from kerasclust.data.arrow import numbers
from kerasclust.data.large_arrays import filled
from kerasclust.data.sequences.clock import Clock
from kerasclust.data.sequences.labels import LabelCounts
from kerasclust.data.sequences.layout import Layout
from kerasclust.data.sequences.series import IDS
from kerasclust.data.sequences.types import Rows
from kerasclust.types import Array

BATCH = 2**18  # rows
MERGED = 1.2  # so many rows a step are merged by the engine from the start
CLASHES = "kerasclust_clashes"  # steps with several rows


@dataclass(frozen=True)
class Merged:
    """Steps that several rows share.

    Args:
        id: integer array (n,), places of their ids.
        step: integer array (n,), the steps.
        n_rows: number of their rows.
    """

    id: Array
    step: Array
    n_rows: int


@dataclass(frozen=True)
class Values:
    """Samples with values.

    Args:
        x: array (n, steps, channels), NaN where nothing was measured.
        n_rows: integer array (n, steps), the number of rows of each step.
        labels: counts of the labels of the rows of each sample, or None.
        merged: steps that several rows share, where `every` did not ask for that; None if there are none.
    """

    x: Array
    n_rows: Array
    labels: LabelCounts | None
    merged: Merged | None


def scatter(rows: Rows, clock: Clock, layout: Layout, aggregate: str) -> Values:
    """Write the values of rows to their places in samples.

    Args:
        rows: the rows.
        clock: their clock.
        layout: the samples.
        aggregate: "mean", "last", "sum" or "max" of the rows of a step.
    """
    series, n_channels = layout.series, len(rows.channels)
    shape = (len(layout) * layout.steps, n_channels)
    x = filled(shape[0], shape[1:], rows.dtype, np.nan)
    most = int(series.n_rows.max(initial=0))
    n_rows = filled(shape[0], (), np.min_scalar_type(most), 0)
    labels = LabelCounts() if series.has_labels and series.labels is None else None
    if series.n_rows.sum() > MERGED * series.lengths.sum():
        _fill(rows, _merging(rows, clock, aggregate, ""), layout, x, n_rows)
        if labels is not None:
            _count_labels(rows, clock, layout, labels)
        merged = _shared(layout, n_rows) if clock.is_nearest else None
    else:
        _fill(rows, _plain(rows, clock, labels is not None), layout, x, n_rows, labels)
        merged = _shared(layout, n_rows)
        if merged is not None:
            _merge(rows, clock, layout, aggregate, x, merged)
    return Values(
        x.reshape(len(layout), layout.steps, n_channels), n_rows.reshape(len(layout), layout.steps), labels, merged
    )


def _fill(
    rows: Rows, query: str, layout: Layout, x: Array, n_rows: Array | None = None, labels: LabelCounts | None = None
) -> None:
    """Write what a query finds: place of the id, step, channels, and perhaps the number of rows or the label."""
    for batch in _batches(rows, query):
        place, step = (numbers(batch.column(name)) for name in ("i", "step"))
        values = np.empty((len(place), len(rows.channels)), x.dtype)
        with np.errstate(over="ignore"):  # what is beyond the range of float32 becomes infinite and is found as such
            for channel in range(values.shape[1]):
                values[:, channel] = numbers(batch.column(f"c{channel}"))
        for part, sample, within in layout.places(place, step):
            to = sample * layout.steps + within
            x[to] = values[part]
            if n_rows is not None and "n" in batch.schema.names:
                n_rows[to] = numbers(batch.column("n"))[part]
            elif n_rows is not None:
                np.add.at(n_rows, to, n_rows.dtype.type(1))
            if labels is not None:
                labels.add(sample, batch.column("label"), part)


def _batches(rows: Rows, query: str) -> Iterator[pyarrow.RecordBatch]:
    return iter(rows.connection.sql(query).to_arrow_reader(BATCH))


def _channels(rows: Rows) -> list[str]:
    return [f"c{channel}" for channel in range(len(rows.channels))]


def _plain(rows: Rows, clock: Clock, with_labels: bool) -> str:
    label = ["label"] if with_labels else []
    columns = ", ".join([*_channels(rows), *label])
    return f"""
        SELECT i, step, {columns}
        FROM (SELECT id, {clock.sql} AS step, {columns} FROM {rows.view}) JOIN {IDS} USING (id)
    """


def _merging(rows: Rows, clock: Clock, aggregate: str, only: str) -> str:
    """Return the query that merges the rows of a step; `only` restricts the steps."""
    merge = {
        "mean": "avg({0})",
        "sum": "sum({0})",
        "max": "max({0})",
        "last": "(max(struct_pack(t := t, v := {0})) FILTER ({0} IS NOT NULL)).v",  # equal times: the largest value
    }[aggregate]
    observed = [f"CASE WHEN isnan({c}) THEN NULL ELSE {c} END AS {c}" for c in _channels(rows)]
    merged = [f"{merge.format(c)} AS {c}" for c in _channels(rows)]
    return f"""
        SELECT i, step, count(*) AS n, {", ".join(merged)}
        FROM (SELECT id, {clock.ticks.sql} AS t, {clock.sql} AS step, {", ".join(observed)} FROM {rows.view})
        JOIN {IDS} USING (id) {only}
        GROUP BY i, step
    """


def _shared(layout: Layout, n_rows: Array) -> Merged | None:
    """Return the steps that several rows share, or None."""
    shared = np.flatnonzero(n_rows > 1)
    if not len(shared):
        return None
    sample, within = shared // layout.steps, shared % layout.steps
    place = layout.series.id[layout.sample_series[sample]]
    steps, first = np.unique(np.stack([place, layout.sample_start[sample] + within]), axis=1, return_index=True)
    return Merged(steps[0], steps[1], int(n_rows[shared[first]].sum(dtype=np.int64)))


def _merge(rows: Rows, clock: Clock, layout: Layout, aggregate: str, x: Array, merged: Merged) -> None:
    """Merge the rows of shared steps, and overwrite the values that the last of these rows left there."""
    rows.connection.register(CLASHES, pyarrow.table({"i": merged.id, "step": merged.step}))
    try:
        _fill(rows, _merging(rows, clock, aggregate, f"SEMI JOIN {CLASHES} USING (i, step)"), layout, x)
    finally:
        rows.connection.unregister(CLASHES)


def _count_labels(rows: Rows, clock: Clock, layout: Layout, labels: LabelCounts) -> None:
    query = f"""
        SELECT i, step, label, count(*) AS n
        FROM (SELECT id, {clock.sql} AS step, label FROM {rows.view} WHERE label IS NOT NULL) JOIN {IDS} USING (id)
        GROUP BY i, step, label
    """
    for batch in _batches(rows, query):
        place, step, n = (numbers(batch.column(name)) for name in ("i", "step", "n"))
        for part, sample, _ in layout.places(place, step):
            labels.add(sample, batch.column("label"), part, n)
