"""What sequences are cut from, and what comes out."""

from dataclasses import dataclass, field
from typing import Any

import duckdb

from kerasclust.types import Array


@dataclass(frozen=True)
class Rows:
    """Rows of series in a view of DuckDB.

    The view has the columns `id` (VARCHAR), `time` (TIMESTAMPTZ, TIMESTAMP, BIGINT or DOUBLE, never NULL), optionally
    `label` (VARCHAR, NULL where it is unknown), and `c0`, `c1` ... (DOUBLE, NULL or NaN where nothing was measured).
    It may be a lazy scan of files.

    Args:
        connection: connection that has the view.
        view: name of the view.
        channels: names of the columns c0, c1 ... in the words of the user.
        name: name of the data, also the id of a table without ids.
        dtype: type of the samples: "float32", or "float64" where float32 would merge different values.
        id_name: name of the column of ids in the words of the user.
    """

    connection: duckdb.DuckDBPyConnection
    view: str
    channels: tuple[str, ...]
    name: str
    dtype: str = "float32"
    id_name: str = "id"


@dataclass(frozen=True)
class Sequences:
    """Samples cut from rows, in the order of ids and times.

    Args:
        x: array (n, steps, channels), NaN where nothing was measured. Sequences of unequal length are padded with NaN
            at their end.
        groups: array (n,) of texts, the id of each sample.
        start_time: array (n,), the time of the first step of each sample: datetime64[us] in UTC (without a known time
            zone: as written), or numbers.
        labels: integer array (n,), the place of each sample's label in `label_names`, -1 for unknown; None without
            labels.
        label_names: names of the labels.
        lengths: integer array (n,), the steps of each sample before it was padded; None for equal lengths.
        left_out: samples that were asked for and are not used, or None.
        findings: what the reading found.
        resolved: options with which further data is cut the same way, {name: JSON value}.
        timezone: time zone of local days, "UTC", or None for times without a known zone and for numbers.
        step_seconds: seconds between two steps, or None for numbers.
    """

    x: Array
    groups: Array
    start_time: Array
    labels: Array | None = None
    label_names: tuple[str, ...] = ()
    lengths: Array | None = None
    left_out: Any = None
    findings: tuple[Any, ...] = ()
    resolved: dict[str, Any] = field(default_factory=dict)
    timezone: str | None = None
    step_seconds: float | None = None
