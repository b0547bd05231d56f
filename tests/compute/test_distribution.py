"""Several replicas find what one finds with the same batches."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.compute.distribution import divisible, gathered, n_replicas, own_rows
from kerasclust.compute.draws import drawn
from kerasclust.compute.workers import check_workers, from_chief, n_workers, over_workers, strategy_over, worker
from kerasclust.errors import InputError
from kerasclust.metrics import clustering_accuracy
from tests.compute.fit_distributed import fitted

SCRIPT = Path(__file__).with_name("fit_distributed.py")
SHORT = {"pretrain_epochs": 4, "epochs": 4, "batch_size": 64, "units": (16,), "n_tries": 3, "random_state": 0}
MODELS = (
    ("dance", SHORT | {"n_runs": 1}),  # with RIM
    ("dec", SHORT),
    ("acedec", SHORT),
)
DISCRIMINATIVE = {name: SHORT[name] for name in ("epochs", "batch_size", "units", "random_state")}
WITHOUT_REFINEMENT = {name: value for name, value in SHORT.items() if name != "epochs"}
FURTHER = (
    ("cdc", SHORT),
    ("dcn", SHORT),
    ("vade", SHORT),
    ("depict", SHORT | {"dropout": 0.0}),  # each replica drops others
    ("acai", WITHOUT_REFINEMENT),
    ("imsat", DISCRIMINATIVE),
    ("clustergan", DISCRIMINATIVE),
)


def start(out, models, *cluster, backup=None):
    """A process that fits models, see `fit_distributed`."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment |= {} if backup is None else {"BACKUP": str(backup)}
    command = [sys.executable, SCRIPT, out, json.dumps(models), *map(str, cluster)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def end(process):
    """Wait for a process, and say what it said if it failed."""
    _, said = process.communicate(timeout=500)
    assert process.returncode == 0, said


def addresses():
    """Two addresses on this machine that nothing listens on."""
    with socket.socket() as first, socket.socket() as second:
        for one in (first, second):
            one.bind(("localhost", 0))
        return ",".join(f"localhost:{one.getsockname()[1]}" for one in (first, second))


@pytest.fixture(scope="module")
def alone():
    """What a single process finds."""
    return [fitted(*model) for model in MODELS]


def assert_the_same(found, alone):
    for number, (q, losses) in enumerate(alone):
        np.testing.assert_allclose(found[f"loss{number}"], losses, rtol=0.01)
        np.testing.assert_allclose(found[f"q{number}"], q, atol=0.02)
        assert np.mean(found[f"q{number}"].argmax(axis=1) == q.argmax(axis=1)) > 0.98


def test_two_devices_find_what_one_finds(alone, tmp_path):
    end(start(tmp_path / "mirrored.npz", MODELS))
    assert_the_same(np.load(tmp_path / "mirrored.npz"), alone)


@pytest.mark.full
def test_two_devices_find_what_one_finds_with_further_methods(tmp_path):
    end(start(tmp_path / "mirrored.npz", FURTHER))
    assert_the_same(np.load(tmp_path / "mirrored.npz"), [fitted(*model) for model in FURTHER])


@pytest.mark.full
@pytest.mark.parametrize(("method", "epochs"), [("iic", 80), ("dccs", 200)])
def test_two_devices_find_the_groups_by_views_of_the_samples(method, epochs, tmp_path):
    settings = DISCRIMINATIVE | {"epochs": epochs, "learning_rate": 3e-3}
    end(start(tmp_path / "mirrored.npz", [(method, settings)]))  # each replica draws views of its own
    labels = np.load(tmp_path / "mirrored.npz")["q0"].argmax(axis=1)
    assert clustering_accuracy(np.arange(300) % 3, labels) > 0.95


@pytest.mark.full
def test_two_workers_find_what_one_finds(alone, tmp_path):
    workers = addresses()
    processes = [start(tmp_path / f"{number}.npz", MODELS, workers, number) for number in range(2)]
    for process in processes:
        end(process)
    for number in range(2):
        assert_the_same(np.load(tmp_path / f"{number}.npz"), alone)


@pytest.mark.full
def test_when_a_worker_dies_the_others_say_so_and_all_of_them_go_on_later(alone, tmp_path):
    def start_both(models):
        workers = addresses()
        return [start(tmp_path / f"{n}.npz", models, workers, n, backup=tmp_path / "backup") for n in range(2)]

    endless = SHORT | {"epochs": 1_000_000, "tolerance": 0.0}
    chief, other = start_both([("dec", endless)])
    while not list(tmp_path.glob("backup/run-0-*.npz")):
        assert chief.poll() is None
        time.sleep(0.1)
    other.kill()
    _, said = chief.communicate(timeout=120)
    assert chief.returncode == 1
    assert "WorkerLost: A worker is gone, so that the other 1 cannot go on" in said
    ended = dict(MODELS)["dec"] | {"tolerance": 0.0}
    training = (tmp_path / "backup" / "training.json").read_text()
    (tmp_path / "backup" / "training.json").write_text(training.replace("1000000", str(ended["epochs"])))
    for process in start_both([("dec", ended)]):
        end(process)
    for number in range(2):
        assert_the_same(np.load(tmp_path / f"{number}.npz"), [alone[1]])


@pytest.mark.parametrize(("kind", "index", "number"), [("chief", 0, 0), ("worker", 0, 1), ("worker", 1, 2)])
def test_a_chief_of_its_own_kind_is_the_first_worker(kind, index, number, monkeypatch):
    cluster = tf.train.ClusterSpec({"chief": ["a:1"], "worker": ["b:1", "c:1"]})
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(cluster, task_type=kind, task_id=index)
    monkeypatch.setattr(
        "kerasclust.compute.workers.tf.distribute.get_strategy", lambda: SimpleNamespace(cluster_resolver=resolver)
    )
    assert (n_workers(), worker()) == (3, number)


def test_alone_there_is_nothing_to_exchange():
    x = np.arange(6.0).reshape(3, 2)
    assert (n_replicas(), n_workers(), divisible(7)) == (1, 1, 7)
    assert gathered(x) is x
    assert own_rows(x, 3) is x
    assert from_chief([x])[0] is x
    assert drawn(lambda n: [n], 4) == [4]
    assert over_workers(lambda rows: 2 * rows, x).tolist() == (2 * x).tolist()


@pytest.mark.parametrize(
    ("workers", "number", "message"),
    [
        ("a:1,b", 0, "'b' is no address; give host:port"),
        ("a:1,a:1", 0, "at least two different"),
        ("a:1", 0, "at least two different"),
        ("a:1,b:1", None, "number of this worker is missing"),
        ("a:1,b:1", 2, "there are 2 workers, 0 to 1"),
    ],
)
def test_wrong_workers_are_refused_before_anything_is_set(workers, number, message, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(InputError, match=message):
        strategy_over(workers, number)
    assert "TF_CONFIG" not in os.environ


def test_addresses_may_have_spaces():
    assert check_workers("a:1, b:2", 1) == ["a:1", "b:2"]
