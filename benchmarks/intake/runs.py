"""Runs of all subjects on all tables, as rows of a results file."""

import itertools
import json
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from benchmarks.intake.choices import FORMATS, MOST_ROWS, ROWS, SUBJECTS
from benchmarks.intake.kpis import write_kpis
from benchmarks.speed.processes import output_of
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.records import results
from kerasclust.system.lines import aligned

FLOORS = {"kerasclust": "duckdb", "check": "scan", "polars": "duckdb", "pandas": "duckdb"}
HEADER = ("format", "rows", "subject", "seconds", "times the floor", "peak memory (MB)", "samples")


def run_intake(
    out: FilePath,
    folder: FilePath,
    sizes: Iterable[int] = ROWS,
    formats: Iterable[str] = FORMATS,
    subjects: Iterable[str] = tuple(SUBJECTS),
    report: Report = print,
) -> list[Record]:
    """Measure and append a row for each table and subject to a results file.

    Args:
        out: results file; measurements in it are not repeated.
        folder: folder of the tables, which are written where they are missing: about 50 MB a million rows as Parquet
            and 90 MB as CSV.
        sizes: numbers of rows.
        formats: "parquet", "csv".
        subjects: names of `benchmarks.intake.choices.SUBJECTS`.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.
    """
    results.check_writable(out)
    rows = []
    for size, kind, subject in itertools.product(sizes, formats, subjects):
        if size <= MOST_ROWS.get(subject, size):
            measure = partial(_time, subject, Path(folder), size, kind)
            rows += kept(out, "intake", subject, "kpis", {"rows": size, "format": kind}, measure, report)
    return rows


def _time(subject: str, folder: Path, size: int, kind: str) -> Record:
    """Time a subject in a new process."""
    table = write_kpis(folder, size, kind)
    command = [sys.executable, "-m", "benchmarks.intake.subjects", subject, str(table)]
    measured: Record = json.loads(output_of(command).splitlines()[-1])
    return measured


def intake_table(rows: list[Record]) -> str:
    """Return rows of `run_intake` as text, each beside the floor of the same table."""
    seconds = {(*_table(row), row["method"]): row["seconds"] for row in rows}
    lines = []
    for row in sorted(rows, key=lambda row: (*_table(row), list(SUBJECTS).index(row["method"]))):
        kind, size = _table(row)
        floor = seconds.get((kind, size, FLOORS.get(row["method"], "")))
        ratio = f"{row['seconds'] / floor:.2f}" if floor else ""
        measured = (f"{row['seconds']:.1f}", ratio, f"{row['memory_mb']:.0f}", f"{row['samples']:,}")
        lines.append((kind, f"{size:,}", row["method"], *measured))
    return "\n".join(aligned([HEADER, *lines]))


def _table(row: Record) -> tuple[str, int]:
    return row["settings"]["format"], row["settings"]["rows"]
