"""Archive of the CICV5G runs: reading, and an even clock."""

import hashlib
import io
import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd

from kerasclust.datasets.members import read_members
from kerasclust.errors import InputError
from kerasclust.types import Array

ROADS = {"Urban road": "urban", "Arterial road": "arterial", "Rural and off-road": "rural", "W2S": "weak to strong"}
NETWORK = re.compile(r"(?<![a-z0-9])n(?:8|78)(?![0-9])")
# Ten columns, read by position: some files have further ones, and of these some have no header.
HEADER = "pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) heading(rad) velocity(m/s) cellid(db) sinr(db) rsrp(db)"
COLUMNS = {"sent": 0, "delay": 2, "easting": 3, "northing": 4, "velocity": 6, "cell": 7, "sinr": 8, "rsrp": 9}
MAX_GAP = 1000  # milliseconds between two messages; longer gaps split a run


class Run(NamedTuple):
    """One run of the vehicle.

    Attributes:
        name: path in the archive below the folder of all runs, without suffix.
        road: kind of road.
        network: "n8" or "n78".
        step: integers (steps,), increasing: time since 1970, counted in steps. Steps within long gaps are left out.
        columns: {name: array (steps,)}, values of the last message sent up to the end of the step.
    """

    name: str
    road: str
    network: str
    step: Array
    columns: dict[str, Array]


def read_runs(path: Path, step: float) -> tuple[list[Run], dict[str, str]]:
    """Read all runs of the archive, brought to an even clock.

    Args:
        path: path of the archive.
        step: seconds of a step.

    Returns:
        Runs in order of name, and {name: name of an earlier run} of the files that are left out as copies.

    Raises:
        InputError: The file is not a zip archive, is damaged, holds no run, or a run has other columns.
    """
    runs: list[Run] = []
    copies: dict[str, str] = {}
    names: dict[bytes, str] = {}  # by checksum
    for member, content in read_members(path, lambda member: _place(member) is not None):
        place = _place(member)
        rows = _read_rows(content, member)
        if place is None or not len(rows):
            continue
        first = names.setdefault(hashlib.sha256(content).digest(), place[0])
        if first != place[0]:
            copies[place[0]] = first
        else:
            runs.append(Run(*place, *_to_even_clock(rows, round(1000 * step))))
    if not runs:
        raise InputError(
            f"{path} holds no run: expected files such as Urban road/1-n8/v20/urban_n8_v20_run01.txt, in the folders "
            f"{', '.join(ROADS)}, with n8 or n78 in their path."
        )
    return runs, copies


def _place(member: PurePosixPath) -> tuple[str, str, str] | None:
    """Return (name, road, network) of a run, or None of another file."""
    start = next((i for i, folder in enumerate(member.parts[:-1]) if folder in ROADS), None)
    if start is None or member.suffix != ".txt":
        return None
    name = "/".join((*member.parts[start:-1], member.stem))
    network = NETWORK.search(name)
    return None if network is None else (name, ROADS[member.parts[start]], network[0])


def _read_rows(content: bytes, member: PurePosixPath) -> pd.DataFrame:
    """Return the rows of a run in the order of sending. Without a cell there are no `sinr` and `rsrp`: NaN."""
    header = content.partition(b"\n")[0].decode("utf-8", "replace").split()
    if " ".join(header[: len(HEADER.split())]) != HEADER:
        raise InputError(f"The run {member} does not start with the columns {HEADER}: is it a run of CICV5G?")
    types = dict.fromkeys(COLUMNS.values(), "float64") | {COLUMNS["sent"]: "int64", COLUMNS["cell"]: "str"}
    try:  # two spaces in a row enclose an empty field
        rows = pd.read_csv(
            io.BytesIO(content), sep=" ", header=None, skiprows=1, usecols=list(types), dtype=types, index_col=False
        )
    except pd.errors.EmptyDataError:  # a header only
        rows = pd.DataFrame(columns=list(types), dtype="float64")
    except (ValueError, OverflowError) as error:  # pandas' other errors are ValueErrors
        raise InputError(f"The run {member} is damaged ({error}): download the archive again.") from error
    rows.columns = pd.Index(COLUMNS)
    has_cell = rows.pop("cell").notna()
    if not np.isfinite(rows.to_numpy("float64")).all():
        raise InputError(f"The run {member} is damaged (values are missing): download the archive again.")
    rows[["sinr", "rsrp"]] = rows[["sinr", "rsrp"]].where(has_cell)
    return rows.sort_values("sent", kind="stable")


def _to_even_clock(rows: pd.DataFrame, period: int) -> tuple[Array, dict[str, Array]]:
    """Return the steps of a run, of `period` milliseconds, and the values of the last message up to the end of each.

    A mean would be smoother where messages are frequent, and so reveal their period.
    """
    sent = (rows.pop("sent") // period).to_numpy()
    last = np.flatnonzero(np.append(np.diff(sent) > 0, True))  # the last message of each step
    until_next = np.diff(sent[last], append=sent[-1] + 1)
    held = np.where(until_next <= MAX_GAP // period, until_next, 1)
    kept = rows.iloc[np.repeat(last, held)]
    since = np.arange(len(kept)) - np.repeat(np.cumsum(held) - held, held)
    return np.repeat(sent[last], held) + since, {str(name): kept[name].to_numpy() for name in kept}
