"""The CICV5G loader, on small archives that the tests write in the format of the real one."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from kerasclust.datasets import cicv5g
from kerasclust.errors import InputError

HEADER = "pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) heading(rad) velocity(m/s) cellid(db) sinr(db) rsrp(db)"
CURRENT = " currentX(m) currentY currentHeading(rad)"
START = 1722417647100  # 2024-07-31 09:20:47.1 UTC, a whole step
URBAN = "Urban road/1-n8/v20/urban_n8_v20_run01.txt"


def run(sent, *, delay=20, cell="5C422503D", sinr=10, rsrp=-86, header=HEADER, end=" "):
    """The text of a run with a message at each time, in milliseconds from the start."""
    sent = list(sent)

    def each(value):
        return value if isinstance(value, list) else [value] * len(sent)

    values = zip(sent, *map(each, (delay, cell, sinr, rsrp)), strict=True)
    place = "328961.34 3463474.850000000093 3.13"
    rows = [
        f"{START + at} {START + at + late} {late} {place} {at / 1000} {cell} {sinr} {rsrp}{end}"
        for at, late, cell, sinr, rsrp in values
    ]
    return "\n".join([header, *rows, ""])


@pytest.fixture
def load(tmp_path):
    def load(runs, **options):
        path = tmp_path / "cicv5g" / "cicv5g.zip"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in runs.items():
                archive.writestr(f"CICV5G/data/{name}", content)
        return cicv5g(data_dir=tmp_path, **options)

    return load


def channel(data, name):
    return data.x[..., data.channel_names.index(name)]


def test_windows_labels_and_context(load):
    each = range(0, 400, 100)
    data = load(
        {
            URBAN: run(range(0, 900, 100), rsrp=list(range(-90, -81))),
            "Urban road/3-Data transmission frequency/10ms/n78/v30/v2v_info-01.txt": run(each),
            "Rural and off-road/south_n8_v10_04.txt": run(each, sinr=1),
            "W2S/n78/V30/w2s_n78_v30_run01.txt": run(each, sinr=2),
            "Arterial road/n8/v50/arterial_n8_v50_run01.txt": run(each, sinr=3),
            "Arterial road/n8/v50/merge.py": "import os",
            "readme.txt": "n8",
        },
        window=4,
    )
    assert data.x.shape == (6, 4, 3) and data.x.dtype == np.float32 and data.step_seconds == 0.1
    assert [data.channel_label(i) for i in range(3)] == ["delay [ms]", "rsrp [dBm]", "sinr [dB]"]
    expected = ["arterial, n8", "rural, n8", *["urban, n8"] * 2, "urban, n78", "weak to strong, n78"]
    assert [data.label_names[label] for label in data.y] == expected
    assert data.label_names == ("urban, n8", "urban, n78", "arterial, n8", "rural, n8", "weak to strong, n78")
    assert data.groupings["road"].tolist() == [1, 2, 0, 0, 0, 3]
    assert data.groupings["network"].tolist() == [0, 0, 0, 0, 1, 1]
    assert data.groups[1] == "Rural and off-road/south_n8_v10_04"
    assert channel(data, "rsrp")[3].tolist() == [-86, -85, -84, -83]
    np.testing.assert_allclose(data.context["speed"][3], [1.44, 1.8, 2.16, 2.52])
    assert data.context["easting"].shape == data.context["northing"].shape == (6, 4)
    assert data.context["start_time"][3] == np.datetime64("2024-07-31T09:20:47.5")
    assert data.findings == ()


def test_runs_of_any_period_come_to_one_clock(load):
    often, seldom = list(range(0, 400, 16)), list(range(0, 500, 105))
    data = load({URBAN: run(often, delay=often), "W2S/n8/V50/w2s_n8.txt": run(seldom, delay=seldom)}, window=4)
    assert channel(data, "delay").tolist() == [[96, 192, 288, 384], [0, 105, 210, 315]]


@pytest.mark.parametrize(("gap", "delays"), [(1000, [1] * 11 + [2]), (1100, [1, 2])])
def test_a_gap_is_bridged_up_to_a_second(load, gap, delays):
    data = load({URBAN: run([0, 100, 100 + gap, 200 + gap], delay=[1, 1, 2, 2])}, window=2, stride=1)
    assert channel(data, "delay")[:, 0].tolist() == delays


def test_a_step_without_a_message_keeps_the_one_before(load):
    data = load({URBAN: run([0, 90, 210, 300], delay=[1, 2, 3, 4])}, window=4)
    assert channel(data, "delay").tolist() == [[2, 2, 3, 4]]


def test_messages_are_put_in_the_order_of_sending(load):
    data = load({URBAN: run([0, 200, 100, 300], delay=[0, 2, 1, 3])}, window=4)
    assert channel(data, "delay").tolist() == [[0, 1, 2, 3]]


def test_rows_are_read_by_position(load):
    each = range(0, 400, 100)
    data = load(
        {
            URBAN: run(each),
            "W2S/n78/V30/a.txt": run(each, rsrp=-80, end=" 328961.33 3463474.84"),  # values without names
            "W2S/n78/V30/b.txt": run(each, rsrp=-70, header=HEADER + CURRENT, end=" 328961.33 3463474.84 2.01"),
        },
        window=4,
    )
    assert channel(data, "rsrp")[:, 0].tolist() == [-86, -80, -70]
    assert channel(data, "sinr")[:, 0].tolist() == [10, 10, 10]


def test_without_a_cell_the_reception_is_missing(load):
    cells, sinr = ["A", "", "", "A", "A", "A"], [7, 0, 2032, 0, 8, 9]
    data = load({URBAN: run(range(0, 600, 100), cell=cells, sinr=sinr, rsrp=[-80, 0, 0, -81, -82, -83])}, window=6)
    np.testing.assert_array_equal(channel(data, "sinr"), [[7, np.nan, np.nan, 0, 8, 9]])
    np.testing.assert_array_equal(channel(data, "rsrp"), [[-80, np.nan, np.nan, -81, -82, -83]])
    assert np.isfinite(channel(data, "delay")).all()
    (finding,) = data.findings
    assert (finding.severity, finding.count) == ("note", 2) and "In 2 of 6 steps the modem had no cell" in str(finding)


def test_windows_mostly_without_a_cell_are_left_out(load):
    data = load({URBAN: run(range(0, 800, 100), cell=["A"] * 4 + ["", ""] + ["A"] * 2)}, window=4)
    assert len(data) == 1 and np.isfinite(data.x).all()
    assert [(finding.kind, finding.count) for finding in data.findings] == [("left_out", 1)]
    with pytest.raises(InputError, match="No run has 4 unbroken steps"):
        load({URBAN: run(range(0, 400, 100), cell="")}, window=4)


def test_a_copy_of_a_run_is_left_out_and_named(load):
    text = run(range(0, 400, 100))
    folder = "Arterial road/n78/50/arterial_n78_v50"
    data = load({f"{folder}_run03.txt": text, f"{folder}_run01.txt": text}, window=4)
    assert data.groups.tolist() == [f"{folder}_run01"]
    (finding,) = data.findings
    assert str(finding) == f"{folder}_run03 is a copy of {folder}_run01 and left out."


def test_an_empty_run_is_skipped(load):
    empty = {f"W2S/n8/V30/{i}.txt": text for i, text in enumerate([HEADER, HEADER + " \n"])}
    assert len(load({URBAN: run(range(0, 400, 100))} | empty, window=4)) == 1


@pytest.mark.parametrize(
    ("runs", "options", "message"),
    [
        ({"Urban road/run01.txt": run([0])}, {}, "holds no run: expected files such as Urban road/1-n8"),
        ({URBAN: HEADER}, {}, "holds no run"),
        ({URBAN: "time delay\n1 2\n"}, {}, r"does not start with the columns pub_time\(ms\)"),
        ({URBAN: ""}, {}, "does not start with the columns"),
        ({URBAN: run([0], rsrp="a")}, {}, "run01.txt is damaged"),
        ({URBAN: run([0], rsrp="")[:-2] + "\n1722417647200 1"}, {}, "run01.txt is damaged"),
        ({URBAN: run([0, 100])}, {}, "No run has 64 unbroken steps of 0.1 s with a cell: choose a shorter window"),
        ({URBAN: run([0, 10**30])}, {}, "run01.txt is damaged"),
        ({URBAN: run([-(9 * 10**18), 0, 9 * 10**18])}, {}, "No run has 64 unbroken steps"),
        ({URBAN: run([0])}, {"stride": 0}, "stride must be"),
    ],
)
def test_bad_archives_and_options(load, runs, options, message):
    with pytest.raises(InputError, match=message):
        load(runs, **options)


def test_without_the_archive_the_error_says_where_it_is(tmp_path):
    message = r"zxr805/CICV5G .*Put it in a directory as cicv5g/cicv5g.zip and set KERASCLUST_DATA"
    with pytest.raises(InputError, match=message):
        cicv5g(data_dir=tmp_path)


@pytest.mark.skipif(not os.environ.get("KERASCLUST_DATA"), reason="needs the real runs: set KERASCLUST_DATA")
def test_the_real_runs():
    if not Path(os.environ["KERASCLUST_DATA"], "cicv5g").is_dir():
        pytest.skip("KERASCLUST_DATA has no cicv5g")
    data = cicv5g()
    assert data.x.shape == (2221, 64, 3) and len(set(data.groups)) == 121
    assert np.bincount(data.y).tolist() == [737, 735, 184, 71, 123, 225, 146]
    assert np.isnan(data.x).sum(axis=(0, 1)).tolist() == [0, 6, 6]
    assert np.nanmax(channel(data, "sinr")) == 25 and np.nanmax(channel(data, "rsrp")) == -51
    assert [finding.kind for finding in data.findings] == ["copy", "missing", "left_out"]
