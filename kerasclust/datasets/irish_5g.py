"""Irish 5G: logs of a phone that downloads or streams, one row a second."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.sources import fetch_file, find_file
from kerasclust.datasets.windows import check_window, cut_windows
from kerasclust.errors import InputError
from kerasclust.types import Array

if TYPE_CHECKING:
    import pandas as pd

    from kerasclust.datasets.irish_5g_traces import Trace

FILE_NAME = "5G-production-dataset.zip"
URL = "https://github.com/uccmisl/5Gdataset/raw/master/5G-production-dataset.zip"
MD5 = "6a79c2e2a5e343c356bb4243b6355f8a"


class Channel(NamedTuple):
    """A channel of `x`: its name, its unit and its column in the logs."""

    name: str
    unit: str
    column: str


CHANNELS = (
    Channel("rsrp", "dBm", "RSRP"),
    Channel("rsrq", "dB", "RSRQ"),
    Channel("snr", "dB", "SNR"),
    Channel("cqi", "", "CQI"),
    Channel("rssi", "dBm", "RSSI"),
    Channel("dl_bitrate", "kbit/s", "DL_bitrate"),
    Channel("ul_bitrate", "kbit/s", "UL_bitrate"),
    Channel("neighbor_rsrp", "dBm", "NRxRSRP"),
    Channel("neighbor_rsrq", "dB", "NRxRSRQ"),
    Channel("downloading", "", "State"),
    Channel("generation", "", "NetworkMode"),
    Channel("cell_changes", "1/s", "cell_change"),
)
APPLICATIONS = ("Download", "Netflix", "Amazon Prime")
MOBILITIES = ("static", "driving")
LABEL_NAMES = tuple(f"{application}, {mobility}" for application in APPLICATIONS for mobility in MOBILITIES)


def irish_5g(window: int = 128, stride: int | None = None, data_dir: str | Path | None = None) -> DataSet:
    """Load windows of traces of a production 5G network.

    There are 83 traces of 6 known groups, the combinations of application and mobility.

    The traces are resampled to one row a second and cut into windows. Rows of the same second are merged, gaps up to
    30 s are filled, and a trace is split at longer gaps. Position and speed are context, never model input, because
    they reveal the mobility. Windows of one trace are similar: test on traces that are not in the training (`groups`).

    The recordings come from several versions of the logger. From January 2020 on, RSSI is about 20 dB lower, or
    missing, at the same RSRP and RSRQ. A cluster that differs in RSSI alone separates dates.

    Args:
        window: seconds in a window.
        stride: seconds from the start of a window to the start of the next. None: `window`, no overlap.
        data_dir: directory with `irish_5g/5G-production-dataset.zip`, or with the zip itself. None: the environment
            variable `KERASCLUST_DATA`. Without the file, it is downloaded once, to the cache.

    Returns:
        A `DataSet`: x float32 (n, window, 12), one row a second, channels and units in `channel_names` and
        `channel_units` ("downloading" is 1 or 0, "generation" 2 to 5, "cell_changes" a count); y (n,) 0 to 5, with
        `label_names`; groups (n,) the trace; `groupings` "mobility" (n,), 0 static and 1 driving. Its context:
        "latitude" and "longitude" in degrees and "speed" in km/h (n, window), "application" and "mobility" (n,),
        "start_time" (n,) local time, and "measured" (n, window, 12), False for a value that was filled in because
        nothing was measured within 30 s.

    Warns:
        UserWarning: There are impossible values; the message counts them for each column.

    Raises:
        InputError: The file is damaged or cannot be downloaded, `window` or `stride` is not a whole number, or no
            trace is as long as a window.

    Source:
        D. Raca, D. Leahy, C. J. Sreenan, J. J. Quinlan, "Beyond Throughput, The Next Generation: a 5G Dataset with
        Channel and Context Metrics", MMSys 2020; https://github.com/uccmisl/5Gdataset (GPL-3).

    Example:
        >>> data = irish_5g(window=128)  # doctest: +SKIP
        >>> data.x.shape, data.channel_label(0), data.label_names[3]  # doctest: +SKIP
        ((1527, 128, 12), 'rsrp [dBm]', 'Netflix, driving')
    """
    from kerasclust.datasets.irish_5g_traces import read_traces  # imports pandas, so not with the package

    window, stride = check_window(window, stride)
    path = find_file("irish_5g", FILE_NAME, data_dir) or fetch_file("irish_5g", FILE_NAME, URL, MD5)
    traces = read_traces(path)
    cut = [_cut(trace, window, stride) for trace in traces]
    context = {name: np.concatenate([part[name] for part in cut]) for name in cut[0]}
    x = context.pop("x")
    if not len(x):
        longest = max(len(stretch) for trace in traces for _, stretch in trace.seconds.groupby(level="stretch"))
        raise InputError(f"No trace has {window} unbroken seconds, the longest has {longest}: choose a shorter window.")
    labels = np.char.add(np.char.add(context["application"], ", "), context["mobility"])
    return DataSet(
        name="irish_5g",
        x=x,
        y=np.array([LABEL_NAMES.index(label) for label in labels]),
        label_names=LABEL_NAMES,
        groups=context.pop("trace"),
        channel_names=tuple(channel.name for channel in CHANNELS),
        channel_units=tuple(channel.unit for channel in CHANNELS),
        step_seconds=1.0,
        context=context,
        groupings={"mobility": np.array([MOBILITIES.index(mobility) for mobility in context["mobility"]])},
    )


def _cut(trace: "Trace", window: int, stride: int) -> dict[str, Array]:
    """Return windows of one trace without gaps, by their names in the data set."""
    columns = [channel.column for channel in CHANNELS]

    def windows(frame: "pd.DataFrame", names: str | list[str]) -> Array:
        parts = [part[names].to_numpy() for _, part in frame.groupby(level="stretch")]
        return np.concatenate([cut_windows(part, window, stride) for part in parts])

    x = windows(trace.seconds, columns).astype("float32")
    times = trace.seconds.index.get_level_values("time").to_frame(index=False).set_index(trace.seconds.index)
    return {
        "x": x,
        "latitude": windows(trace.seconds, "Latitude"),
        "longitude": windows(trace.seconds, "Longitude"),
        "speed": windows(trace.seconds, "Speed"),
        "start_time": windows(times, "time")[:, 0].astype("datetime64[s]"),
        "measured": windows(trace.measured, columns),
        "application": np.full(len(x), trace.application),
        "mobility": np.full(len(x), trace.mobility),
        "trace": np.full(len(x), trace.name),
    }
