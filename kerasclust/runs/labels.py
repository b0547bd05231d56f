"""Table of a run with the cluster of each sample."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.labels import UNKNOWN, labels_of
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import Names, with_names
from kerasclust.runs.unassigned import reasons_of
from kerasclust.system.files import complete_file, open_file
from kerasclust.system.memory import memory
from kerasclust.system.neutral import neutral_cell
from kerasclust.types import Array

EXPANSION = 20  # bytes of memory for a byte of a table, at most
Columns = Mapping[str, Iterable[Any]]


def write_labels(
    path: str | os.PathLike[str], q: Array, data: DataSet, names: Names = None, *, raw_text: bool = False
) -> None:
    """Write the cluster of each sample as a table: sample, group and start (where known), cluster, name, confidence.

    Samples that were asked for and have no cluster have empty cells there, and the table has a column "reason". Samples
    that were left out while reading have no number; they stand where their group and start belong.

    Args:
        path: path of the .csv file.
        q: soft assignments (n, k). The confidence of a sample is its largest soft assignment. A row that is not finite
            belongs to a sample without a cluster.
        data: the samples. Starts are their context "start_time" if it has one entry a sample: ISO 8601 for times, with
            the offset from UTC where the zone is known, seconds for durations, and unchanged for numbers.
        names: {number: name} of the named clusters; without names there is no column "name".
        raw_text: write groups and names as they are. Otherwise those that a spreadsheet would run as formulas get a
            single quote in front.

    Raises:
        InputError: the file cannot be written.
    """
    labels = labels_of(q)
    has_cluster = labels != UNKNOWN
    columns: dict[str, Any] = {"sample": range(len(q))}
    if data.groups is not None:
        columns["group"] = np.asarray(data.groups).tolist()
    start = np.asarray(data.context.get("start_time", ()))
    if start.shape == (len(q),):
        columns["start"] = _start_column(start, data.timezone)
    columns["cluster"] = [label if known else None for label, known in zip(labels.tolist(), has_cluster, strict=True)]
    confidence = zip(q.max(axis=1).tolist(), has_cluster, strict=True)
    columns["confidence"] = [f"{value:.4f}" if known else None for value, known in confidence]
    if data.left_out is not None or not has_cluster.all():
        columns["reason"] = reasons_of(q, data)
    columns = with_names(_with_left_out(columns, data, start), names)
    _write_columns(path, columns if raw_text else {title: map(neutral_cell, cells) for title, cells in columns.items()})


def _with_left_out(columns: Columns, data: DataSet, start: Array) -> Columns:
    """Return columns with a row for each sample that was left out, in the order of groups and starts."""
    left = data.left_out
    if left is None:
        return columns
    further: dict[str, Any] = {"group": np.asarray(left.groups).tolist(), "reason": np.asarray(left.reasons).tolist()}
    if left.start_time is not None:
        further["start"] = _start_column(np.asarray(left.start_time), data.timezone)
    nothing = [None] * len(left)
    joined = {title: [*cells, *further.get(title, nothing)] for title, cells in columns.items()}
    if "group" not in columns or left.start_time is None or "start" not in columns:
        return joined
    places = {group: place for place, group in enumerate(dict.fromkeys(joined["group"]))}
    order = np.lexsort((np.concatenate([start, left.start_time]), [places[group] for group in joined["group"]]))
    return {title: [cells[place] for place in order.tolist()] for title, cells in joined.items()}


def rename_labels(path: str | os.PathLike[str], names: Names, *, raw_text: bool = False) -> None:
    """Replace the names of clusters in a table that `write_labels` wrote; all other cells stay as they are.

    Args:
        path: path of the .csv file.
        names: {number: name} of the named clusters; without names there is no column "name".
        raw_text: as in `write_labels`.

    Raises:
        InputError: the file cannot be read or written, does not fit in memory, or `write_labels` did not write it.
    """
    try:
        with io.TextIOWrapper(open_file(path, memory() / EXPANSION), encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        columns: dict[str, Iterable[Any]] = dict(zip(head, zip(*rows, strict=True), strict=True))
        columns["cluster"] = [int(cluster) if cluster else None for cluster in columns["cluster"]]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise InputError(f"{path} is not a table of clusters that kerasclust wrote ({error}).") from error
    shown = names if raw_text else {cluster: neutral_cell(name) for cluster, name in (names or {}).items()}
    _write_columns(path, with_names(columns, shown))


def _write_columns(path: str | os.PathLike[str], columns: Columns) -> None:
    with (
        complete_file(path) as partial,
        # Half a pair of surrogates is no character, and is written as an escape.
        open(partial, "w", newline="", encoding="utf-8", errors="backslashreplace") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _start_column(start: Array, timezone: str | None) -> list[Any]:
    """Return starts (n,) as cells of a table: with the offset of a time zone, from UTC, where there is one."""
    if start.dtype.kind == "m":
        return (start / np.timedelta64(1, "s")).tolist()
    if start.dtype.kind != "M":
        return start.tolist()
    if timezone is None:
        whole = start.astype("datetime64[s]")
        return np.datetime_as_string(whole if (whole == start).all() else start).tolist()
    times, places = np.unique(start.astype("datetime64[us]"), return_inverse=True)
    zone = ZoneInfo(timezone)
    texts = np.array([_in_zone(time, zone) for time in times.tolist()], dtype=object)
    return texts[places].tolist()


def _in_zone(time: datetime | int | None, zone: ZoneInfo) -> str | None:
    """Return a time in UTC as ISO 8601 with the offset of a zone; a year beyond 9999 has none."""
    if not isinstance(time, datetime):
        return None if time is None else str(np.datetime64(time, "us"))
    return time.replace(tzinfo=UTC).astimezone(zone).isoformat()
