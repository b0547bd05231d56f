"""What is timed, each in a process of its own: `python -m benchmarks.intake.subjects NAME TABLE`."""

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

from benchmarks.types import Record, Settings
from kerasclust.records.results import peak_memory_mb
from kerasclust.system.memory import usable_cores

WINDOW = 24  # hours
MEMORY = "2500MB"  # of the engine, as in kerasclust


def time_subject(name: str, table: Path) -> Record:
    """Time one of `benchmarks.intake.choices.SUBJECTS` on a table.

    Returns:
        {"seconds", "memory_mb": peak memory of this process, "samples": the number of windows or rows}.
    """
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = FUNCTIONS[name](table)
    return {"seconds": time.perf_counter() - started, "memory_mb": peak_memory_mb(), "samples": samples}


def windows(table: Path) -> int:
    """Make windows of a day with kerasclust."""
    from kerasclust.data import from_file

    return len(from_file(table, window="1d"))


def checked(table: Path) -> int | None:
    """Check the table with kerasclust."""
    from kerasclust.data import check

    return check(table, window="1d").samples


def scanned(table: Path) -> int:
    """Read every value once with DuckDB."""
    import duckdb

    with duckdb.connect(config={"memory_limit": MEMORY, "threads": usable_cores()}) as connection:
        query = f"SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM '{table}'"  # statistics of the file do not answer it
        return int(connection.execute(query).fetchall()[0][0])


def sorted_by_duckdb(table: Path) -> int:
    """Read, sort and write the table with DuckDB."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        config: Settings = {"memory_limit": MEMORY, "threads": usable_cores(), "temp_directory": f"{folder}/spilled"}
        with duckdb.connect(config=config) as connection:
            query = f"COPY (FROM '{table}' ORDER BY cell, time) TO '{folder}/sorted.parquet'"
            return int(connection.execute(query).fetchall()[0][0])


def sorted_by_polars(table: Path) -> int:
    """Read, sort and write the table with Polars."""
    import polars

    scan = polars.scan_parquet(table) if table.suffix == ".parquet" else polars.scan_csv(table, try_parse_dates=True)
    with tempfile.TemporaryDirectory() as folder:
        scan.sort("cell", "time").sink_parquet(f"{folder}/sorted.parquet")
        return int(polars.scan_parquet(f"{folder}/sorted.parquet").select(polars.len()).collect().item())


def cut_by_pandas(table: Path) -> int:
    """Sort the rows of a DataFrame and cut each cell into windows of 24 rows, whatever hours these have."""
    import pandas as pd

    frame = pd.read_parquet(table) if table.suffix == ".parquet" else pd.read_csv(table)
    times = pd.to_datetime(frame["time"], format="ISO8601", utc=True)
    codes, _ = pd.factorize(frame["cell"])
    order = np.lexsort((times.to_numpy(), codes))
    values = frame.drop(columns=["cell", "time"]).to_numpy("float64")[order]
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    parts = [part[: len(part) // WINDOW * WINDOW].reshape(-1, WINDOW, part.shape[1]) for part in np.split(values, ends)]
    return len(np.concatenate(parts).astype("float32"))


FUNCTIONS = {
    "kerasclust": windows,
    "check": checked,
    "scan": scanned,
    "duckdb": sorted_by_duckdb,
    "polars": sorted_by_polars,
    "pandas": cut_by_pandas,
}

if __name__ == "__main__":
    print(json.dumps(time_subject(sys.argv[1], Path(sys.argv[2]))))
