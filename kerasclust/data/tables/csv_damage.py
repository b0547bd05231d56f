"""Lines of a CSV file that do not fit its header, in words."""

import re
from typing import Any

import duckdb

from kerasclust.data.findings import Finding

SHOWN = 60  # characters of a line
MOST = 10_000  # rejected lines that are counted


def damage(connection: duckdb.DuckDBPyConnection, scan: str, error: duckdb.Error) -> list[Finding]:
    """Describe why DuckDB refused CSV files, by reading them again with a list of what it rejects.

    Args:
        connection: connection of the source.
        scan: SQL function that reads the files; a further argument may follow.
        error: what DuckDB raised.
    """
    function, width = scan.rpartition(" AS file(")[0] or scan, scan.count("'VARCHAR'")
    function = function.removesuffix(")")
    try:
        connection.execute(
            f"SELECT count(COLUMNS(*)) FROM {function}, store_rejects = true, rejects_limit = {MOST})"
        ).fetchall()
        rejected = connection.execute(
            "SELECT error_type, line, csv_line, error_message FROM reject_errors ORDER BY line"
        ).fetchall()
    except duckdb.Error:
        rejected = []
    kinds = dict.fromkeys(row[0] for row in rejected)
    if not kinds:
        return [Finding("damaged", "refused", f"It cannot be read as a table ({first_sentence(error)}).")]
    return [_described(kind, [row for row in rejected if row[0] == kind], width) for kind in kinds]


def first_sentence(error: Exception) -> str:
    r"""Return the first line of DuckDB's message without its class.

    Example:
        >>> first_sentence(ValueError("Invalid Input Error: The file is odd.\nMore"))
        'The file is odd'
    """
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return re.sub(r"^(\w+ )*Error: ", "", lines[0]).rstrip(".: ")


def _described(kind: str, rows: list[tuple[Any, ...]], width: int) -> Finding:
    _, line, text, message = rows[0]
    text = text.strip("\r\n")
    text = repr(text[:SHOWN] + ("…" if len(text) > SHOWN else ""))
    n = len(rows)
    lines, have = (f"{n:,}{' or more' if n == MOST else ''} lines", "have") if n > 1 else ("1 line", "has")
    fields = f"{width} field{'' if width == 1 else 's'}"
    if kind == "TOO MANY COLUMNS":
        sentence = f"{lines} {have} more fields than the header, which has {fields}; the first is line {line}, {text}."
        return Finding("fields", "refused", sentence, "correct the file: values would land under other names", n)
    if kind == "MISSING COLUMNS":
        sentence = f"{lines} {have} fewer fields than the header, which has {fields}; the first is line {line}, {text}."
        return Finding("fields", "refused", sentence, "correct the file: values would land under other names", n)
    if kind == "UNQUOTED VALUE":
        sentence = f"It cannot be read as a table: a quote does not end, at line {line}, {text}."
        return Finding("quotes", "refused", sentence, "check that the file was written completely", n)
    if "unicode" in message.lower() or kind == "INVALID ENCODING":
        sentence = f"{lines} {have} bytes that are not UTF-8; the first is line {line}."
        return Finding("encoding", "refused", sentence, "give encoding='latin-1', for example", n)
    sentence = f"It cannot be read as a table: {message.rstrip('.')}, at line {line}, {text}."
    return Finding("damaged", "refused", sentence, count=n)
