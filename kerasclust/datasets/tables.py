"""Samples from tables: sequences from tables with times, feature vectors from other tables."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_array
from kerasclust.datasets.column_roles import Roles, find_roles
from kerasclust.datasets.windows import check_window, cut_windows
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, first_line
from kerasclust.system.memory import memory
from kerasclust.types import Array

MOST_COLUMNS = 100_000
OFFSET = r"[T ]\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$"  # offset from UTC at the end of a time of day


def read_table(path: Path) -> pd.DataFrame:
    """Read the table in a .csv or .parquet file.

    Raises:
        InputError: The file is damaged, is not a table or has no rows.
    """
    try:
        table = _read_csv(path) if path.suffix.lower() == ".csv" else _read_parquet(path)
    except (OSError, ValueError, pd.errors.ParserError) as error:  # pyarrow's errors are ValueErrors or OSErrors
        raise InputError(
            f"{path} cannot be read as a table ({first_line(error)}): check that it was written completely."
        ) from error
    if table.index.name is not None or table.index.nlevels > 1:  # Parquet stores an index, often the id or the time
        table = table.reset_index()
    if table.empty:
        raise InputError(f"{path} is empty: it has {len(table)} rows and {table.shape[1]} columns.")
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    with open(path, "rb") as file:
        for line in (
            file.readline(),
            file.readline(),
        ):  # the names, and the first row, which sets the number of columns
            _check_n_columns(1 + line.count(b","))
    return pd.read_csv(path)


def _read_parquet(path: Path) -> pd.DataFrame:
    about = pyarrow.parquet.read_metadata(path)
    _check_n_columns(about.num_columns)
    groups = [about.row_group(i).total_byte_size for i in range(about.num_row_groups)]
    size = max(sum(groups), 8 * about.num_rows * about.num_columns)  # the file stores repeated values only once
    if min(groups, default=0) < 0 or size > memory():
        raise UnreadableFile(f"its table takes {size / 1e9:,.1f} GB, of {memory() / 1e9:,.1f} GB of memory")
    try:
        return pd.read_parquet(path)
    except Exception as error:  # pyarrow trusts a hostile file's description of its columns and may raise anything
        raise UnreadableFile(first_line(error)) from error


def _check_n_columns(n: int) -> None:
    if n > MOST_COLUMNS:
        raise UnreadableFile(f"it has {n:,} columns, more than {MOST_COLUMNS:,}; arrays (.npy) have no such bound")


def from_table(
    table: pd.DataFrame, name: str, *, window: int | None = None, stride: int | None = None, **columns: Any
) -> DataSet:
    """Convert a table to a `DataSet`.

    Options, result and errors are those of `kerasclust.datasets.from_file`.
    """
    roles = find_roles(table, **columns)
    values = _numbers(table, roles.channels)
    labels = None if roles.label is None else _complete(table, roles.label)
    if roles.time is None:
        if window is not None or stride is not None:
            raise InputError("window and stride need sequences, and so a column of times: name it with time_column.")
        ids = None if roles.id is None else _complete(table, roles.id)
        return _data_set(name, values, roles.channels, labels, groups=None if ids is None else ids.to_numpy())
    return _sequences(table, values, labels, roles, roles.time, name, window, stride)


def _sequences(
    table: pd.DataFrame,
    values: Array,
    labels: pd.Series | None,
    roles: Roles,
    time_column: str,
    name: str,
    window: int | None,
    stride: int | None,
) -> DataSet:
    """Group rows by id, sort them by time and cut them into windows."""
    ids = pd.Series(name, index=table.index) if roles.id is None else _complete(table, roles.id)
    times = _times(table, time_column)
    _check_unique(ids, times, roles)
    codes, unique_ids = pd.factorize(ids)
    order = np.lexsort((times.to_numpy(), codes))
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    lengths = pd.Series(np.bincount(codes), index=unique_ids)
    steps, shift = _window(lengths, window, stride)

    def cut(column: Array) -> list[Array]:
        return [cut_windows(part, steps, shift) for part in np.split(column[order], ends)]

    x = cut(values)
    if labels is not None:
        labels = pd.Series([pd.Series(rows).mode()[0] for part in cut(labels.to_numpy()) for rows in part])
    groups = np.repeat(np.asarray(unique_ids), [len(part) for part in x])
    start_time = np.concatenate(cut(times.to_numpy()))[:, 0]
    return _data_set(name, np.concatenate(x), roles.channels, labels, groups, {"start_time": start_time})


def _data_set(
    name: str,
    values: Array,
    channels: Sequence[Any],
    labels: pd.Series | None,
    groups: Array | None,
    context: dict[str, Array] | None = None,
) -> DataSet:
    label_names: Sequence[Any] = ()
    y = None
    if labels is not None:
        names, y = np.unique(labels.to_numpy(), return_inverse=True)
        label_names = names.tolist()
    data = DataSet(
        name=name,
        x=values,
        y=y,
        label_names=tuple(map(str, label_names)),
        groups=groups,
        channel_names=tuple(map(str, channels)),
        channel_units=("",) * len(channels),
        context=context or {},
    )
    return replace(data, x=check_array(data, name=name))


def _window(lengths: pd.Series, window: int | None, stride: int | None) -> tuple[int, int]:
    """Return the window and the stride, by default the length of all sequences."""
    shortest, longest = int(lengths.min()), int(lengths.max())
    if window is None:
        if shortest < longest or len(lengths) == 1:
            found = (
                f"The sequences have from {shortest} to {longest} rows ({lengths.idxmin()!s}: {shortest}, "
                f"{lengths.idxmax()!s}: {longest})"
                if len(lengths) > 1
                else f"There is one sequence, of {longest} rows"
            )
            proposal = shortest if len(lengths) > 1 else min(128, max(2, longest // 10))
            raise InputError(f"{found}: cut it into samples of equal length with window={proposal}, for example.")
        window = shortest
    window, stride = check_window(window, stride)
    if window > longest:
        raise InputError(f"window is {window}, but the longest sequence has {longest} rows: choose a smaller window.")
    return window, stride


def _numbers(table: pd.DataFrame, channels: list[str]) -> Array:
    """Return the channels as float64 (rows, channels)."""
    for column in channels:
        values = table[column]
        if values.dtype.kind not in "biuf":
            odd = pd.to_numeric(values, errors="coerce").isna() & values.notna() if values.dtype.kind in "OTU" else None
            example = f", row {_row(odd)} holds {values[odd].iloc[0]!r}" if odd is not None and odd.any() else ""
            raise InputError(
                f"Column {column!r} is not numbers ({values.dtype}){example}: correct it or leave it out with channels."
            )
    numbers = table[channels].to_numpy("float64", na_value=np.nan)
    bad = ~np.isfinite(numbers)
    if bad.any():
        row, place = np.argwhere(bad)[0].tolist()
        what = "missing (NaN)" if np.isnan(numbers[row, place]) else "infinite"
        raise InputError(
            f"{int(bad.sum())} values are missing or infinite, the first is {what}, in column {channels[place]!r}, "
            f"row {row + 1}: fill or remove them."
        )
    return numbers


def _complete(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a column after checking that no value is missing."""
    missing = table[column].isna()
    if missing.any():
        raise InputError(f"Column {column!r} has {missing.sum()} missing values, the first in row {_row(missing)}.")
    return table[column]


