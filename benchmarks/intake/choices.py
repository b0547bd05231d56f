"""Choices of `python -m benchmarks bench intake`, without any engine, so that the help is quick."""

ROWS = (1_000_000, 10_000_000, 50_000_000)
FORMATS = ("parquet", "csv")
# Name: what is timed.
SUBJECTS = {
    "kerasclust": "windows of a day, ready for training",
    "check": "all findings, without samples",
    "scan": "the engine reads every value once: the floor of check",
    "duckdb": "the engine reads, sorts by id and time, and writes: the floor of windows",
    "polars": "the same by Polars",
    "pandas": "the former way: a DataFrame, sorted, cut into windows of 24 rows",
}
MOST_ROWS = {"pandas": 10_000_000}  # more do not fit into the memory of a usual machine
