"""Table V: the rows that share a pretraining are what separate runs would have found."""

import numpy as np
import pytest

from benchmarks.tables.ablation import run_ablation
from kerasclust.data.dataset import DataSet
from kerasclust.metrics import external_scores
from kerasclust.models import DANCE
from kerasclust.records import results

pytestmark = pytest.mark.full  # each trains DANCE several times

TINY = {
    "n_runs": 2,
    "cluster_dim": 2,
    "pretrain_epochs": 3,
    "epochs": 3,
    "n_tries": 3,
    "units": (16,),
    "batch_size": 64,
}


@pytest.fixture(scope="module")
def table(blobs, tmp_path_factory):
    path = tmp_path_factory.mktemp("results") / "ablation.jsonl"
    data = DataSet("blobs", blobs[0], blobs[1])
    return data, path, run_ablation("blobs", data, path, [0], TINY, report=lambda line: None)


def test_has_all_eight_rows_with_every_candidate(table):
    rows = table[2]
    assert len({row["method"] for row in rows}) == len(rows) == 8
    assert all(len(row["candidates"]) == 2 for row in rows)
    assert results.read(table[1]) == rows


@pytest.mark.parametrize("method", ["DAN + RIM + DEC", "RIM"])
def test_a_row_is_what_fit_finds(table, method):
    data, _, rows = table
    switches = {"decorrelate": "DAN" in method, "refine": "DEC" in method, "initializer": "rim"}
    model = DANCE(3, random_state=0, **TINY, **switches)
    model.fit(data.x, verbose=0)
    row = next(row for row in rows if row["method"] == method)
    assert row["scores"] == pytest.approx(external_scores(data.y, model.predict_clusters(data.x)))
    np.testing.assert_array_equal(row["evidence"]["cluster_sizes"], model.diagnostics()["cluster_sizes"])


def test_an_interrupted_table_goes_on_where_it_stopped(table):
    data, path, rows = table
    whole = path.read_text().splitlines(keepends=True)
    path.write_text("".join(whole[:5]) + whole[5][:40])
    said = []
    again = run_ablation("blobs", data, path, [0], TINY, report=said.append)
    assert len(said) == 3
    assert {row["method"]: row["scores"] for row in again} == {row["method"]: row["scores"] for row in rows}
