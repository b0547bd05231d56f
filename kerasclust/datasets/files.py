"""Data sets from files: NumPy arrays, and tables in CSV or Parquet."""

import os
from pathlib import Path
from typing import Any

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.numpy_files import from_arrays
from kerasclust.errors import InputError
from kerasclust.system.files import kind_of

TABLES = (".csv", ".parquet")
SUFFIXES = (".npy", ".npz", *TABLES)


def is_table(path: str | os.PathLike[str]) -> bool:
    """Return whether the ending of a path is that of a table."""
    return Path(path).suffix.lower() in TABLES


def from_file(
    path: str | os.PathLike[str],
    *,
    id_column: str | None = None,
    time_column: str | None = None,
    label_column: str | None = None,
    channels: list[str] | None = None,
    window: int | None = None,
    stride: int | None = None,
) -> DataSet:
    r"""Load samples from a file.

    Arrays: `.npy`, or `.npz` with an array `x` (or just one array) and optionally labels `y`, `label_names`, `groups`,
    `channel_names`, `channel_units` and `step_seconds`. Arrays with other names become context.

    Tables: `.csv` or `.parquet`. With a column of times, rows are steps of sequences, in any order. Every value of the
    id column gives one sequence, or several with `window`. Without a column of times, each row is a sample. Columns
    with typical names (id, user, ue, cell, time, timestamp, ...) are recognized.

    Args:
        path: path of the file.
        id_column: column of a table that identifies the sequence of a row. None: find it by its name.
        time_column: column of a table with times: numbers, or dates as ISO 8601 text, with or without an offset from
            UTC. None: find it by its name.
        label_column: column of a table with the known groups, numbers or text, for reporting only. A sequence has the
            most frequent label of its rows. None: find it by its name.
        channels: input columns of a table. None: all columns without another role.
        window: rows in a window of a table with sequences. None: one sequence for each id.
        stride: rows from the start of a window to the start of the next. None: `window`, no overlap.

    Returns:
        A `DataSet`: x float32 with the shape in the file, or for tables (n, steps, channels) or (n, features); y (n,)
        if there are labels; groups (n,) the ids; `channel_names` the columns. Its context: "start_time" (n,), in UTC
        if the times have a zone or an offset.

    Raises:
        InputError: The file is missing, empty, damaged or of another kind; a column is missing or does not hold
            numbers; a value is missing; an id has two rows of the same time; only some times have an offset; or
            sequences differ in length and `window` is not set.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "kpi.csv"
        ...     _ = path.write_text("user,time,rsrp\na,2,-81\na,1,-80\nb,1,-95\nb,2,-96\n")
        ...     data = from_file(path)
        >>> data.x.shape, data.x[0, :, 0].tolist(), data.groups.tolist()
        ((2, 2, 1), [-80.0, -81.0], ['a', 'b'])
    """
    path = Path(path).expanduser()
    suffix = path.suffix.lower()
    if not path.is_file():
        missing = f"There is no file {path}."
        raise InputError(f"{path} is {kind_of(path.stat().st_mode)}, not a file." if path.exists() else missing)
    if suffix not in SUFFIXES:
        raise InputError(f"{path.name} ends in {suffix or 'nothing'!r}; files end in {', '.join(SUFFIXES)}.")
    if not path.stat().st_size:
        raise InputError(f"{path} is empty, 0 bytes: was it written completely?")
    table_options: dict[str, Any] = {
        "id_column": id_column,
        "time_column": time_column,
        "label_column": label_column,
        "channels": channels,
        "window": window,
        "stride": stride,
    }
    if is_table(path):
        from kerasclust.datasets.tables import from_table, read_table  # imports pandas, so only for tables

        return from_table(read_table(path), path.stem, **table_options)
    given = [name for name, value in table_options.items() if value is not None]
    if given:
        raise InputError(f"{', '.join(given)} only apply to tables (.csv, .parquet); {path.name} holds an array.")
    return from_arrays(path)
