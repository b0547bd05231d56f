"""Archive of the Irish 5G traces: reading, and replacement of impossible and missing values."""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from kerasclust.datasets.even_clock import MAX_GAP, to_even_clock
from kerasclust.datasets.members import read_members
from kerasclust.errors import InputError

# Column -> lowest and highest possible measurement: the reporting ranges of 3GPP TS 36.133 and TS 38.133, widened for
# 3G and good reception. The logger's values for "unknown" (2147483647, and -200 to -225 for RSRP and RSRQ) lie far
# outside.
LIMITS = {
    "RSRP": (-156, -20),
    "RSRQ": (-43, 20),
    "SNR": (-40, 50),
    "CQI": (0, 15),
    "RSSI": (-130, -10),
    "DL_bitrate": (0, 1e7),
    "UL_bitrate": (0, 1e7),
    "NRxRSRP": (-156, -20),
    "NRxRSRQ": (-43, 20),
    "Latitude": (-90, 90),
    "Longitude": (-180, 180),
    "Speed": (0, 500),
}
# Column -> number for each word; other words are missing values. The network mode becomes a generation, not only "5G or
# not", because 3G and LTE differ as much as LTE and 5G (3G has neither SNR nor CQI).
STATES = {
    "State": {"D": 1, "I": 0, "VD": 1, "V": 0},  # data, idle; V: during a voice call
    "NetworkMode": {"5G": 5, "LTE": 4, "HSPA+": 3, "HSPA": 3, "HSDPA": 3, "HSUPA": 3, "UMTS": 3, "EDGE": 2, "GPRS": 2},
}
CELL_CHANGE = "cell_change"
CELL = "RAWCELLID"
CONTEXT = ("Latitude", "Longitude", "Speed")
CHANNELS = (*(name for name in LIMITS if name not in CONTEXT), *STATES, CELL_CHANGE)
APPLICATIONS = {"Download": "Download", "Netflix": "Netflix", "Amazon_Prime": "Amazon Prime"}  # folder -> label
MOBILITIES = {"Static": "static", "Driving": "driving"}


class Trace(NamedTuple):
    """One recording, one row a second.

    The index level `stretch` numbers its stretches without long gaps.
    """

    name: str
    application: str
    mobility: str
    seconds: pd.DataFrame
    measured: pd.DataFrame


def read_traces(path: Path) -> list[Trace]:
    """Read all traces of the archive, resampled to one row a second.

    The channels have no missing values.

    Warns:
        UserWarning: There are impossible values; the message counts them for each column.

    Raises:
        InputError: The file is not a zip archive, is damaged, holds no trace, or a trace lacks columns.
    """
    tables = _read_archive(path)
    rows = pd.concat([rows for *_, rows in tables], keys=range(len(tables)), names=["trace"])
    _warn_of_impossible(_drop_impossible(rows), len(rows))
    stretches = [
        to_even_clock(part.droplevel("trace"), list(LIMITS), list(STATES), [CELL_CHANGE], MAX_GAP)
        for _, part in rows.groupby(level="trace")
    ]
    seconds = pd.concat([pd.concat(parts, keys=range(len(parts))) for parts in stretches], keys=range(len(stretches)))
    seconds.index.names = ["trace", "stretch", "time"]
    measured = seconds[list(CHANNELS)].notna()
    seconds = _fill_missing(seconds)
    parts = [part.droplevel("trace") for _, part in seconds.groupby(level="trace", sort=True)]
    filled = [part.droplevel("trace") for _, part in measured.groupby(level="trace", sort=True)]
    return [Trace(*table[:3], *frames) for table, *frames in zip(tables, parts, filled, strict=True)]


def _read_archive(path: Path) -> list[tuple[str, str, str, pd.DataFrame]]:
    """Return (name, application, mobility, rows) of each trace with rows, in order of name."""
    tables = []
    for member, content in read_members(path, lambda member: _kind(member) is not None):
        kind, rows = _kind(member), _read_trace(content, member)
        if kind is not None and len(rows):
            tables.append((*kind, rows))
    if not tables:
        raise InputError(
            f"{path} holds no trace: expected files such as Netflix/Driving/*.csv, the folders naming the application "
            f"({', '.join(APPLICATIONS)}) and the mobility ({', '.join(MOBILITIES)})."
        )
    return tables