def _times(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as numbers, durations, or times without a zone.

    Times with a zone become UTC.
    """
    times = _complete(table, column)
    if times.dtype.kind in "biufm":
        return times
    if times.dtype.kind == "M":
        return times if times.dt.tz is None else times.dt.tz_convert(None)
    return _parsed(times, column)


def _parsed(times: pd.Series, column: str) -> pd.Series:
    """Parse texts as ISO 8601."""
    try:
        parsed = pd.to_datetime(times, errors="coerce", format="ISO8601", utc=True).dt.tz_convert(None)
    except (TypeError, ValueError) as error:
        raise InputError(f"Column {column!r} holds no times ({times.dtype}): use numbers or ISO 8601.") from error
    if parsed.isna().any():
        first = parsed.isna()
        raise InputError(
            f"Column {column!r} holds {times[first].iloc[0]!r} in row {_row(first)}, which is not a time: use numbers "
            "or ISO 8601, such as 2024-05-31T12:00:00."
        )
    _check_offsets(times, column)
    return parsed


def _check_offsets(times: pd.Series, column: str) -> None:
    """Check that all times have an offset from UTC, or none."""
    offset = times.astype(str).str.contains(OFFSET)
    if offset.nunique() > 1:
        with_one, without = (f"{times[rows].iloc[0]!s} in row {_row(rows)}" for rows in (offset, ~offset))
        raise InputError(
            f"Column {column!r} holds times with an offset from UTC, such as {with_one}, and times without, such as "
            f"{without}: give all of them an offset, or none."
        )


def _check_unique(ids: pd.Series, times: pd.Series, roles: Roles) -> None:
    """Check that no id has two rows of the same time."""
    again = pd.DataFrame({"id": ids, "time": times}).duplicated()
    if again.any():
        whose = "" if roles.id is None else f"{roles.id} {ids[again].iloc[0]!r} and "
        raise InputError(
            f"{again.sum()} rows repeat an earlier time, the first is row {_row(again)} with {whose}{roles.time} "
            f"{times[again].iloc[0]!s}: merge or remove them."
        )


def _row(where: pd.Series) -> int:
    """Return the number of the first row that is true, counted from 1 without the header."""
    return int(where.to_numpy().argmax()) + 1
