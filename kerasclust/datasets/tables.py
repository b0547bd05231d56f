"""Tables in long format, one row for each id and time, as sequences; other tables as feature vectors."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from kerasclust.datasets.dataset import DataSet
from kerasclust.datasets.validation import check_array
from kerasclust.datasets.windows import check_window, cut_windows
from kerasclust.errors import InputError

# Column names, in lower case without spaces or punctuation, that say what a column is.
ID_NAMES = {"id", "user", "userid", "ue", "ueid", "cell", "cellid", "trace", "traceid", "device", "deviceid", "imsi"}
ID_NAMES |= {"subscriber", "subscriberid", "sequence", "sequenceid", "session", "sessionid", "series", "seriesid"}
TIME_NAMES = {"time", "timestamp", "datetime", "date", "t", "step", "timestep", "ts"}
LABEL_NAMES = {"label", "class", "target", "y"}
SHOWN = 5  # offending columns, values or ids listed in a message


class Roles(NamedTuple):
    """Which column of a table is what."""

    id: str | None
    time: str | None
    label: str | None
    channels: list[str]


def read_table(path: Path) -> pd.DataFrame:
    """The table in a .csv or .parquet file.

    Raises:
        InputError: the file is damaged, has no rows, or two columns of one name.
    """
    try:
        table = pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path).reset_index()
    except (OSError, ValueError, UnicodeError, pd.errors.ParserError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(f"{path} cannot be read as a table ({reason}): check that it was written completely.") from error
    if table.empty:
        raise InputError(f"{path} is empty, it has {len(table)} rows and {table.shape[1]} columns.")
    return table


def from_table(table: pd.DataFrame, name: str, **options) -> DataSet:
    """A table as a `DataSet`: see `kerasclust.datasets.from_file` for the options, the result and the errors."""
    window, stride = options.pop("window"), options.pop("stride")
    roles = _find_roles(table, **options)
    values = _numbers(table, roles.channels)
    if roles.id is None:
        if window is not None or stride is not None:
            raise InputError("window and stride need sequences: name the id and time columns of the table.")
        return _data_set(name, values, roles, None if roles.label is None else table[roles.label].to_numpy())
    return _sequences(table, values, roles, name, window, stride)


def _find_roles(table, id_column, time_column, label_column, channels) -> Roles:
    named = [column for column in (id_column, time_column, label_column, *(channels or ())) if column is not None]
    lacking = [column for column in named if column not in table]
    if lacking:
        raise InputError(f"The table has no column {_some(lacking)}; it has {_some(table.columns, 20)}.")
    free = [column for column in table.columns if column not in named]
    id_column = id_column or _first(free, ID_NAMES)
    time_column = time_column or _first(free, TIME_NAMES)
    label_column = label_column or _first(free, LABEL_NAMES)
    if (id_column is None) != (time_column is None):
        known, lacked = ("time", "id") if id_column is None else ("id", "time")
        raise InputError(
            f"The table has a column of {known}s, {id_column or time_column!r}, but none of {lacked}s: name it with "
            f"{lacked}_column. For feature vectors, one a row, list the input columns with channels."
            if not channels
            else f"channels are given and the table has {known}s, {id_column or time_column!r}: name {lacked}_column."
        )
    special = {id_column, time_column, label_column}
    channels = list(channels or (column for column in table.columns if column not in special))
    if not channels:
        raise InputError(f"The table has no input column besides {_some([c for c in special if c])}.")
    return Roles(id_column, time_column, label_column, channels)
