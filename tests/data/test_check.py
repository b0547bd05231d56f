"""A check says everything that will matter about data, without TensorFlow."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from kerasclust.data import DataSet, check
from kerasclust.errors import InputError

HOURS = pd.date_range("2024-03-01", periods=72, freq="h")


@pytest.fixture
def kpis():
    random = np.random.default_rng(0)
    return pd.concat(
        pd.DataFrame(
            {"cell": f"c{cell}", "time": HOURS, "vendor": "AB"[cell % 2], "load": random.random(72), "drops": 1.0}
        )
        for cell in range(4)
    )


def test_a_long_table(kpis):
    kpis.loc[kpis.load > 0.97, "load"] = -9999.0
    found = check(kpis)
    assert found.status == 1 and found.rows == 288
    assert found.samples == 4 and found.shape == (72, 2) and found.left_out == 0
    of = {finding.kind: str(finding) for finding in found.findings}
    assert "give missing_value=-9999" in of["sentinel"] and "give drop='drops'" in of["constant"]
    assert "'vendor' holds texts" in of["text"] and "window='1d'" in of["whole-series"]
    roles = {column.name: column.role for column in found.columns}
    assert roles == {
        "cell": "id (by its name)",
        "time": "time (by its name)",
        "vendor": "left out",
        "load": "channel",
        "drops": "channel",
    }


def test_what_it_proposes_settles_it(kpis):
    kpis.loc[kpis.load > 0.97, "load"] = -9999.0
    found = check(kpis, missing_value=-9999, window="1d", drop=["vendor", "drops"])
    assert found.status == 0 and found.samples == 12 and found.shape == (24, 1)
    load = next(column for column in found.columns if column.name == "load")
    assert 0.0 < load.missing < 0.1 and load.low >= 0.0


def test_all_refusals_are_in_one_list(kpis):
    kpis["rsrp"] = ["weak" if load > 0.5 else "-80" for load in kpis.load]
    kpis["time"] = ["noon" if load > 0.9 else str(time) for load, time in zip(kpis.load, kpis.time, strict=True)]
    kpis.iloc[5, 3] = np.inf
    found = check(kpis, channels=["load", "rsrp"])
    assert found.status == 2 and found.samples is None
    assert {finding.kind for finding in found.findings if finding.severity == "refused"} >= {"time", "infinite"}
    assert "cannot be read as it is" in found.summary


def test_lines_and_data(kpis):
    found = check(kpis, window="1d", drop=["vendor", "drops"])
    assert found.lines()[0] == "table has 288 rows and 5 columns, which give 12 samples of shape 24 x 1."
    data = json.loads(json.dumps(found.as_data()))
    assert data["samples"] == 12 and data["shape"] == [24, 1] and data["reading"]["window"] == 24


def test_arrays_and_data_sets():
    x = np.random.default_rng(0).normal(size=(20, 5, 2))
    x[0, 0, 0] = np.nan
    assert check(x).summary == "x gives 20 samples of shape 5 x 2."
    found = check(DataSet("cells", x.astype("float32"), channel_names=("load", "rsrp")))
    assert found.name == "cells" and "channel 'load'" in found.findings[0].sentence


def test_files(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(5))
    assert check(tmp_path / "a.npy").samples == 5
    (tmp_path / "b.csv").write_text("a,b\n1,x\n")
    assert check(tmp_path / "b.csv").shape == (2,)
    with pytest.raises(InputError, match="There is no file"):
        check(tmp_path / "none.csv")


def test_what_is_no_data():
    with pytest.raises(InputError, match="window only apply to tables"):
        check(np.eye(3), window=2)


def test_nothing_large_is_imported(tmp_path):
    (tmp_path / "k.csv").write_text("cell,time,load\n" + "".join(f"a,{t},{t % 5}\n" for t in range(20)))
    code = (
        "import sys; from kerasclust.data import check; check(sys.argv[1], window=5);"
        "print([m for m in ('pandas', 'tensorflow', 'keras', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "k.csv")], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
