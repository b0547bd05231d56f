"""The Irish 5G loader, on small archives that the tests write in the format of the real one."""

import functools
import hashlib
import http.server
import os
import sys
import threading
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kerasclust.datasets import irish_5g
from kerasclust.datasets.even_clock import interpolate_short, to_even_clock
from kerasclust.errors import InputError

ROW = {
    "Longitude": -8.4,
    "Latitude": 51.9,
    "Speed": 10,
    "Operatorname": "B",
    "RAWCELLID": 100,
    "NetworkMode": "5G",
    "RSRP": -90,
    "RSRQ": -12,
    "SNR": 5.0,
    "CQI": 10,
    "RSSI": -72,
    "DL_bitrate": 100,
    "UL_bitrate": 10,
    "State": "D",
    "NRxRSRP": -95.0,
    "NRxRSRQ": -14.0,
}
MODULE = sys.modules["kerasclust.datasets.irish_5g"]  # the package's attribute of this name is the function
DRIVE = "Netflix/Driving/Show/B_1.csv"


def trace(seconds, **columns):
    """A trace with a row at each second, all rows alike but for the columns given."""
    time = pd.Timestamp("2020-01-31 23:59:50") + pd.to_timedelta(list(seconds), unit="s")
    rows = pd.DataFrame(ROW, index=range(len(time))).assign(**columns)
    return rows.assign(Timestamp=time.strftime("%Y.%m.%d_%H.%M.%S"))


def write_archive(folder, traces):
    path = folder / "irish_5g" / "5G-production-dataset.zip"
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in traces.items():
            content = rows if isinstance(rows, str | bytes) else rows.to_csv(index=False)
            archive.writestr(f"5G-production-dataset/{name}", content)
    return path


@pytest.fixture
def load(tmp_path):
    def load(traces, **options):
        write_archive(tmp_path, traces)
        return irish_5g(data_dir=tmp_path, **options)

    return load


def channel(data, name):
    return data.x[..., data.channel_names.index(name)]


def test_seconds_are_merged_filled_and_held():
    clock = pd.Timestamp("2020-01-01") + pd.to_timedelta([0, 0, 1, 4], unit="s")
    rows = pd.DataFrame(
        {"rsrp": [-80, -90, np.nan, -93], "state": [1, 0, 1, 0], "handover": [1, 1, 0, 1]}, index=clock, dtype=float
    )
    (even,) = to_even_clock(rows, ["rsrp"], ["state"], ["handover"])
    assert even["rsrp"].tolist() == [-85, -87, -89, -91, -93]
    assert even["state"].tolist() == [0, 1, 1, 1, 0]
    assert even["handover"].tolist() == [2, 0, 0, 0, 1]
    assert (np.diff(even.index) == np.timedelta64(1, "s")).all()


def test_a_clock_that_goes_back_is_put_in_order():
    clock = pd.Timestamp("2020-01-01") + pd.to_timedelta([0, 2, 1], unit="s")
    (even,) = to_even_clock(pd.DataFrame({"rsrp": [0.0, 20.0, 10.0]}, index=clock), ["rsrp"], [], [])
    assert even["rsrp"].tolist() == [0, 10, 20]


@pytest.mark.parametrize(("gap", "lengths"), [(30, [32]), (31, [1, 2])])
def test_a_long_gap_splits_the_trace(gap, lengths):
    clock = pd.Timestamp("2020-01-01") + pd.to_timedelta([0, gap, gap + 1], unit="s")
    parts = to_even_clock(pd.DataFrame({"rsrp": [1.0, 2.0, 3.0]}, index=clock), ["rsrp"], [], [])
    assert [len(part) for part in parts] == lengths


def test_only_short_runs_between_values_are_interpolated():
    filled = interpolate_short(pd.DataFrame({"a": [None, 1, None, 3, None, None, 6, None]}, dtype=float), max_gap=2)
    np.testing.assert_array_equal(filled["a"], [np.nan, 1, 2, 3, np.nan, np.nan, 6, np.nan])


def test_windows_labels_and_context(load):
    data = load(
        {
            DRIVE: trace(range(9), RSRP=range(-100, -91), Speed=range(9)),
            "Download/Static/B_2.csv": trace(range(4), CQI=[1, 2, 3, 4]),
            "Amazon_Prime/Static/Show/B_3.csv": trace(range(3)),  # shorter than a window
        },
        window=4,
    )
    assert data.x.shape == (3, 4, 12) and data.x.dtype == np.float32 and data.step_seconds == 1.0
    assert len(data.channel_names) == len(data.channel_units) == 12 and data.channel_label(0) == "rsrp [dBm]"
    assert [data.label_names[label] for label in data.y] == ["Download, static", "Netflix, driving", "Netflix, driving"]
    assert data.groups.tolist() == ["Download/Static/B_2", "Netflix/Driving/B_1", "Netflix/Driving/B_1"]
    assert channel(data, "rsrp")[2].tolist() == [-96, -95, -94, -93]
    assert data.context["speed"][2].tolist() == [4, 5, 6, 7] and "speed" not in data.channel_names
    assert data.context["latitude"].shape == data.context["longitude"].shape == (3, 4)
    assert data.context["mobility"].tolist() == ["static", "driving", "driving"]
    assert data.groupings["mobility"].tolist() == [0, 1, 1]
    assert data.context["application"].tolist() == ["Download", "Netflix", "Netflix"]
    assert data.context["start_time"][2] == np.datetime64("2020-01-31T23:59:54")


