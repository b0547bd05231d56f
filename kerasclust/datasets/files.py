"""Files as data sets: NumPy arrays, and tables in CSV or Parquet."""

import os
from pathlib import Path

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.numpy_files import from_arrays
from kerasclust.errors import InputError

TABLES = (".csv", ".parquet")
SUFFIXES = (".npy", ".npz", *TABLES)


def is_table(path: str | os.PathLike) -> bool:
    """Whether a path is that of a table, by its ending."""
    return Path(path).suffix.lower() in TABLES


def from_file(
    path: str | os.PathLike,
    *,
    id_column: str | None = None,
    time_column: str | None = None,
    label_column: str | None = None,
    channels: list[str] | None = None,
    window: int | None = None,
    stride: int | None = None,
) -> DataSet:
    """Samples from a file.

    Arrays: `.npy`, or `.npz` with an array `x` (or just one array) and optionally labels `y`, `label_names`, `groups`,
    `channel_names`, `channel_units`, `step_seconds`, and context under any other name.

    Tables: `.csv` or `.parquet`. With a column that says whose row it is and one that says when, rows are steps of
    sequences, in any order, and every id gives one sequence, or with `window` several. Without, each row is a
    sample. Columns named id, user, ue, cell, time, timestamp and the like are found by themselves.

    Args:
        path: the file.
        id_column: of a table, whose row it is; None to go by the name.
        time_column: of a table, when: numbers, or dates as ISO 8601 text, with an offset from UTC or without; None to
            go by the name.
        label_column: of a table, the known group, numbers or text, for reporting only. A sequence has the label that
            most of its rows have.
        channels: of a table, the columns that are input; None for all others.
        window: of a table with sequences, rows in a window; None for one sequence of each id.
        stride: rows from the start of a window to the start of the next; `window` (no overlap) where None.

    Returns:
        A `DataSet`: x float32, as stored, or for tables (n, steps, channels) or (n, features); y (n,) where there are
        labels; groups (n,) the ids; `channel_names` the columns. Its context: "start_time" (n,), as in the table, but
        in UTC where the times have a zone or an offset.

    Raises:
        InputError: the file is missing, empty, damaged or of another kind; a column is missing or not numbers; a
            value is missing; an id has two rows of one time; only some times have an offset; or sequences differ in
            length and `window` is not set.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "kpi.csv"
        ...     _ = path.write_text("user,time,rsrp\\na,2,-81\\na,1,-80\\nb,1,-95\\nb,2,-96\\n")
        ...     data = from_file(path)
        >>> data.x.shape, data.x[0, :, 0].tolist(), data.groups.tolist()
        ((2, 2, 1), [-80.0, -81.0], ['a', 'b'])
    """
    path = Path(path).expanduser()
    suffix = path.suffix.lower()
    if not path.is_file():
        raise InputError(f"There is no file {path}." if not path.exists() else f"{path} is a directory, not a file.")
    if suffix not in SUFFIXES:
        raise InputError(f"{path.name} ends in {suffix or 'nothing'!r}; files end in {', '.join(SUFFIXES)}.")
    if not path.stat().st_size:
        raise InputError(f"{path} is empty, 0 bytes: was it written completely?")
    table_options = {
        "id_column": id_column,
        "time_column": time_column,
        "label_column": label_column,
        "channels": channels,
        "window": window,
        "stride": stride,
    }
    if is_table(path):
        from kerasclust.datasets.tables import from_table, read_table  # pandas: only where a table is read

        return from_table(read_table(path), path.stem, **table_options)
    given = [name for name, value in table_options.items() if value is not None]
    if given:
        raise InputError(f"{', '.join(given)} only apply to tables (.csv, .parquet); {path.name} holds an array.")
    return from_arrays(path)
