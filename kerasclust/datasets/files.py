"""Files as data sets: NumPy arrays, and tables in CSV or Parquet."""

import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from kerasclust.datasets.dataset import DataSet
from kerasclust.datasets.validation import check_array
from kerasclust.errors import InputError

SUFFIXES = (".npy", ".npz", ".csv", ".parquet")


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

    Arrays: `.npy`, or `.npz` with an array `x` (or just one array) and optionally labels `y`.

    Tables: `.csv` or `.parquet`. With a column that says whose row it is and one that says when, rows are steps of
    sequences, in any order, and every id gives one sequence, or with `window` several. Without, each row is a
    sample. Columns named id, user, ue, cell, time, timestamp and the like are found by themselves.

    Args:
        path: the file.
        id_column: of a table, whose row it is; None to go by the name.
        time_column: of a table, when: numbers, or dates as text; None to go by the name.
        label_column: of a table, the known group, numbers or text, for reporting only. A sequence has the label that
            most of its rows have.
        channels: of a table, the columns that are input; None for all others.
        window: of a table with sequences, rows in a window; None for one sequence of each id.
        stride: rows from the start of a window to the start of the next; `window` (no overlap) where None.

    Returns:
        A `DataSet`: x float32, as stored, or for tables (n, steps, channels) or (n, features); y (n,) where there are
        labels; groups (n,) the ids; `channel_names` the columns. Its context: "start_time" (n,), as in the table.

    Raises:
        InputError: the file is missing, empty, damaged or of another kind; a column is missing or not numbers; a
            value is missing; an id has two rows of one time; or sequences differ in length and `window` is not set.

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
    if suffix in (".csv", ".parquet"):
        from kerasclust.datasets.tables import from_table, read_table  # pandas: only where a table is read

        return from_table(read_table(path), path.stem, **table_options)
    given = [name for name, value in table_options.items() if value is not None]
    if given:
        raise InputError(f"{', '.join(given)} only apply to tables (.csv, .parquet); {path.name} holds an array.")
    x, y = _read_arrays(path)
    x = check_array(x, name=path.name)
    return DataSet(name=path.stem, x=x, **_group_numbers(y, x, path))


def _read_arrays(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """The samples and, of an archive with both, the labels."""
    try:
        content = np.load(path, allow_pickle=False)
        if isinstance(content, np.ndarray):
            return content, None
        with content:
            return _pick(content, path)
    except InputError:
        raise
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        reason = "it holds Python objects" if "allow_pickle" in str(error) else str(error)
        raise InputError(
            f"{path} cannot be read as an array ({reason}): write it again, with numpy.save or numpy.savez, as numbers."
        ) from error


def _pick(archive, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    names = archive.files
    if "x" in names:
        return archive["x"], archive["y"] if "y" in names else None
    if len(names) == 1:
        return archive[names[0]], None
    raise InputError(f"{path.name} holds {', '.join(names) or 'no array'}: name the samples 'x' and the labels 'y'.")


def _group_numbers(y, x, path: Path) -> dict:
    """Labels as 0, 1, ... with their names, as arguments of `DataSet`."""
    if y is None:
        return {}
    if y.shape != (len(x),):
        raise InputError(f"{path.name} has {len(x)} samples, but y has shape {y.shape}: give one label a sample.")
    names, numbers = np.unique(y, return_inverse=True)
    return {"y": numbers, "label_names": tuple(map(str, names.tolist()))}