def test_stride_makes_windows_overlap(load):
    data = load({DRIVE: trace(range(9), CQI=range(9))}, window=4, stride=2)
    assert channel(data, "cqi")[:, 0].tolist() == [0, 2, 4]


def test_no_window_reaches_across_a_long_gap(load):
    seconds = [*range(5), *range(100, 105)]
    data = load({DRIVE: trace(seconds, CQI=[1] * 5 + [9] * 5)}, window=4)
    assert channel(data, "cqi").tolist() == [[1] * 4, [9] * 4]


def test_states_and_cell_changes(load):
    rows = trace(
        [0, 1, 1, 2, 4, 5],
        State=["D", "I", "D", "I", "VD", "V"],
        NetworkMode=["5G", "LTE", "HSPA+", "EDGE", "-", "5G"],
        RAWCELLID=[1, 2, 3, 3, "-", 1],
    )
    data = load({DRIVE: rows}, window=6)
    assert channel(data, "downloading")[0].tolist() == [1, 1, 0, 0, 1, 0]
    assert channel(data, "generation")[0].tolist() == [5, 3, 2, 2, 2, 5]
    assert channel(data, "cell_changes")[0].tolist() == [0, 2, 0, 0, 0, 1]


def test_impossible_values_are_missing_and_reported_once(load):
    rows = trace(
        range(6),
        NRxRSRQ=[-10, "2147483647.0", -204, -225, -18, "-"],
        NRxRSRP=[-95, -95, -95, -205, -95, -95],
        RSRP=[-90, -200, -92, -93, -94, -95],
    )
    with pytest.warns(UserWarning, match=r"of 6 rows: RSRP 1, NRxRSRP 1, NRxRSRQ 3\)") as caught:
        data = load({DRIVE: rows}, window=6)
    assert len(caught) == 1 and caught[0].filename == __file__
    assert channel(data, "neighbor_rsrq")[0].tolist() == [-10, -12, -14, -16, -18, -14]  # interpolated, then median
    assert channel(data, "rsrp")[0].tolist() == [-90, -91, -92, -93, -94, -95]
    measured = data.context["measured"][0, :, data.channel_names.index("neighbor_rsrq")]
    assert measured.tolist() == [True] * 5 + [False]


def test_the_placeholder_for_no_neighbor_in_3g_is_missing(load):
    rows = trace(range(4), NRxRSRP=[-51, -51, -80, -80], NRxRSRQ=[-24, -10, -24, -12])
    with pytest.warns(UserWarning, match="NRxRSRP 1, NRxRSRQ 1"):
        data = load({DRIVE: rows}, window=4)
    assert channel(data, "neighbor_rsrp")[0, 1:].tolist() == [-51, -80, -80]


def test_missing_channels_take_the_median_of_the_trace_then_of_all(load):
    some = trace(range(40), SNR=[1, 3, 8] + ["-"] * 37)
    data = load({DRIVE: some, "Netflix/Static/B_2.csv": trace(range(40), SNR="-")}, window=40)
    snr = channel(data, "snr")
    assert snr[0, :4].tolist() == [1, 3, 8, 3] and snr[0, 39] == 3
    assert (snr[1] == 3).all()


def test_a_missing_rssi_follows_from_rsrp_and_rsrq(load):
    with_rssi = trace(range(40), RSSI=[-72] + ["-"] * 39, RSRP=-90, RSRQ=[-12] * 20 + [-15] * 20)
    without = trace(range(40), RSSI="-", RSRP=-100, RSRQ=-10)
    data = load({DRIVE: with_rssi, "Netflix/Static/B_2.csv": without}, window=40)
    assert channel(data, "rssi")[0, [0, 1, 39]].tolist() == [-72, -72, -69]  # RSSI - RSRP + RSRQ is 6 dB
    assert (channel(data, "rssi")[1] == -84).all()


def test_a_channel_without_any_value_is_zero(load):
    assert (channel(load({DRIVE: trace(range(4), CQI="-")}, window=4), "cqi") == 0).all()


def test_litter_and_rows_without_a_time_are_skipped(load):
    rows = trace(range(5))
    rows.loc[4, "Timestamp"] = "-"
    litter = {
        ".DS_Store": b"\0\1",
        "../__MACOSX/Netflix/Driving/._B_1.csv": b"\0\5",
        "Netflix/Driving/._B_1.csv": b"\0",
    }
    assert load({DRIVE: rows, **litter, "notes.csv": "a,b\n"}, window=4).x.shape == (1, 4, 12)


