"""Tables in memory as sources: pandas, polars, Arrow, DuckDB, and what has Arrow's or Python's protocol for tables."""

from typing import Any

import duckdb

from kerasclust.data.findings import refuse
from kerasclust.data.tables.names import twice
from kerasclust.data.tables.parquet_files import columns_of
from kerasclust.data.tables.source import Source
from kerasclust.errors import InputError


def open_frame(connection: duckdb.DuckDBPyConnection, frame: Any, name: str) -> Source:
    """Open a table in memory as a source.

    Args:
        connection: connection for the view "source".
        frame: a table of any library.
        name: name of the data.

    Raises:
        InputError: It is no table, has no columns, or two columns have one name.
    """
    table = as_arrow(frame)
    names = [str(column) for column in table.schema.names]
    refuse(twice(names), name)
    if not names:
        raise InputError(f"{name} has no columns.")
    connection.register("frame", table.rename_columns([f"k{place}" for place in range(len(names))]))
    stored = table.nbytes <= 256e6
    connection.execute(f"CREATE TEMP {'TABLE' if stored else 'VIEW'} source AS SELECT * FROM frame")
    types = [row[1] for row in connection.execute("DESCRIBE source").fetchall()]
    return Source(connection, columns_of(names, types), name, name, stored=stored)


def is_frame(data: Any) -> bool:
    """Return whether data is a table of a library for tables."""
    return any(hasattr(data, mark) for mark in ("__arrow_c_stream__", "__dataframe__")) or _library(data) in (
        "duckdb",
        "polars",
    )


def as_arrow(frame: Any) -> Any:
    """Return a table of any library as a pyarrow.Table, mostly without a copy.

    Raises:
        InputError: It is no table.
    """
    import pyarrow

    if _library(frame) == "pandas":
        return _from_pandas(frame)
    if _library(frame) == "duckdb":
        found = frame.to_arrow_table() if hasattr(frame, "to_arrow_table") else frame.fetch_arrow_table()
        return found
    if _library(frame) == "polars" and hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "__arrow_c_stream__"):
        return pyarrow.table(frame)
    if hasattr(frame, "__dataframe__"):
        import pyarrow.interchange

        return pyarrow.interchange.from_dataframe(frame)
    raise InputError(
        f"{type(frame).__name__} is no table: give a DataFrame of pandas or polars, an Arrow table, or the path of a "
        "file."
    )


def _from_pandas(frame: Any) -> Any:
    """Convert a pandas.DataFrame column by column, so that columns of several types become text."""
    import pyarrow

    if frame.index.nlevels > 1 or frame.index.name is not None:
        frame = frame.reset_index()
    elif frame.index.dtype.kind == "M":  # times without a name
        frame = frame.rename_axis("time" if "time" not in frame.columns else "__index_level_0__").reset_index()
    columns = [_from_series(frame.iloc[:, place]) for place in range(frame.shape[1])]
    return pyarrow.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _from_series(series: Any) -> Any:
    import pyarrow

    if series.dtype.kind != "O" or (
        isinstance(getattr(series.dtype, "categories", None), object) and series.dtype.name == "category"
    ):
        try:
            return pyarrow.array(series, from_pandas=True)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError):
            series = series.astype(object)
    try:
        return pyarrow.array(series, from_pandas=True)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError):
        return pyarrow.array(series.map(str, na_action="ignore"), from_pandas=True)


def _library(data: Any) -> str:
    """Return the name of the package that defines the type of data."""
    return type(data).__module__.partition(".")[0].removeprefix("_")