def _kind(member: PurePosixPath) -> tuple[str, str, str] | None:
    """Return (name, application, mobility) of a trace, or None of another file."""
    folders = member.parts[:-1]
    application = next((folder for folder in folders if folder in APPLICATIONS), None)
    mobility = next((folder for folder in folders if folder in MOBILITIES), None)
    if member.suffix.lower() != ".csv" or application is None or mobility is None:
        return None
    return f"{application}/{mobility}/{member.stem}", APPLICATIONS[application], MOBILITIES[mobility]


def _read_trace(content: bytes, member: PurePosixPath) -> pd.DataFrame:
    """Return the used columns as numbers, in the order of logging. Text such as "-" becomes NaN."""
    wanted = ["Timestamp", CELL, *STATES, *LIMITS]
    try:
        words = dict.fromkeys(["Timestamp", CELL, *STATES], str)
        raw = pd.read_csv(io.BytesIO(content), dtype=words, na_values="-", usecols=lambda column: column in wanted)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise InputError(f"The trace {member} is damaged ({error}): download the archive again.") from error
    lacking = [column for column in wanted if column not in raw]
    if lacking:
        raise InputError(f"The trace {member} has no column {', '.join(lacking)}: is it a G-NetTrack Pro log?")
    raw.index = pd.DatetimeIndex(pd.to_datetime(raw["Timestamp"], format="%Y.%m.%d_%H.%M.%S", errors="coerce"))
    raw = raw[raw.index.notna()]
    rows = raw[list(LIMITS)].apply(pd.to_numeric, errors="coerce")
    for column, values in STATES.items():
        rows[column] = raw[column].map(values).astype(float)
    cell = raw[CELL].ffill()
    before = cell.shift()
    rows[CELL_CHANGE] = (cell.ne(before) & before.notna()).astype(float)
    return rows


def _drop_impossible(rows: pd.DataFrame) -> pd.Series:
    """Set impossible values to NaN, in place, and return their number in each column."""
    limits = pd.DataFrame(LIMITS, index=["low", "high"])
    values = rows[limits.columns]
    impossible = (values < limits.loc["low"]) | (values > limits.loc["high"])
    # In 3G the logger sees no neighbor and writes the strongest level with the worst quality.
    placeholder = (rows["NRxRSRP"] == -51) & (rows["NRxRSRQ"] == -24)
    impossible.loc[placeholder.to_numpy(), ["NRxRSRP", "NRxRSRQ"]] = True
    rows[limits.columns] = values.mask(impossible)
    return impossible.sum()


def _warn_of_impossible(counts: pd.Series, rows: int) -> None:
    found = counts[counts > 0]
    if len(found):
        listed = ", ".join(f"{column} {count:,}" for column, count in found.items())
        warnings.warn(
            f"Irish 5G traces: values that cannot be measurements, such as 2147483647, were taken as missing "
            f"(of {rows:,} rows: {listed}).",
            stacklevel=4,
        )


def _fill_missing(seconds: pd.DataFrame) -> pd.DataFrame:
    """Fill values that interpolation left missing. Context columns keep their gaps.

    A quarter of the rows, and whole traces, have no RSSI because of the logger's version. A constant would separate
    these traces without a reason in the network. RSSI therefore follows from its definition RSRQ = N RSRP / RSSI (3GPP
    TS 36.214; RSCP and Ec/No in 3G): RSSI = RSRP - RSRQ + 10 log10(N), with the constant of the trace, or of all
    traces. SNR and CQI do not exist in 3G, and there is not always a neighbor cell. Their gaps get the median of the
    trace, which adds no change within a window.
    """
    columns = list(CHANNELS)
    level = seconds["RSRP"] - seconds["RSRQ"]
    for constant in _medians(seconds["RSSI"] - level):
        seconds["RSSI"] = seconds["RSSI"].fillna(level + constant)
    for median in _medians(seconds[columns]):
        seconds[columns] = seconds[columns].fillna(median)
    return seconds.fillna(dict.fromkeys(columns, 0.0))  # a channel without a single value


def _medians(values: Any) -> Iterator[Any]:
    """Yield the median of each row's trace, then the median of all traces."""
    yield values.groupby(level="trace").transform("median")
    yield values.median()
