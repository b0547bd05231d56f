"""Tables as samples: in long format, one row for each id and time, sequences; any other table feature vectors."""

from dataclasses import replace
from pathlib import Path

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

MOST_COLUMNS = 100_000
OFFSET = r"[T ]\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$"  # at the end of a time of day, from UTC


def read_table(path: Path) -> pd.DataFrame:
    """The table in a .csv or .parquet file.

    Raises:
        InputError: the file is damaged, is not a table or has no rows.
    """
    try:
        table = _read_csv(path) if path.suffix.lower() == ".csv" else _read_parquet(path)
    except (OSError, ValueError, pd.errors.ParserError) as error:  # pyarrow's errors are ValueErrors or OSErrors
        raise InputError(
            f"{path} cannot be read as a table ({first_line(error)}): check that it was written completely."
        ) from error
    if table.index.name is not None or table.index.nlevels > 1:  # Parquet keeps an index, often the id or the time
        table = table.reset_index()
    if table.empty:
        raise InputError(f"{path} is empty: it has {len(table)} rows and {table.shape[1]} columns.")
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    with open(path, "rb") as file:
        for line in (file.readline(), file.readline()):  # the names, and what decides how many columns there are
            _check_n_columns(1 + line.count(b","))
    return pd.read_csv(path)


def _read_parquet(path: Path) -> pd.DataFrame:
    about = pyarrow.parquet.read_metadata(path)
    _check_n_columns(about.num_columns)
    groups = [about.row_group(i).total_byte_size for i in range(about.num_row_groups)]
    size = max(sum(groups), 8 * about.num_rows * about.num_columns)  # a value that repeats is there only once
    if min(groups, default=0) < 0 or size > memory():
        raise UnreadableFile(f"its table takes {size / 1e9:,.1f} GB, of {memory() / 1e9:,.1f} GB of memory")
    try:
        return pd.read_parquet(path)
    except Exception as error:  # a hostile file says anything about its columns, and pyarrow believes it
        raise UnreadableFile(first_line(error)) from error


def _check_n_columns(n: int) -> None:
    if n > MOST_COLUMNS:
        raise UnreadableFile(f"it has {n:,} columns, more than {MOST_COLUMNS:,}; arrays (.npy) have no such bound")


def from_table(table: pd.DataFrame, name: str, *, window=None, stride=None, **columns) -> DataSet:
    """A table as a `DataSet`: options, result and errors are those of `kerasclust.datasets.from_file`."""
    roles = find_roles(table, **columns)
    values = _numbers(table, roles.channels)
    labels = None if roles.label is None else _complete(table, roles.label)
    if roles.time is None:
        if window is not None or stride is not None:
            raise InputError("window and stride need sequences, and so a column of times: name it with time_column.")
        ids = None if roles.id is None else _complete(table, roles.id)
        return _data_set(name, values, roles.channels, labels, groups=None if ids is None else ids.to_numpy())
    return _sequences(table, values, labels, roles, name, window, stride)


def _sequences(table, values, labels, roles: Roles, name: str, window, stride) -> DataSet:
    """Rows gathered by id, put in order of time and cut."""
    ids = pd.Series(name, index=table.index) if roles.id is None else _complete(table, roles.id)
    times = _times(table, roles.time)
    _check_unique(ids, times, roles)
    codes, unique_ids = pd.factorize(ids)
    order = np.lexsort((times.to_numpy(), codes))
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    lengths = pd.Series(np.bincount(codes), index=unique_ids)
    window, stride = _window(lengths, window, stride)

    def cut(column):
        return [cut_windows(part, window, stride) for part in np.split(column[order], ends)]

    x = cut(values)
    if labels is not None:
        labels = pd.Series([pd.Series(rows).mode()[0] for part in cut(labels.to_numpy()) for rows in part])
    groups = np.repeat(np.asarray(unique_ids), [len(part) for part in x])
    start_time = np.concatenate(cut(times.to_numpy()))[:, 0]
    return _data_set(name, np.concatenate(x), roles.channels, labels, groups, {"start_time": start_time})


def _data_set(name, values, channels, labels, groups, context=None) -> DataSet:
    label_names, y = (), None
    if labels is not None:
        label_names, y = np.unique(labels.to_numpy(), return_inverse=True)
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


def _window(lengths: pd.Series, window, stride) -> tuple[int, int]:
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


def _numbers(table: pd.DataFrame, channels: list) -> np.ndarray:
    """The channels as float64 (rows, channels)."""
    for column in channels:
        values = table[column]
        if values.dtype.kind not in "biuf":
            odd = pd.to_numeric(values, errors="coerce").isna() & values.notna() if values.dtype.kind in "OTU" else None
            example = f", row {_row(odd)} holds {values[odd].iloc[0]!r}" if odd is not None and odd.any() else ""
            raise InputError(
                f"Column {column!r} is not numbers ({values.dtype}){example}: correct it or leave it out with channels."
            )
    values = table[channels].to_numpy("float64", na_value=np.nan)
    bad = ~np.isfinite(values)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        what = "missing (NaN)" if np.isnan(values[row, column]) else "infinite"
        raise InputError(
            f"{int(bad.sum())} values are missing or infinite, the first is {what}, in column {channels[column]!r}, "
            f"row {row + 1}: fill or remove them."
        )
    return values


def _complete(table: pd.DataFrame, column) -> pd.Series:
    missing = table[column].isna()
    if missing.any():
        raise InputError(f"Column {column!r} has {missing.sum()} missing values, the first in row {_row(missing)}.")
    return table[column]


def _times(table: pd.DataFrame, column) -> pd.Series:
    """Numbers, durations, or times without a zone: those that have one in UTC."""
    times = _complete(table, column)
    if times.dtype.kind in "biufm":
        return times
    if times.dtype.kind == "M":
        return times if times.dt.tz is None else times.dt.tz_convert(None)
    return _parsed(times, column)


def _parsed(times: pd.Series, column) -> pd.Series:
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


def _check_offsets(times: pd.Series, column):
    offset = times.astype(str).str.contains(OFFSET)
    if offset.nunique() > 1:
        with_one, without = (f"{times[rows].iloc[0]!s} in row {_row(rows)}" for rows in (offset, ~offset))
        raise InputError(
            f"Column {column!r} holds times with an offset from UTC, such as {with_one}, and times without, such as "
            f"{without}: give all of them an offset, or none."
        )


def _check_unique(ids: pd.Series, times: pd.Series, roles: Roles):
    again = pd.DataFrame({"id": ids, "time": times}).duplicated()
    if again.any():
        whose = "" if roles.id is None else f"{roles.id} {ids[again].iloc[0]!r} and "
        raise InputError(
            f"{again.sum()} rows repeat an earlier time, the first is row {_row(again)} with {whose}{roles.time} "
            f"{times[again].iloc[0]!s}: merge or remove them."
        )


def _row(where: pd.Series) -> int:
    """The first row where it is true, counted from 1 without the header."""
    return int(where.to_numpy().argmax()) + 1
