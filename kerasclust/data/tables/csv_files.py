"""CSV files as sources: each field is text until its meaning is known."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import duckdb

from kerasclust.data.findings import Finding, refuse
from kerasclust.data.tables.csv_damage import damage
from kerasclust.data.tables.csv_dialect import Dialect, detect, shown
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.names import some, twice
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.partitions import partition_names
from kerasclust.data.tables.source import Column, Source
from kerasclust.data.tables.text_files import TextFile, open_text
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile

MOST_COLUMNS = 100_000
STORED = 256e6  # bytes of files that are read into the database once


@dataclass(frozen=True)
class CsvFile:
    """CSV file.

    Args:
        source: path as the user gave it.
        text: the file as DuckDB reads it.
        dialect: its dialect.
    """

    source: Path
    text: TextFile
    dialect: Dialect


def open_csv(
    connection: duckdb.DuckDBPyConnection, root: Path, paths: Sequence[Path], options: TableOptions, folder: Path
) -> Source:
    """Open CSV files of the same columns as one source.

    Args:
        connection: connection for the view "source".
        root: the file, or the folder of the files.
        paths: paths of the files.
        options: separator, decimal and encoding, if they are given.
        folder: folder for copies of files in other encodings.

    Raises:
        InputError: A file is empty or damaged, or files differ in their columns.
        UnreadableFile: A file has too many columns.
    """
    files = _alike([_open(root, path, options, folder) for path in paths])
    first = files[0].dialect
    partitions = partition_names(root, paths)
    names = (*(first.names or (f"column {place + 1}" for place in range(first.width))), *partitions)
    columns = tuple(Column(f"k{place}", name, "VARCHAR") for place, name in enumerate(names))
    source = Source(
        connection, columns, root.name.removesuffix(".gz").rpartition(".")[0] or root.name, root.name, first.decimal
    )
    source.findings += [*_said(files), *twice(names)]
    source.size = sum(file.text.path.stat().st_size for file in files)
    source.stored = source.size <= STORED
    source.scans = tuple(_scans(files, columns, partitions))
    rows = " UNION ALL ".join(
        f"SELECT {', '.join(column.key for column in columns)} FROM {scan}" for scan in source.scans
    )
    with csv_errors(source):
        connection.execute(f"CREATE TEMP {'TABLE' if source.stored else 'VIEW'} source AS {rows}")
    return source


@contextmanager
def csv_errors(source: Source) -> Iterator[None]:
    """Describe errors of DuckDB that reading CSV files raises.

    Raises:
        InputError: A line has other fields than the header, a quote does not end, or the encoding is another.
    """
    try:
        yield
    except duckdb.InvalidInputException as error:
        found = [finding for scan in source.scans for finding in damage(source.connection, scan, error)]
        refuse([*source.findings, *found], source.title)
        raise


def _open(root: Path, path: Path, options: TableOptions, folder: Path) -> CsvFile:
    text = open_text(path, options.encoding, folder / path.parent.relative_to(root) if root.is_dir() else folder)
    if not any(line.strip() for line in text.lines):
        raise InputError(f"{path.name} is empty: it has no line with names of columns.")
    width = max(text.lines[0].count(separator) for separator in ",;\t|")
    if width > MOST_COLUMNS:
        raise UnreadableFile(f"it has {width:,} columns, more than {MOST_COLUMNS:,}; arrays (.npy) have no such bound")
    return CsvFile(path, text, detect(text.lines, options.separator, options.decimal))


def _alike(files: list[CsvFile]) -> list[CsvFile]:
    """Return files that share one decimal sign, after checking that they have the same columns.

    Raises:
        InputError: Columns differ.
    """
    first = files[0]
    files = [_by_separator_of(first, file) for file in files]
    for file in files[1:]:
        ours, theirs = first.dialect, file.dialect
        if sorted(ours.names) != sorted(theirs.names) or ours.width != theirs.width:
            raise InputError(
                f"{file.source.name} has the columns {some(theirs.names)}, but {first.source.name} has "
                f"{some(ours.names)}: give files of the same columns."
            )
    decimal = "," if any(file.dialect.decimal == "," for file in files) else "."
    return [replace(file, dialect=replace(file.dialect, decimal=decimal)) for file in files]


def _by_separator_of(first: CsvFile, file: CsvFile) -> CsvFile:
    """Return a file by the separator of the first one, if that gives it the same columns; a short file tells little."""
    if sorted(file.dialect.names) == sorted(first.dialect.names):
        return file
    dialect = detect(file.text.lines, first.dialect.separator)
    return replace(file, dialect=dialect) if sorted(dialect.names) == sorted(first.dialect.names) else file


def _scans(files: Sequence[CsvFile], columns: Sequence[Column], partitions: Sequence[str]) -> Iterator[str]:
    """Yield the SQL functions that read the files, one for neighbors with the same order of columns."""
    keys = {column.name: column.key for column in columns}
    for (separator, names), of in groupby(files, lambda file: (file.dialect.separator, file.dialect.names)):
        same_order = names == files[0].dialect.names
        ordered = (
            [column.key for column in columns[: files[0].dialect.width]] if same_order else [keys[n] for n in names]
        )
        types = ", ".join(f"'{key}': 'VARCHAR'" for key in ordered)
        paths = ", ".join(literal(file.text.path) for file in of)
        scan = (
            f"read_csv([{paths}], columns = {{{types}}}, auto_detect = false, header = {bool(names)}, "
            f"delim = {literal(separator)}, quote = '\"', escape = '\"', nullstr = '', "
            f"hive_partitioning = {bool(partitions)}, hive_types_autocast = false)"
        )
        yield scan + (f" AS file({', '.join([*ordered, *(keys[name] for name in partitions)])})" if partitions else "")


def _said(files: Sequence[CsvFile]) -> list[Finding]:
    """Return what was decided about the dialect, where it is not the usual one."""
    findings, dialect = [], files[0].dialect
    if dialect.separator != "," or dialect.decimal != ".":
        what = f"The separator is {shown(dialect.separator)} and the decimal sign is {dialect.decimal!r}."
        findings.append(Finding("dialect", "note", what))
    encodings = sorted({file.text.encoding for file in files} - {"utf-8", "utf-8-sig", "ascii"})
    if encodings:
        findings.append(Finding("encoding", "note", f"The encoding is {' and '.join(encodings)}."))
    if not dialect.names:
        what = "The first line holds numbers, not names: it is read as values, and the columns are named "
        what += f"'column 1' to 'column {dialect.width}'."
        findings.append(Finding("no_header", "doubtful", what, "write a first line with names", 1))
    if dialect.looks_shifted:
        what = f"The first line, {', '.join(dialect.names[:6])}, holds numbers where names of columns belong."
        findings.append(Finding("no_header", "refused", what, "write a first line with names", 1))
    return findings
