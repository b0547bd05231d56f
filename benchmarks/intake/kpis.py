"""Long tables of hourly KPIs: a row for each cell and hour, 2 % of the rows missing."""

from pathlib import Path

import duckdb

from kerasclust.system.files import complete_file

KPIS = 8
LOST = 0.02  # share of the rows
LEAST_CELLS, MOST_CELLS = 10_000, 50_000
FORMATS = {"parquet": "(FORMAT parquet)", "csv": "(FORMAT csv, HEADER)"}


def write_kpis(folder: Path, rows: int, kind: str) -> Path:
    """Write a table unless the folder has it, and return its path.

    Args:
        folder: folder of the tables.
        rows: about the number of rows.
        kind: "parquet" or "csv".
    """
    path = folder / f"kpis_{rows}.{kind}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with complete_file(path) as partial, duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '4GB'; SELECT setseed(0.5)")
            connection.execute(f"COPY ({_rows(rows)}) TO '{partial}' {FORMATS[kind]}")
    return path


def _rows(rows: int) -> str:
    """Return the query of about so many rows: 10,000 to 50,000 cells, sorted by cell and hour."""
    cells = min(MOST_CELLS, max(LEAST_CELLS, rows // 1000))
    hours = round(rows / (1 - LOST) / cells)
    daily = "50 + 30 * sin(6.2831853 * h / 24 + i % 7)"
    values = [f"round({kpi + 1} * ({daily}) + 10 * random(), 3) AS kpi_{kpi}" for kpi in range(KPIS)]
    return f"""
        SELECT format('cell{{:06d}}', i) AS cell, TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_hours(h) AS time,
            {", ".join(values)}
        FROM range({cells}) of_cells(i), range({hours}) of_hours(h) WHERE random() >= {LOST}
    """
