"""CSV files as sources: each field is text until its meaning is known."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kerasclust.data.findings import Finding, refuse
from kerasclust.data.tables.csv_damage import damage
from kerasclust.data.tables.csv_dialect import Dialect, detect, shown
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.source import Column, Source
from kerasclust.data.tables.text_files import TextFile, open_text
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile

MOST_COLUMNS = 100_000
STORED = 256e6  # bytes of files that are read into the database once


def open_csv(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    name: str,
    title: str,
    options: TableOptions,
    folder: Path,
) -> Source:
    """Open CSV files of the same columns as one source.

    Args:
        connection: connection for the view "source".
        paths: paths of the files.
        name: name of the data.
        title: name in messages.
        options: separator, decimal and encoding, if they are given.
        folder: folder for copies of files in other encodings.

    Raises:
        InputError: A file is empty, or files differ in their columns.
        UnreadableFile: A file has too many columns.
    """
    files = [open_text(path, options.encoding, folder) for path in paths]
    dialects = [_dialect(path, file, options) for path, file in zip(paths, files, strict=True)]
    first = dialects[0]
    for path, dialect in zip(paths, dialects, strict=True):
        if dialect.names != first.names or dialect.separator != first.separator:
            raise InputError(
                f"{path.name} has the columns {', '.join(dialect.names)}, but {paths[0].name} has "
                f"{', '.join(first.names)}: give files of the same columns in the same order."
            )
    names = first.names or tuple(f"column {place + 1}" for place in range(first.width))
    columns = tuple(Column(f"k{place}", name, "VARCHAR") for place, name in enumerate(names))
    source = Source(connection, columns, name, title, first.decimal)
    source.findings += _said(first, files)
    source.stored = sum(file.path.stat().st_size for file in files) <= STORED
    source.scan = _scan(files, first, columns)
    kind = "TABLE" if source.stored else "VIEW"
    with csv_errors(source):
        connection.execute(f"CREATE TEMP {kind} source AS SELECT * FROM {source.scan}")
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
        found = damage(source.connection, source.scan, len(source.columns), error) if source.scan else []
        refuse([*source.findings, *found], source.title)
        raise


def _dialect(path: Path, file: TextFile, options: TableOptions) -> Dialect:
    if not any(line.strip() for line in file.lines):
        raise InputError(f"{path.name} is empty: it has no line with names of columns.")
    width = max(file.lines[0].count(separator) for separator in ",;\t|")
    if width > MOST_COLUMNS:
        raise UnreadableFile(f"it has {width:,} columns, more than {MOST_COLUMNS:,}; arrays (.npy) have no such bound")
    return detect(file.lines, options.separator, options.decimal)


def _scan(files: Sequence[TextFile], dialect: Dialect, columns: Sequence[Column]) -> str:
    """Return the SQL function that reads the files."""
    types = ", ".join(f"'{column.key}': 'VARCHAR'" for column in columns)
    paths = ", ".join(literal(file.path) for file in files)
    return (
        f"read_csv([{paths}], columns = {{{types}}}, auto_detect = false, header = {str(bool(dialect.names)).lower()}, "
        f"delim = {literal(dialect.separator)}, quote = '\"', escape = '\"', nullstr = '')"
    )


def _said(dialect: Dialect, files: Sequence[TextFile]) -> list[Finding]:
    """Return what was decided about the dialect, where it is not the usual one."""
    findings = []
    if dialect.separator != "," or dialect.decimal != ".":
        findings.append(
            Finding(
                "dialect",
                "note",
                f"The separator is {shown(dialect.separator)} and the decimal sign is {dialect.decimal!r}.",
            )
        )
    encodings = sorted({file.encoding for file in files} - {"utf-8", "utf-8-sig", "ascii"})
    if encodings:
        findings.append(Finding("encoding", "note", f"The encoding is {' and '.join(encodings)}."))
    if not dialect.names:
        findings.append(
            Finding(
                "no_header",
                "doubtful",
                "The first line holds numbers, not names: it is read as values, and the columns are named "
                f"'column 1' to 'column {dialect.width}'.",
                "write a first line with names",
                1,
            )
        )
    if dialect.looks_shifted:
        findings.append(
            Finding(
                "no_header",
                "refused",
                f"The first line, {', '.join(dialect.names[:6])}, holds numbers where names of columns belong.",
                "write a first line with names",
                1,
            )
        )
    return findings
