"""`python -m benchmarks bench speed --part peers` compares whole runs with ClustPy's."""

import json
import os
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.command import main
from benchmarks.speed.clustpy_environment import clustpy_python
from benchmarks.speed.peers import SETTINGS, peers_table, run_peers, seconds_to, timed_run
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.records import results

SMALL = {"n_clusters": 3, "units": (8, 2), "batch_size": 30, "pretrain_epochs": 3, "epochs": 4}

# Stands in for several gigabytes: it has the names that the program for ClustPy's environment uses, and nothing else.
FAKE_TORCH = """
__version__ = "0"
class nn:
    class ReLU: pass
"""
FAKE_DEEP = """
from sklearn.cluster import KMeans
class DEC:
    def __init__(self, n_clusters, **settings):
        assert settings["neural_network"][1]["layers"] == [4, 8, 2]
        assert settings["pretrain_optimizer_params"] == {"lr": 0.001}
        assert (settings["pretrain_epochs"], settings["clustering_epochs"]) == (3, 4)
        self.kmeans = KMeans(n_clusters, n_init=3, random_state=settings["random_state"])
    def fit(self, x):
        self.labels_ = self.kmeans.fit_predict(x)
"""


@pytest.fixture(scope="module")
def groups():
    y = np.arange(90) % 3
    return np.random.default_rng(0).normal(size=(90, 4)).astype("float32") + 8.0 * np.eye(3, 4, dtype="float32")[y], y


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    files = {"torch.py": FAKE_TORCH, "clustpy/__init__.py": "", "clustpy/deep/__init__.py": FAKE_DEEP}
    files["clustpy/deep/neural_networks.py"] = "class FeedforwardAutoencoder: pass"
    for name, text in files.items():
        path = tmp_path / "modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "modules"), *sys.path]))
    return sys.executable


def test_a_clock_sees_every_epoch_of_refinement(groups):
    x, y = groups
    run = timed_run("dec", x, y, SETTINGS | SMALL | {"seed": 0})
    times, scores = zip(*run["seen"], strict=True)
    assert len(times) == 1 + SMALL["epochs"]  # before refinement, and after each epoch
    assert list(times) == sorted(times)
    assert times[-1] <= run["seconds"]
    assert scores[-1] == pytest.approx(external_scores(y, np.array(run["labels"]))["nmi"])


@pytest.mark.full
def test_both_libraries_are_measured_once_on_the_same_samples(groups, stand_in, tmp_path):
    out = tmp_path / "rows.jsonl"
    told = []
    rows = run_peers(out, ["dec"], stand_in, (0,), SETTINGS | SMALL, groups, told.append)
    libraries = [row["settings"]["library"] for row in rows]
    assert libraries == ["clustpy==0.0.3, torch==0", "kerasclust"]
    assert len(told) == 2
    peer, ours = rows
    assert peer["nmi"] == pytest.approx(1.0)
    assert ours["nmi"] == pytest.approx(ours["seen"][-1][1])
    for row in rows:
        assert row["seconds"] > 0.0
        assert row["peak_memory_mb"] > 10.0
        assert "labels" not in row
    assert run_peers(out, ["dec"], stand_in, (0,), SETTINGS | SMALL, groups, told.append) == rows
    assert results.read(out) == json.loads(json.dumps(rows))
    assert len(told) == 2


def test_the_table_says_how_long_until_the_score_of_the_peer():
    peer = {"method": "dec", "settings": {"library": "clustpy"}, "seconds": 200.0, "nmi": 0.7, "peak_memory_mb": 900.0}
    seen = [[20.0, 0.6], [50.0, 0.72], [100.0, 0.69]]
    ours = {"method": "dec", "settings": {"library": "kerasclust"}, "seconds": 100.0, "nmi": 0.69, "seen": seen}
    line = peers_table([peer, ours | {"peak_memory_mb": 800.0}]).splitlines()[1]
    assert line.split() == ["dec", "1", "200", "100", "0.50", "0.700", "0.690", "50", "0.25", "900", "800"]
    assert seconds_to(0.8, seen) is None
    ours["peak_memory_mb"] = 800.0
    assert "never" in peers_table([peer | {"nmi": 0.8}, ours])
    slower = ours | {"seconds": 140.0, "seen": [[30.0, 0.5]]}
    line = peers_table([peer, ours, peer, slower]).splitlines()[1]
    assert line.split()[1:4] == ["2", "200", "120"]
    assert "50 (1 of 2)" in line


def test_an_interpreter_without_clustpy_is_refused_first(tmp_path):
    arguments = ["bench", "speed", "--out", str(tmp_path / "rows.jsonl"), "--part", "peers"]
    result = CliRunner().invoke(main, [*arguments, "--clustpy-python", sys.executable])
    assert result.exit_code != 0
    assert "No module named 'clustpy'" in result.output


def test_methods_that_the_peer_lacks_are_refused(tmp_path):
    with pytest.raises(InputError, match="ClustPy has no method 'dance'"):
        run_peers(tmp_path / "rows.jsonl", ["dance"])


def test_an_environment_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match="--clustpy-python PATH"):
        clustpy_python(report=lambda text: None)
