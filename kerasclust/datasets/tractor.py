"""TRACTOR: indicators of a 5G base station that replays the traffic of a phone, four rows a second."""

import io
import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.members import read_members
from kerasclust.datasets.sources import required_file
from kerasclust.datasets.windows import check_window, windows_between_gaps
from kerasclust.errors import InputError
from kerasclust.types import Array

FILE_NAME = "tractor_single_ue.zip"
SOURCE = "a zip archive with the folder logs/SingleUE/Trial7 of https://github.com/genesys-neu/TRACTOR"
FOLDER = ("SingleUE", "Trial7", "Raw")
TRAFFIC = re.compile(r"(embb|mmtc|urll)c?(_\w+)?\.csv")  # the traces of URLLC are urll_2.csv and urllc_3.csv
LABELS = {"embb": "eMBB", "mmtc": "mMTC", "urll": "URLLC"}
TIME = "Timestamp"  # milliseconds since 1970
STEP = 0.25  # seconds
MAX_GAP = 1000  # milliseconds
GRANTED = "granted_prbs"
MOST_IDLE = 0.9  # share of idle rows from which on a window is not active


class Channel(NamedTuple):
    """A channel of `x`: its name, its unit and its column in the traces."""

    name: str
    unit: str
    column: str


# Left out are the settings (they tell the trial, not the traffic) and what is constant in this trial: the errors in
# downlink, ul_rssi, dl_pmi, dl_ri, ul_n.
CHANNELS = (
    Channel("dl_mcs", "", "dl_mcs"),
    Channel("dl_samples", "", "dl_n_samples"),
    Channel("dl_buffer", "byte", "dl_buffer [bytes]"),
    Channel("dl_bitrate", "Mbit/s", "tx_brate downlink [Mbps]"),
    Channel("dl_packets", "", "tx_pkts downlink"),
    Channel("dl_cqi", "", "dl_cqi"),
    Channel("ul_mcs", "", "ul_mcs"),
    Channel("ul_samples", "", "ul_n_samples"),
    Channel("ul_buffer", "byte", "ul_buffer [bytes]"),
    Channel("ul_bitrate", "Mbit/s", "rx_brate uplink [Mbps]"),
    Channel("ul_packets", "", "rx_pkts uplink"),
    Channel("ul_errors", "%", "rx_errors uplink (%)"),
    Channel("ul_sinr", "dB", "ul_sinr"),
    Channel("power_headroom", "dB", "phr"),
    Channel("requested_prbs", "", "sum_requested_prbs"),
    Channel(GRANTED, "", "sum_granted_prbs"),
    Channel("ul_turbo_iterations", "", "ul_turbo_iters"),
)


def tractor(
    window: int = 64, stride: int | None = None, active: bool = True, data_dir: str | Path | None = None
) -> DataSet:
    """Load windows of indicators of a base station, 3 known groups of traffic.

    A base station of Open RAN in an emulator replays the recorded traffic of a phone: streaming (eMBB), messages and
    background (mMTC), calls (URLLC). These are the 27 traces of Trial 7, with one phone; the traces without and with
    mixed traffic are left out. Windows of one trace are similar: test on traces that are not in the training
    (`groups`).

    Most rows are idle: the base station grants no resource block (`granted_prbs` is 0). A window of idle rows looks the
    same for all traffic.

    Args:
        window: rows in a window, four a second. No window reaches across a gap of more than 1 s.
        stride: rows from the start of a window to the start of the next. None: `window`, no overlap.
        active: leave out windows with 90 % idle rows or more.
        data_dir: directory with `tractor/tractor_single_ue.zip`, or with the zip itself: a zip archive with the folder
            `logs/SingleUE/Trial7` of the repository. None: the environment variable `KERASCLUST_DATA`.

    Returns:
        A `DataSet`: x float32 (n, window, 17), channels and units in `channel_names` and `channel_units`; y (n,) 0
        eMBB, 1 mMTC, 2 URLLC; groups (n,) the trace. Its context: "start_time" (n,) in UTC, and "idle" (n,), the share
        of idle rows.

    Raises:
        InputError: There is no such file or it is damaged, `window` or `stride` is not a whole number, or no trace has
            an (active) window.

    Source:
        J. Groen, M. Belgiovine, U. Utku, B. Kim, K. R. Chowdhury, "TRACTOR: Traffic Analysis and Classification Tool
        for Open RAN", ICC 2024; https://github.com/genesys-neu/TRACTOR (MIT).

    Example:
        >>> data = tractor(window=64)  # doctest: +SKIP
        >>> data.x.shape, data.channel_label(3), data.label_names  # doctest: +SKIP
        ((734, 64, 17), 'dl_bitrate [Mbit/s]', ('eMBB', 'mMTC', 'URLLC'))
    """
    window, stride = check_window(window, stride)
    path = required_file("tractor", FILE_NAME, SOURCE, data_dir)
    parts = [
        _cut(member, *_read_trace(content, member), window, stride) for member, content in read_members(path, _is_trace)
    ]
    if not parts:
        raise InputError(f"{path} holds no trace: expected files such as {'/'.join(FOLDER)}/embb_2.csv.")
    x, y, traces, start_time = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    idle = (x[..., [channel.name for channel in CHANNELS].index(GRANTED)] == 0).mean(axis=1)
    kept = idle < MOST_IDLE if active else np.full(len(x), True)
    if not kept.any():
        raise InputError(f"No trace has {'an active window' if len(x) else 'a window'} of {window} rows: choose fewer.")
    return DataSet(
        name="tractor",
        x=x[kept],
        y=y[kept],
        label_names=tuple(LABELS.values()),
        groups=traces[kept],
        channel_names=tuple(channel.name for channel in CHANNELS),
        channel_units=tuple(channel.unit for channel in CHANNELS),
        step_seconds=STEP,
        context={"start_time": start_time[kept], "idle": idle[kept]},
    )


def _is_trace(member: PurePosixPath) -> bool:
    return member.parts[-4:-1] == FOLDER and TRAFFIC.fullmatch(member.name) is not None


def _read_trace(content: bytes, member: PurePosixPath) -> tuple[Array, Array]:
    """Return the times (rows,) in milliseconds and the channels (rows, 17)."""
    import pandas as pd  # not with the package

    columns = [channel.column for channel in CHANNELS]
    wanted = {TIME: "int64"} | dict.fromkeys(columns, "float32")
    try:
        rows = pd.read_csv(io.BytesIO(content), usecols=lambda column: column in wanted, dtype=wanted)
    except (ValueError, OverflowError) as error:  # pandas' errors are ValueErrors
        raise InputError(f"The trace {member} is damaged ({error}): download the archive again.") from error
    lacking = [column for column in wanted if column not in rows]
    if lacking:
        raise InputError(f"The trace {member} has no column {', '.join(lacking)}: is it a trace of Trial 7?")
    if not np.isfinite(rows[columns]).all(axis=None):
        raise InputError(f"The trace {member} is damaged (values are missing): download the archive again.")
    return rows[TIME].to_numpy(), rows[columns].to_numpy()


def _cut(
    member: PurePosixPath, time: Array, values: Array, window: int, stride: int
) -> tuple[Array, Array, Array, Array]:
    """Return the windows of a trace, their labels, the name of the trace and the times of their first rows."""
    rows = windows_between_gaps(time, MAX_GAP, window, stride)
    label = list(LABELS).index(member.name[:4])
    start_time = time[rows[:, 0]].astype("datetime64[ms]")
    return values[rows], np.full(len(rows), label), np.full(len(rows), member.stem), start_time
