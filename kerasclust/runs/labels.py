"""The table of a run that says which cluster each sample is in."""

import csv
import os

import numpy as np

from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import with_names
from kerasclust.system.files import complete_file


def write_labels(path: str | os.PathLike, q, data, names=None) -> None:
    """Write the cluster of each sample as a table: sample, group and start (where known), cluster, name, confidence.

    Args:
        path: of the .csv file.
        q: soft assignments (n, k); the confidence is the largest of a row.
        data: the `DataSet` of the samples. Groups are what each was cut from; starts are its context "start_time",
            where that has one entry a sample: ISO 8601 for times, seconds for durations, numbers as they are.
        names: {number: name} of the clusters that have one; without any there is no column "name".

    Raises:
        InputError: it cannot be written.
    """
    columns = {"sample": range(len(q))}
    if data.groups is not None:
        columns["group"] = np.asarray(data.groups).tolist()
    start = np.asarray(data.context.get("start_time", ()))
    if start.shape == (len(q),):
        columns["start"] = _start_column(start)
    columns["cluster"] = q.argmax(axis=1).tolist()
    columns["confidence"] = [f"{value:.4f}" for value in q.max(axis=1)]
    _write_columns(path, with_names(columns, names))


def rename_labels(path: str | os.PathLike, names) -> None:
    """Give a table that `write_labels` wrote other names of clusters.

    Args:
        path: of the .csv file.
        names: {number: name} of the clusters that have one; without any there is no column "name".

    Raises:
        InputError: it cannot be read or written, or is no such table.
    """
    try:
        with open(path, newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        columns = dict(zip(head, zip(*rows, strict=True), strict=True))
        columns["cluster"] = [int(cluster) for cluster in columns["cluster"]]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise InputError(f"{path} is no table of clusters that kerasclust wrote ({error}).") from error
    _write_columns(path, with_names(columns, names))


def _write_columns(path, columns):
    with complete_file(path) as partial, open(partial, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _start_column(start) -> list:
    if start.dtype.kind == "m":
        return (start / np.timedelta64(1, "s")).tolist()
    if start.dtype.kind != "M":
        return start.tolist()
    whole = start.astype("datetime64[s]")
    return np.datetime_as_string(whole if (whole == start).all() else start).tolist()