@pytest.mark.parametrize(
    ("traces", "options", "message"),
    [
        ({"readme.txt": "-"}, {}, "holds no trace: expected files such as Netflix/Driving"),
        ({DRIVE: trace(range(4)).iloc[:0]}, {}, "holds no trace"),
        ({DRIVE: trace(range(4)).drop(columns=["CQI", "State"])}, {}, "has no column State, CQI"),
        ({DRIVE: ""}, {}, "B_1.csv is damaged"),
        ({DRIVE: trace(range(4))}, {}, "No trace has 128 unbroken seconds, the longest has 4"),
        ({DRIVE: trace(range(4))}, {"window": 1}, "window must be a whole number of steps, 2 or more; found 1"),
        ({DRIVE: trace(range(4))}, {"window": 4.0}, "found 4.0"),
        ({DRIVE: trace(range(4))}, {"window": 4, "stride": 0}, "stride must be"),
        ({DRIVE: trace(range(4))}, {"window": True}, "found True"),
    ],
)
def test_bad_archives_and_options(load, traces, options, message):
    with pytest.raises(InputError, match=message):
        load(traces, **options)


@pytest.mark.parametrize("cut", [10, 500])
def test_a_damaged_archive(tmp_path, cut):
    path = write_archive(tmp_path, {DRIVE: trace(range(50))})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="not a readable zip archive"):
        irish_5g(data_dir=tmp_path)


def test_a_data_directory_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"data directory .*nowhere does not exist"):
        irish_5g(data_dir=tmp_path / "nowhere")


class TestDownload:
    """The download, from a server on this machine."""

    @pytest.fixture
    def server(self, tmp_path, monkeypatch):
        """Serves an archive; returns the requests it got."""
        (tmp_path / "public").mkdir()
        archive = write_archive(tmp_path / "public", {DRIVE: trace(range(8))})
        requests = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *args):
                requests.append(self.path)

        handler = functools.partial(Handler, directory=archive.parent)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
            threading.Thread(target=running.serve_forever, daemon=True).start()
            monkeypatch.delenv("KERASCLUST_DATA", raising=False)
            monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path / "cache"))
            monkeypatch.setattr(MODULE, "URL", f"http://127.0.0.1:{running.server_port}/{archive.name}")
            monkeypatch.setattr(MODULE, "MD5", hashlib.md5(archive.read_bytes()).hexdigest())
            yield requests
            running.shutdown()

    def test_once_then_from_the_cache(self, server, tmp_path):
        assert irish_5g(window=4).x.shape == irish_5g(window=4).x.shape == (2, 4, 12)
        assert len(server) == 1
        assert [path.name for path in (tmp_path / "cache" / "irish_5g").iterdir()] == ["5G-production-dataset.zip"]

    def test_a_damaged_cache_is_replaced(self, server, tmp_path):
        irish_5g(window=4)
        (tmp_path / "cache" / "irish_5g" / "5G-production-dataset.zip").write_bytes(b"")
        assert len(irish_5g(window=4)) == 2 and len(server) == 2

    def test_a_wrong_checksum_leaves_nothing(self, server, tmp_path, monkeypatch):
        monkeypatch.setattr(MODULE, "MD5", "0" * 32)
        with pytest.raises(InputError, match=r"has MD5 .*, not 0000.* set KERASCLUST_DATA to that directory"):
            irish_5g()
        assert not list((tmp_path / "cache" / "irish_5g").iterdir())

    @pytest.mark.parametrize("url", ["http://127.0.0.1:9/none.zip", "file:///no/such.zip", "no url"])
    def test_a_failed_download_says_what_to_do(self, server, monkeypatch, url):
        monkeypatch.setattr(MODULE, "URL", url)
        with pytest.raises(InputError, match=r"Could not download .*Download it by hand.*irish_5g/5G-production"):
            irish_5g()


@pytest.mark.skipif(not os.environ.get("KERASCLUST_DATA"), reason="needs the real traces: set KERASCLUST_DATA")
@pytest.mark.filterwarnings("always")
def test_the_real_traces():
    if not Path(os.environ["KERASCLUST_DATA"], "irish_5g").is_dir():
        pytest.skip("KERASCLUST_DATA has no irish_5g")
    with pytest.warns(UserWarning, match="of 188,711 rows: RSRP 73, NRxRSRP 13,741, NRxRSRQ 19,139"):
        data = irish_5g(window=128)
    assert data.x.shape == (1527, 128, 12) and np.isfinite(data.x).all()
    assert np.bincount(data.y).tolist() == [131, 216, 286, 297, 292, 305] and len(set(data.groups)) == 83
    assert channel(data, "rsrp").min() >= -124 and channel(data, "neighbor_rsrq").min() >= -43
    moving = data.context["mobility"] == "driving"
    assert np.median(data.context["speed"][moving]) > 10 > np.percentile(data.context["speed"][~moving], 99)
