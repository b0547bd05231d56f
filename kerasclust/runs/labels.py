"""Table of a run with the cluster of each sample."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import Names, with_names
from kerasclust.inspection.clustered_space import check_finite
from kerasclust.system.files import complete_file, open_file
from kerasclust.system.memory import memory
from kerasclust.system.neutral import neutral_cell
from kerasclust.types import Array

EXPANSION = 20  # bytes of memory for a byte of a table, at most


def write_labels(
    path: str | os.PathLike[str], q: Array, data: DataSet, names: Names = None, *, raw_text: bool = False
) -> None:
    """Write the cluster of each sample as a table.

    Its columns are sample, group and start (where known), cluster, name and confidence.

    Args:
        path: path of the .csv file.
        q: soft assignments (n, k). The confidence of a sample is its largest soft assignment.
        data: the samples. Starts are their context "start_time" if it has one entry a sample: ISO 8601 for times,
            seconds for durations, and unchanged for numbers.
        names: {number: name} of the named clusters; without names there is no column "name".
        raw_text: write groups and names as they are. Otherwise those that a spreadsheet would run as formulas get a
            single quote in front.

    Raises:
        InputError: the file cannot be written, or an assignment is NaN or infinite.
    """
    check_finite(q)
    columns: dict[str, Iterable[Any]] = {"sample": range(len(q))}
    if data.groups is not None:
        columns["group"] = np.asarray(data.groups).tolist()
    start = np.asarray(data.context.get("start_time", ()))
    if start.shape == (len(q),):
        columns["start"] = _start_column(start)
    columns["cluster"] = q.argmax(axis=1).tolist()
    columns["confidence"] = [f"{value:.4f}" for value in q.max(axis=1)]
    columns = with_names(columns, names)
    _write_columns(path, columns if raw_text else {title: map(neutral_cell, cells) for title, cells in columns.items()})


def rename_labels(path: str | os.PathLike[str], names: Names, *, raw_text: bool = False) -> None:
    """Replace the names of clusters in a table that `write_labels` wrote.

    All other cells stay as they are.

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
        columns["cluster"] = [int(cluster) for cluster in columns["cluster"]]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise InputError(f"{path} is not a table of clusters that kerasclust wrote ({error}).") from error
    shown = names if raw_text else {cluster: neutral_cell(name) for cluster, name in (names or {}).items()}
    _write_columns(path, with_names(columns, shown))


def _write_columns(path: str | os.PathLike[str], columns: Mapping[str, Iterable[Any]]) -> None:
    with (
        complete_file(path) as partial,
        # Half a pair of surrogates is no character, and is written as an escape.
        open(partial, "w", newline="", encoding="utf-8", errors="backslashreplace") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _start_column(start: Array) -> list[Any]:
    if start.dtype.kind == "m":
        return (start / np.timedelta64(1, "s")).tolist()
    if start.dtype.kind != "M":
        return start.tolist()
    whole = start.astype("datetime64[s]")
    return np.datetime_as_string(whole if (whole == start).all() else start).tolist()
