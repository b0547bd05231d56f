"""CICV5G: delay and reception of a test vehicle's 5G link, on four kinds of road and two networks."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.findings import Finding
from kerasclust.datasets.sources import required_file
from kerasclust.datasets.windows import check_window, windows_between_gaps
from kerasclust.errors import InputError
from kerasclust.types import Array

if TYPE_CHECKING:
    from kerasclust.datasets.cicv5g_runs import Run

FILE_NAME = "cicv5g.zip"
SOURCE = "a zip archive with the folder data of https://github.com/zxr805/CICV5G (also https://doi.org/10.5281/zenodo.17475688)"
CHANNELS = {"delay": "ms", "rsrp": "dBm", "sinr": "dB"}  # name -> unit
ROADS = ("urban", "arterial", "rural", "weak to strong")
NETWORKS = ("n8", "n78")
LABELS = [f"{road}, {network}" for road in ROADS for network in NETWORKS]
STEP = 0.1  # seconds, near the longest period of messages
MAX_MISSING = 0.25  # share of missing values of a window, as for windows of a table


def cicv5g(window: int = 64, stride: int | None = None, data_dir: str | Path | None = None) -> DataSet:
    """Load windows of a test vehicle's 5G link, 7 known groups of road and network.

    The vehicle sends messages to a cloud and measures the delay of their return. There are 121 runs: on the urban, the
    arterial and the rural road, and from weak to strong reception, over the private network (band n8) or the public one
    (band n78). The rural runs are private only.

    Runs differ in the period of their messages, 16 to 105 ms, which says nothing of road or network. So all are brought
    to an even clock of 0.1 s: a step has the last message sent in it, or the one before if none was. Longer gaps than
    1 s split a run. Speed and position are context, never model input: the experimenters set the speed for each road,
    so it would reveal the road. The cell is left out, because it reveals the network.

    Args:
        window: steps of 0.1 s in a window.
        stride: steps from the start of a window to the start of the next. None: `window`, no overlap.
        data_dir: directory with `cicv5g/cicv5g.zip`, or with the zip itself: a zip archive with the folder `data` of
            the repository. None: the environment variable `KERASCLUST_DATA`.

    Returns:
        A `DataSet`: x float32 (n, window, 3), the round-trip "delay" in ms, "rsrp" in dBm and "sinr" in dB, both NaN
        while the modem has no cell; y (n,) with `label_names`; groups (n,) the run; `groupings` "road" (n,), 0 urban, 1
        arterial, 2 rural, 3 weak to strong, and "network" (n,), 0 n8, 1 n78. Its context: "speed" in km/h, "easting"
        and "northing" in m (UTM zone 51), each (n, window); "road" and "network" (n,) by name; "start_time" (n,) in
        UTC. Runs that are copies of others, and windows with more than a quarter of missing values, are left out;
        `findings` says which and how many.

    Raises:
        InputError: There is no such file or it is damaged, `window` or `stride` is not a whole number, or no run is as
            long as a window.

    Source:
        X. Zhang, L. Xiong, P. Zhang, H. Feng, J. Huang, X. Wang, M. Tian, "5G communication delay dataset for
        cloud-based vehicle planning and control", 2025; https://github.com/zxr805/CICV5G (CC BY 4.0).

    Example:
        >>> data = cicv5g(window=64)  # doctest: +SKIP
        >>> data.x.shape, data.channel_label(0), data.label_names[1]  # doctest: +SKIP
        ((2221, 64, 3), 'delay [ms]', 'urban, n78')
    """
    from kerasclust.datasets.cicv5g_runs import read_runs  # imports pandas, so not with the package

    window, stride = check_window(window, stride)
    runs, copies = read_runs(required_file("cicv5g", FILE_NAME, SOURCE, data_dir), STEP)
    cut = [_cut(run, window, stride) for run in runs]
    context = {name: np.concatenate([part[name] for part in cut]) for name in cut[0]}
    kept = np.isnan(context["x"]).mean(axis=(1, 2)) <= MAX_MISSING
    context = {name: values[kept] for name, values in context.items()}
    x = context.pop("x")
    if not len(x):
        raise InputError(f"No run has {window} unbroken steps of {STEP} s with a cell: choose a shorter window.")
    labels = np.char.add(np.char.add(context["road"], ", "), context["network"])
    present = [label for label in LABELS if label in labels]
    return DataSet(
        name="cicv5g",
        x=x,
        y=np.array([present.index(label) for label in labels]),
        label_names=tuple(present),
        groups=context.pop("run"),
        channel_names=tuple(CHANNELS),
        channel_units=tuple(CHANNELS.values()),
        step_seconds=STEP,
        context=context,
        groupings={
            "road": np.array([ROADS.index(road) for road in context["road"]]),
            "network": np.array([NETWORKS.index(network) for network in context["network"]]),
        },
        findings=_findings(x, copies, int((~kept).sum())),
    )


def _cut(run: "Run", window: int, stride: int) -> dict[str, Array]:
    """Return windows of one run without gaps, by their names in the data set."""
    rows = windows_between_gaps(run.step, 1, window, stride)
    columns = run.columns
    return {
        "x": np.stack([columns[name][rows] for name in CHANNELS], axis=-1).astype("float32"),
        "speed": 3.6 * columns["velocity"][rows],
        "easting": columns["easting"][rows],
        "northing": columns["northing"][rows],
        "road": np.full(len(rows), run.road),
        "network": np.full(len(rows), run.network),
        "run": np.full(len(rows), run.name),
        "start_time": (run.step[rows[:, 0]] * round(1000 * STEP)).astype("datetime64[ms]"),
    }


def _findings(x: Array, copies: dict[str, str], n_left_out: int) -> tuple[Finding, ...]:
    missing = int(np.isnan(x).any(axis=-1).sum())
    found = [
        Finding("copy", "note", f"{copy} is a copy of {run} and left out.", count=1) for copy, run in copies.items()
    ]
    if missing:
        sentence = f"In {missing:,} of {x[..., 0].size:,} steps the modem had no cell: rsrp and sinr are missing."
        found.append(Finding("missing", "note", sentence, count=missing))
    if n_left_out:
        sentence = f"Windows left out because more than {MAX_MISSING:.0%} of their values are missing: {n_left_out:,}."
        found.append(Finding("left_out", "note", sentence, count=n_left_out))
    return tuple(found)
