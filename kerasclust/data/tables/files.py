"""Tables in files: one file of CSV or Parquet, or a folder of them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kerasclust.data.tables.csv_damage import first_sentence
from kerasclust.data.tables.csv_files import open_csv
from kerasclust.data.tables.engine import connect
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.parquet_files import open_parquet
from kerasclust.data.tables.source import Source
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, first_line

CSV, PARQUET = (".csv", ".tsv", ".csv.gz"), (".parquet",)
TABLES = (*CSV, *PARQUET)
MISTAKES = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)  # of ours, not of files


def is_table(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is that of a table by its ending, or a folder of tables."""
    path = Path(path).expanduser()
    return path.name.lower().endswith(TABLES) or path.is_dir()


@contextmanager
def open_table(path: Path, options: TableOptions) -> Iterator[Source]:
    """Open a file or a folder of files as a source of rows.

    Args:
        path: path of a file or a folder.
        options: separator, decimal and encoding of CSV.

    Raises:
        InputError: A file is empty, damaged or not of the same columns as the others.
    """
    paths = files_of(path)
    with tempfile.TemporaryDirectory(prefix="kerasclust-") as folder, connect() as connection:
        try:
            if paths[0].name.lower().endswith(PARQUET):
                source = open_parquet(connection, path, paths)
            else:
                source = open_csv(connection, path, paths, options, Path(folder))
        except (OSError, UnreadableFile) as error:
            raise InputError(
                f"{path} cannot be read as a table ({first_line(error)}): check that it was written completely."
            ) from error
        with _damage(path):
            yield source


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Describe errors of files that are only found to be damaged when they are read.

    Raises:
        InputError: A file is damaged.
    """
    try:
        yield
    except MISTAKES:
        raise
    except duckdb.Error as error:
        raise InputError(
            f"{path} cannot be read as a table ({first_sentence(error)}): check that it was written completely."
        ) from error


def files_of(path: Path) -> list[Path]:
    """Return the files of a table: the file itself, or all tables of one kind in a folder and its folders.

    Raises:
        InputError: The folder has no tables, or tables of both kinds.
    """
    if not path.is_dir():
        return [path]
    found = sorted(
        file for file in path.rglob("*") if file.name.lower().endswith(TABLES) and not _is_hidden(file, path)
    )
    kinds = {file.name.lower().endswith(PARQUET) for file in found}
    if len(kinds) != 1:
        what = "both CSV and Parquet files" if kinds else f"no files that end in {', '.join(TABLES)}"
        raise InputError(f"{path} is a directory with {what}: give a file, or a directory of tables of one kind.")
    return found


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
