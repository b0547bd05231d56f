"""The TRACTOR loader, on small archives that the tests write in the format of the real one."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kerasclust.datasets import tractor
from kerasclust.datasets.tractor import CHANNELS
from kerasclust.errors import InputError

SETTINGS = {"num_ues": 1, "IMSI": 1010123456002, "RNTI": 70, "slicing_enabled": 1, "slice_id": 0, "slice_prb": 50}
CONSTANT = {"tx_errors downlink (%)": 0, "ul_rssi": 0, "dl_pmi": 0, "dl_ri": 0, "ul_n": 0}
START = 1700171855347  # 2023-11-16 21:57:35.347 UTC


def trace(n_rows, *, gaps=(), **columns):
    """A busy trace with a row each 250 ms, and a gap of the milliseconds given before some rows, {row: gap}."""
    steps = np.full(n_rows, 250)
    steps[0] = 0
    for row, gap in dict(gaps).items():
        steps[row] = gap
    used = {channel.column: 1.0 for channel in CHANNELS}
    rows = pd.DataFrame({"Timestamp": START + np.cumsum(steps)} | SETTINGS | used | CONSTANT)
    rows.insert(4, "", np.nan)  # an empty column with an empty name
    return rows.assign(**{{"granted": "sum_granted_prbs"}.get(name, name): value for name, value in columns.items()})


@pytest.fixture
def load(tmp_path):
    def load(traces, **options):
        path = tmp_path / "tractor" / "tractor_single_ue.zip"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name, rows in traces.items():
                content = rows if isinstance(rows, str) else rows.to_csv(index=False)
                archive.writestr(name if "/" in name else f"logs/SingleUE/Trial7/Raw/{name}", content)
        return tractor(data_dir=tmp_path, **options)

    return load


def channel(data, name):
    return data.x[..., data.channel_names.index(name)]


def test_windows_labels_and_context(load):
    data = load(
        {
            "urll_2.csv": trace(9, dl_mcs=range(9)),
            "urllc_3.csv": trace(4),
            "embb.csv": trace(5),
            "mmtc_03_03.csv": trace(4),
            "embb_05_18_b.csv": trace(3),  # shorter than a window
        },
        window=4,
    )
    assert data.x.shape == (5, 4, 17) and data.x.dtype == np.float32 and data.step_seconds == 0.25
    assert len(data.channel_names) == len(data.channel_units) == 17 and data.channel_label(3) == "dl_bitrate [Mbit/s]"
    assert [data.label_names[label] for label in data.y] == ["eMBB", "mMTC", "URLLC", "URLLC", "URLLC"]
    assert data.groups.tolist() == ["embb", "mmtc_03_03", "urll_2", "urll_2", "urllc_3"]
    assert channel(data, "dl_mcs")[3].tolist() == [4, 5, 6, 7]
    assert data.context["start_time"][3] == np.datetime64("2023-11-16T21:57:36.347")


def test_settings_and_constants_are_no_input(load):
    data = load({"embb.csv": trace(4)}, window=4)
    assert not {*SETTINGS, *CONSTANT, "Timestamp", ""} & set(data.channel_names)
    assert (data.x == 1).all()


def test_other_traffic_and_other_trials_are_left_out(load):
    others = ("mixed.csv", "null_101_metrics.csv", "logs/SingleUE/Trial6/Raw/embb_2.csv", "notes/embb.csv")
    litter = {"__MACOSX/logs/SingleUE/Trial7/Raw/embb_3.csv": "\0"}
    assert load({"mmtc.csv": trace(4)} | {name: trace(4) for name in others} | litter, window=4).groups.tolist() == [
        "mmtc"
    ]


@pytest.mark.parametrize(("gap", "starts"), [(1000, [0, 3]), (1001, [0, 5]), (-250, [0, 5])])
def test_no_window_reaches_across_a_long_gap(load, gap, starts):
    data = load({"embb.csv": trace(8, gaps={5: gap}, ul_mcs=range(8))}, window=3)
    assert channel(data, "ul_mcs")[:, 0].tolist() == starts


def test_stride_makes_windows_overlap(load):
    data = load({"embb.csv": trace(9, ul_mcs=range(9))}, window=4, stride=2)
    assert channel(data, "ul_mcs")[:, 0].tolist() == [0, 2, 4]


def test_windows_that_are_nearly_idle_are_left_out(load):
    traces = {"embb.csv": trace(30, granted=[0] * 9 + [5] + [0] * 8 + [5] * 2 + [7] * 10)}
    data = load(traces, window=10)
    assert data.context["idle"].tolist() == [0.8, 0]
    assert load(traces, window=10, active=False).context["idle"].tolist() == [0.9, 0.8, 0]


@pytest.mark.parametrize(
    ("traces", "options", "message"),
    [
        ({"mixed.csv": trace(4)}, {}, "holds no trace: expected files such as SingleUE/Trial7/Raw/embb_2.csv"),
        ({"embb.csv": trace(4).drop(columns=["phr", "dl_cqi"])}, {}, "has no column dl_cqi, phr: is it a trace of"),
        ({"embb.csv": trace(4, phr=[1, 2, None, 4])}, {}, r"embb.csv is damaged \(values are missing\)"),
        ({"embb.csv": trace(4, phr=[1, 2, "a", 4])}, {}, "embb.csv is damaged"),
        ({"embb.csv": trace(1, Timestamp="9" * 30)}, {}, "embb.csv is damaged"),
        ({"embb.csv": ""}, {}, "embb.csv is damaged"),
        ({"embb.csv": trace(4)}, {}, "No trace has a window of 64 rows: choose fewer"),
        ({"embb.csv": trace(4, granted=0)}, {"window": 4}, "No trace has an active window of 4 rows"),
        ({"embb.csv": trace(4)}, {"window": 1}, "window must be a whole number of steps, 2 or more; found 1"),
    ],
)
def test_bad_archives_and_options(load, traces, options, message):
    with pytest.raises(InputError, match=message):
        load(traces, **options)


def test_a_damaged_archive(tmp_path):
    (tmp_path / "tractor_single_ue.zip").write_bytes(b"PK" + bytes(50))
    with pytest.raises(InputError, match="not a readable zip archive"):
        tractor(data_dir=tmp_path)


def test_without_the_archive_the_error_says_where_it_is(tmp_path, monkeypatch):
    message = r"github.com/genesys-neu/TRACTOR\. Put it .* as tractor/tractor_single_ue.zip and set KERASCLUST_DATA"
    with pytest.raises(InputError, match=message):
        tractor(data_dir=tmp_path)
    monkeypatch.delenv("KERASCLUST_DATA", raising=False)
    with pytest.raises(InputError, match=message):
        tractor()


@pytest.mark.skipif(not os.environ.get("KERASCLUST_DATA"), reason="needs the real traces: set KERASCLUST_DATA")
def test_the_real_traces():
    if not Path(os.environ["KERASCLUST_DATA"], "tractor").is_dir():
        pytest.skip("KERASCLUST_DATA has no tractor")
    data, everything = tractor(), tractor(active=False)
    assert data.x.shape == (734, 64, 17) and np.isfinite(data.x).all()
    assert np.bincount(data.y).tolist() == [330, 159, 245] and len(set(data.groups)) == 27
    assert np.bincount(everything.y).tolist() == [559, 531, 424]
    assert (np.ptp(data.x, axis=(0, 1)) > 0).all()
