"""Sequences from the rows of series: clock, samples, values, and what is left out."""

from dataclasses import replace

import numpy as np

from kerasclust.data.dataset import LeftOut
from kerasclust.data.findings import Finding, most_serious_first
from kerasclust.data.sequences import remarks
from kerasclust.data.sequences.clock import Clock, as_times
from kerasclust.data.sequences.finding_clocks import find_clock
from kerasclust.data.sequences.labels import compact, named
from kerasclust.data.sequences.layout import joined
from kerasclust.data.sequences.options import ClockOptions
from kerasclust.data.sequences.planning import Plan, plan
from kerasclust.data.sequences.scatter import Values, scatter
from kerasclust.data.sequences.selection import Selection, keep, select
from kerasclust.data.sequences.series import IDS
from kerasclust.data.sequences.types import Rows, Sequences
from kerasclust.types import Array


def cut(rows: Rows, options: ClockOptions | None = None) -> Sequences:
    """Cut rows into sequences.

    Reads the view twice: ids and times, then values. It is read once more to merge rows of one step, and once more for
    the interval of shuffled rows. Only the samples have to fit into memory, or else they lie on the disk.

    Args:
        rows: the rows of series.
        options: windows and clock.

    Returns:
        The sequences. There are none if a finding is "refused": `kerasclust.data.findings.refuse` raises its error.

    Raises:
        InputError: An option is invalid, by itself or for these times.
    """
    options = options or ClockOptions()
    found = find_clock(rows, options)
    if found.clock is None:
        return _none(rows, found.findings)
    planned = plan(rows, found.clock, options)
    findings = (*found.findings, *planned.findings)
    if any(finding.severity == "refused" for finding in findings):
        return _none(rows, findings)
    values = scatter(rows, found.clock, planned.layout, options.aggregate or "mean")
    selection = select(planned, values)
    findings += (
        *remarks.shared_steps(rows, found.clock, planned.layout.series, values.merged, options),
        *_left_out(rows, found.clock, planned, selection, options),
    )
    if not selection.used.any():
        return _none(rows, findings)
    return replace(
        _sequences(rows, found.clock, planned, values, selection),
        findings=most_serious_first(findings),
        resolved=_resolved(found.clock, planned, options),
    )


def _left_out(rows: Rows, clock: Clock, planned: Plan, selection: Selection, options: ClockOptions) -> list[Finding]:
    """Return the finding about samples that their values leave out, or the clock."""
    layout, unused = planned.layout, selection.unused
    if planned.starts_by_the_clock:
        unused = joined((unused, *layout.unused))
    n = len(selection.used) + len(unused) - len(selection.unused)
    shares = selection.shares[~selection.used]
    return remarks.left_out(rows, clock, layout.series, unused, shares, n, options)


def _none(rows: Rows, findings: tuple[Finding, ...]) -> Sequences:
    return Sequences(
        np.empty((0, 0, len(rows.channels)), rows.dtype),
        np.empty(0, object),
        np.empty(0),
        findings=most_serious_first(findings),
    )


def _sequences(rows: Rows, clock: Clock, planned: Plan, values: Values, selection: Selection) -> Sequences:
    """Return the used samples with all that is known of them."""
    layout, series, used = planned.layout, planned.layout.series, selection.used
    left = joined((*layout.unused, selection.unused))
    starts = replace(clock, phase=0) if planned.starts_by_the_clock else clock
    place = series.id[layout.sample_series[used]]
    labels, names = _labels(values, planned, place, used)
    lengths = None if planned.lengths is None else planned.lengths[used]
    x = keep(values.x, used)
    rows.connection.execute(f"DROP TABLE IF EXISTS {IDS}")
    return Sequences(
        x=x if lengths is None else x[:, : lengths.max()],
        groups=series.ids[place],
        start_time=as_times(starts, layout.sample_start[used], rows),
        labels=labels,
        label_names=names,
        lengths=lengths,
        left_out=LeftOut(series.ids[left.id], as_times(starts, left.start, rows), left.reasons) if len(left) else None,
        timezone=clock.ticks.timezone,
        step_seconds=clock.every / 1e6 if clock.ticks.is_date else None,
    )


def _labels(values: Values, planned: Plan, place: Array, used: Array) -> tuple[Array | None, tuple[str, ...]]:
    series = planned.layout.series
    if not series.has_labels:
        return None, ()
    if series.labels is not None:
        labels, names = named(series.labels)
        return compact(labels[place], names)
    assert values.labels is not None
    labels, names = values.labels.most_frequent(len(used))
    return compact(labels[used], names)


def _resolved(clock: Clock, planned: Plan, options: ClockOptions) -> dict[str, object]:
    """Return the options that cut further data of the same kind in the same way."""
    zone = {} if options.timezone is None else {"timezone": options.timezone}
    clocks = {"every": clock.ticks.as_option(clock.every), "aggregate": options.aggregate or "mean"}
    return clocks | zone | {name: value for name, value in planned.resolved.items() if value is not None}
