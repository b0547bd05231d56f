"""One intake for all data: tables in memory, tables in files, and arrays in files."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from kerasclust.data.array_files import from_arrays
from kerasclust.data.dataset import DataSet
from kerasclust.data.findings import warn
from kerasclust.data.tables.engine import connect
from kerasclust.data.tables.files import TABLES, is_table, open_table
from kerasclust.data.tables.frames import open_frame
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.plan import make_plan
from kerasclust.data.tables.samples import read_samples
from kerasclust.errors import InputError
from kerasclust.system.files import kind_of

ARRAYS = (".npy", ".npz")
SUFFIXES = (*ARRAYS, *TABLES)
OPTIONS = tuple(option.name for option in fields(TableOptions))
Names = str | Iterable[str]
Marks = float | str | Iterable[float | str]


def from_frame(
    frame: Any,
    *,
    name: str = "table",
    id_column: str | None = None,
    time_column: str | None = None,
    label_column: str | None = None,
    channels: Names | None = None,
    drop: Names | None = None,
    window: int | str | None = None,
    stride: int | str | None = None,
    every: str | None = None,
    aggregate: str | None = None,
    align: str | None = None,
    timezone: str | None = None,
    max_gap: int | str | None = None,
    max_missing: float | None = None,
    steps: int | str | None = None,
    missing_value: Marks | None = None,
    rate: Names | None = None,
    kpi_column: str | None = None,
    value_column: str | None = None,
    categories: Mapping[str, Iterable[str]] | None = None,
) -> DataSet:
    """Make samples of a table in memory.

    With a column of times, rows are steps of series, in any order: each id is one sequence, or several with `window`.
    Without, each row is a sample; a wide table has a column for each KPI and step, such as load_00 to load_23. A table
    with one KPI a row is pivoted. Roles and layouts are found where names and values tell them, and `DataSet.findings`
    says what was decided.

    Args:
        frame: a table of pandas, polars, Arrow or DuckDB, or anything with `__arrow_c_stream__` or `__dataframe__`.
        name: name of the data set.
        id_column: column that names the series, or the origin, of a row. Ids are texts as written.
        time_column: column with times: numbers, or dates as ISO 8601 with or without an offset from UTC.
        label_column: column with the known groups, for reporting only; an empty field is an unknown group.
        channels: input columns, or KPIs of a wide or pivoted table. None: all columns without another role.
        drop: columns to leave out.
        window: steps of a sample, its duration, such as "1d", or "series", also the default: each series is a sample.
        stride: steps or duration from the start of a window to the start of the next. None: the window.
        every: duration of a step, such as "1h". None: found in the data.
        aggregate: "mean", "last", "sum" or "max" of the rows of one step. None: "mean".
        align: "day", "week", "hour" or "none", where windows start. None: by what the window is.
        timezone: name of the time zone of local days, such as "Europe/Dublin".
        max_gap: longest hole inside a series, such as "6h", or steps. None: half a window; without windows any.
        max_missing: largest share of missing values of a sample. None: 0.25 for windows, 0.5 for rows.
        steps: steps that a fitted model reads where each series is a sample, or "any". None: found in the data.
        missing_value: numbers or texts that mark a missing value, such as -999.
        rate: counters, which become the difference from step to step.
        kpi_column: column with the names of KPIs, in a table with one KPI a row.
        value_column: column with the values of these KPIs.
        categories: categories of columns of a table without times, in the order of their numbers. None: found.

    Returns:
        A `DataSet`: x (n, steps, channels) or (n, features), float32, or float64 where float32 would merge values. NaN
        is a missing value. groups (n,) are the ids, context "start_time" (n,) the first time of each sample, in UTC
        if the times have an offset.

    Warns:
        DataWarning: once for each doubtful finding.

    Raises:
        InputError: Something cannot be right. The message has all findings.

    Example:
        >>> import pyarrow
        >>> table = pyarrow.table({"cell": ["a", "a", "b", "b"], "time": [2, 1, 1, 2], "load": [4, 2, 3, 1]})
        >>> data = from_frame(table, name="cells")
        >>> data.x[:, :, 0].tolist(), data.groups.tolist()
        ([[2.0, 4.0], [3.0, 1.0]], ['a', 'b'])
    """
    given = locals()
    options = TableOptions.of(**{option: given[option] for option in OPTIONS if option in given})
    with connect() as connection:
        data = read_samples(make_plan(open_frame(connection, frame, name), options))
    warn(data.findings, stacklevel=2)
    return data


def from_file(
    path: str | os.PathLike[str],
    *,
    id_column: str | None = None,
    time_column: str | None = None,
    label_column: str | None = None,
    channels: Names | None = None,
    drop: Names | None = None,
    window: int | str | None = None,
    stride: int | str | None = None,
    every: str | None = None,
    aggregate: str | None = None,
    align: str | None = None,
    timezone: str | None = None,
    max_gap: int | str | None = None,
    max_missing: float | None = None,
    steps: int | str | None = None,
    missing_value: Marks | None = None,
    rate: Names | None = None,
    kpi_column: str | None = None,
    value_column: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    categories: Mapping[str, Iterable[str]] | None = None,
) -> DataSet:
    r"""Make samples of a file, or of a folder of files.

    Arrays: `.npy`, or `.npz` with an array `x` (or just one array) and optionally labels `y`, `label_names`, `groups`,
    `channel_names`, `channel_units` and `step_seconds`. Arrays with other names become context.

    Tables: `.csv` (also `.tsv`, `.csv.gz`) or `.parquet`, or a folder of files of one kind, also with folders named
    COLUMN=VALUE. They are read by the rules of [`from_frame`][kerasclust.data.reading.from_frame], which documents all
    other arguments. A field is missing only if it is empty.

    Args:
        path: path of the file or folder.
        id_column: see `from_frame`.
        time_column: see `from_frame`.
        label_column: see `from_frame`.
        channels: see `from_frame`.
        drop: see `from_frame`.
        window: see `from_frame`.
        stride: see `from_frame`.
        every: see `from_frame`.
        aggregate: see `from_frame`.
        align: see `from_frame`.
        timezone: see `from_frame`.
        max_gap: see `from_frame`.
        max_missing: see `from_frame`.
        steps: see `from_frame`.
        missing_value: see `from_frame`.
        rate: see `from_frame`.
        kpi_column: see `from_frame`.
        value_column: see `from_frame`.
        separator: character between the fields of CSV. None: found in the first lines.
        decimal: decimal sign of CSV, "." or ",". None: found in the first lines.
        encoding: encoding of CSV, such as "latin-1". None: found in the first bytes.
        categories: see `from_frame`.

    Returns:
        A `DataSet`, see `from_frame`.

    Warns:
        DataWarning: once for each doubtful finding.

    Raises:
        InputError: The file is missing, empty, damaged or of another kind, or something in it cannot be right. The
            message has all findings.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "kpi.csv"
        ...     _ = path.write_text("user,time,rsrp\na,2,-81\na,1,-80\nb,1,-95\nb,2,-96\n")
        ...     data = from_file(path)
        >>> data.x.shape, data.x[0, :, 0].tolist(), data.groups.tolist()
        ((2, 2, 1), [-80.0, -81.0], ['a', 'b'])
    """
    given = locals()
    options = TableOptions.of(**{option: given[option] for option in OPTIONS if option in given})
    path = existing(path)
    if is_table(path):
        with open_table(path, options) as source:
            data = read_samples(make_plan(source, options))
    else:
        if options.given():
            raise InputError(
                f"{', '.join(options.given())} only apply to tables ({', '.join(TABLES)}); {path.name} holds an array."
            )
        data = from_arrays(path)
    warn(data.findings, stacklevel=2)
    return data


def existing(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file or folder that can be read.

    Raises:
        InputError: It is missing, empty or of another kind.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        return path
    if not path.is_file():
        missing = f"There is no file {path}."
        raise InputError(f"{path} is {kind_of(path.stat().st_mode)}, not a file." if path.exists() else missing)
    if not path.name.lower().endswith(SUFFIXES):
        raise InputError(
            f"{path.name} ends in {path.suffix.lower() or 'nothing'!r}; files end in {', '.join(SUFFIXES)}."
        )
    if not path.stat().st_size:
        raise InputError(f"{path} is empty, 0 bytes: was it written completely?")
    return path
