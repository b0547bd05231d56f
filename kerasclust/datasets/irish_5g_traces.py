"""The archive of the Irish 5G traces: reading, what counts as a measurement, and what stands in for a missing one."""

import warnings
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pandas as pd

from kerasclust.datasets.even_clock import MAX_GAP, to_even_clock
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, open_archive

# Column -> lowest and highest value taken as a measurement: the reporting ranges of 3GPP TS 36.133 and TS 38.133,
# widened where 3G or good reception goes a little beyond. What the logger writes for "unknown" (2147483647, and
# -200 to -225 for RSRP and RSRQ) lies far outside.
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
# Column -> what its words count as; other words are missing. 3G and LTE differ as much as LTE and 5G (SNR and CQI do
# not even exist in 3G), so the mode is the generation of the network and not only "5G or not".
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
    """One recording: seconds in rows, unbroken stretches one after the other, numbered by the column `stretch`."""

    name: str
    application: str
    mobility: str
    seconds: pd.DataFrame
    measured: pd.DataFrame


def read_traces(path: Path) -> list[Trace]:
    """All traces of the archive on an even clock of 1 s, with no missing values in the channels.

    Warns once, with counts for each channel, of values that cannot be measurements.

    Raises:
        InputError: the file is not a zip archive, is damaged, holds no trace, or a trace lacks columns.
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
    return [
        Trace(*tables[i][:3], part.droplevel("trace"), measured.loc[i])
        for i, part in seconds.groupby(level="trace", sort=True)
    ]


def _read_archive(path: Path) -> list[tuple[str, str, str, pd.DataFrame]]:
    """(name, application, mobility, rows) of each trace that has rows, in order of name."""
    tables = []
    try:
        with open_archive(path) as archive:
            for member in sorted(archive.namelist()):
                kind = _kind(PurePosixPath(member))
                if kind is not None:
                    with archive.open(member) as file:
                        rows = _read_trace(file, member)
                    if len(rows):
                        tables.append((*kind, rows))
    except (OSError, UnreadableFile) as error:
        raise InputError(f"{path} is not a readable zip archive ({error}): delete it and download it again.") from error
    if not tables:
        raise InputError(
            f"{path} holds no trace: expected files such as Netflix/Driving/*.csv, the folders naming the application "
            f"({', '.join(APPLICATIONS)}) and the mobility ({', '.join(MOBILITIES)})."
        )
    return tables


def _kind(member: PurePosixPath) -> tuple[str, str, str] | None:
    """(name, application, mobility) of a trace; None for folders and for the litter macOS adds to archives."""
    folders = member.parts[:-1]
    application = next((folder for folder in folders if folder in APPLICATIONS), None)
    mobility = next((folder for folder in folders if folder in MOBILITIES), None)
    is_litter = "__MACOSX" in folders or member.name.startswith(".")
    if is_litter or member.suffix.lower() != ".csv" or application is None or mobility is None:
        return None
    return f"{application}/{mobility}/{member.stem}", APPLICATIONS[application], MOBILITIES[mobility]


def _read_trace(file, member: str) -> pd.DataFrame:
    """The used columns as numbers, in the order they were logged; "-" and other text become NaN."""
    wanted = ["Timestamp", CELL, *STATES, *LIMITS]
    try:
        words = dict.fromkeys(["Timestamp", CELL, *STATES], str)
        raw = pd.read_csv(file, dtype=words, na_values="-", usecols=lambda column: column in wanted)
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
    """Makes values that cannot be measurements NaN, in place; returns how many there were in each column."""
    limits = pd.DataFrame(LIMITS, index=["low", "high"])
    values = rows[limits.columns]
    impossible = (values < limits.loc["low"]) | (values > limits.loc["high"])
    # In 3G the logger has no neighbor to report and writes its strongest level with its worst quality.
    placeholder = (rows["NRxRSRP"] == -51) & (rows["NRxRSRQ"] == -24)
    impossible.loc[placeholder.to_numpy(), ["NRxRSRP", "NRxRSRQ"]] = True
    rows[limits.columns] = values.mask(impossible)
    return impossible.sum()


def _warn_of_impossible(counts: pd.Series, rows: int):
    found = counts[counts > 0]
    if len(found):
        listed = ", ".join(f"{column} {count:,}" for column, count in found.items())
        warnings.warn(
            f"Irish 5G traces: values that cannot be measurements, such as 2147483647, were taken as missing "
            f"(of {rows:,} rows: {listed}).",
            stacklevel=4,
        )


def _fill_missing(seconds: pd.DataFrame) -> pd.DataFrame:
    """What interpolation left missing, from the most to the least specific stand-in; context columns stay as they are.

    A quarter of the rows have no RSSI, whole traces among them (the logger's version differs). A constant in its
    place would set those traces apart for no reason of the network's, so RSSI is first computed from what it means:
    RSRQ = N RSRP / RSSI (3GPP TS 36.214; RSCP and Ec/No in 3G), that is RSSI = RSRP - RSRQ + 10 log10(N), with the
    constant taken from the trace, or from all traces. SNR and CQI do not exist in 3G and a neighbor cell is not
    always there: their gaps take the trace's median, which adds no change within a window.
    """
    columns = list(CHANNELS)
    level = seconds["RSRP"] - seconds["RSRQ"]
    for constant in _medians(seconds["RSSI"] - level):
        seconds["RSSI"] = seconds["RSSI"].fillna(level + constant)
    for median in _medians(seconds[columns]):
        seconds[columns] = seconds[columns].fillna(median)
    return seconds.fillna(dict.fromkeys(columns, 0.0))  # a channel without a single value


def _medians(values):
    """The median of each row's trace, then of all traces."""
    yield values.groupby(level="trace").transform("median")
    yield values.median()
