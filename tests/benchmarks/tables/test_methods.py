"""A method over several seeds, scored on known groups."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.command import main
from kerasclust.metrics import external_scores
from kerasclust.models import DANCE
from kerasclust.records import results

TINY = {"n_runs": 1, "cluster_dim": 2, "pretrain_epochs": 2, "epochs": 2, "n_tries": 2, "batch_size": 64}


@pytest.fixture(scope="module")
def bench(blobs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    np.savez(folder / "blobs.npz", x=blobs[0], y=blobs[1])

    def run(*arguments):
        given = ["bench", "method", str(folder / "blobs.npz"), "--out", str(folder / "rows.jsonl"), *arguments]
        return CliRunner().invoke(main, given)

    return run, folder / "rows.jsonl"


@pytest.mark.full
def test_settings_are_kept_and_the_scores_are_those_of_fit(bench, blobs):
    run, path = bench
    sets = [word for name, value in TINY.items() for word in ("--set", f"{name}={value}")]
    result = run("--seeds", "2", *sets)
    assert result.exit_code == 0, result.output
    rows = results.read(path)
    assert [row["seed"] for row in rows] == [0, 1]
    assert rows[0]["settings"].items() >= {**TINY, "n_clusters": 3, "noise_dim": 2}.items()
    model = DANCE(3, random_state=1, **TINY)
    model.fit(blobs[0], verbose=0)
    assert rows[1]["scores"] == pytest.approx(external_scores(blobs[1], model.predict_clusters(blobs[0])))
    run("--seeds", "2", *sets)
    assert len(path.read_text().splitlines()) == 2  # what is there is not run again
    assert all(json.loads(line)["method"] == "dance" for line in path.read_text().splitlines())


def test_an_unknown_setting_is_one_message(bench):
    result = bench[0]("--set", "n_run=2")
    assert result.exit_code == 2
    assert "n_run" in result.stderr
