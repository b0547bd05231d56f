"""`kerasclust fit --resume` goes on with a run whose process was killed."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from unittest import mock

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.training.record import EpochRecord

SETTINGS = ["--method", "idec", "--clusters", "3", "--seed", "1", "--pretrain-epochs", "2", "--epochs", "2"]
FEW_UNITS = ["--set", "units=8", "--set", "n_tries=2"]


def run(*arguments):
    return CliRunner().invoke(main, ["fit", *map(str, arguments)])


def labels(directory):
    with open(directory / "labels.csv", newline="") as file:
        return [row["cluster"] for row in csv.DictReader(file)]


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.npz"
    x = np.random.default_rng(0).normal(size=(90, 4)) + 5.0 * np.eye(3, 4)[np.arange(90) % 3]
    np.savez(path, x=x)
    return path


def killed(data, out):
    """A run whose process is killed, as kill -9 does, when its first phases are over."""
    many = ["--epochs", "100000", "--set", "tolerance=0"]  # it does not end by itself
    command = [sys.executable, "-m", "kerasclust", "fit", data, *SETTINGS, *FEW_UNITS, *many, "--out", out]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list((out / "backup").glob("run-*.npz")):
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_killed_run_goes_on(data, tmp_path, monkeypatch):
    out = tmp_path / "run"
    killed(data, out)
    assert not (out / "model.keras").exists()
    refused = run(data, *SETTINGS, "--out", out)
    assert refused.exit_code == 2
    assert "is not empty" in refused.output
    assert "--resume" in refused.output
    # what it was asked for, but with an end
    command = (out / "command.json").read_text()
    (out / "command.json").write_text(command.replace("100000", "2"))
    refused = run("--resume", out)
    assert refused.exit_code == 2
    assert "backup of another training, with other settings" in refused.output
    training = (out / "backup" / "training.json").read_text()
    (out / "backup" / "training.json").write_text(training.replace("100000", "2"))
    resumed = run("--resume", out)
    assert resumed.exit_code == 0, resumed.output
    assert "Report:" in resumed.output
    assert not (out / "backup").exists()
    whole = run(data, *SETTINGS, *FEW_UNITS, "--set", "tolerance=0", "--out", tmp_path / "whole")
    assert whole.exit_code == 0, whole.output
    assert labels(out) == labels(tmp_path / "whole")
    again = run("--resume", out)
    assert again.exit_code == 2
    assert "is complete: there is nothing to go on with" in again.output


def test_a_run_of_other_versions_is_told_and_starts_anew_without_its_backup(data, tmp_path):
    out = tmp_path / "run"
    with mock.patch.object(EpochRecord, "on_epoch_end", side_effect=[None, None, KeyboardInterrupt]):
        assert run(data, *SETTINGS, *FEW_UNITS, "--out", out).exit_code == 130
    assert (out / "model.keras").exists()
    path = out / "backup" / "training.json"
    path.write_text(path.read_text().replace(version("keras"), "3.0.0"))
    refused = run("--resume", out)
    assert refused.exit_code == 2
    said = " ".join(refused.output.split())
    assert f"keras 3.0.0 (now {version('keras')})" in said
    assert "To start it anew, delete the folder." in said
    shutil.rmtree(out / "backup")
    assert run("--resume", out).exit_code == 0
    assert "is complete" in run("--resume", out).output


def test_a_resume_that_fails_leaves_everything(data, tmp_path):
    out = tmp_path / "run"
    killed(data, out)
    (out / "notes.txt").write_text("mine")
    for path in (out / "backup").glob("run-*.npz"):  # as if it had been killed in the first phase
        path.unlink()
    data.rename(tmp_path / "elsewhere.npz")
    result = run("--resume", out)
    assert result.exit_code != 0
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "command.json").exists()


def test_nothing_is_asked_for_beside_resume(data, tmp_path):
    (tmp_path / "run").mkdir()
    result = run(data, "--resume", tmp_path / "run", "--clusters", 4, "--seed", 2)
    assert result.exit_code == 2
    assert "leave out data, --clusters, --seed" in result.output


def test_a_directory_without_a_run_is_refused(tmp_path):
    result = run("--resume", tmp_path)
    assert result.exit_code == 2
    assert "holds no run" in result.output


def test_data_is_needed():
    result = run("--clusters", 3)
    assert result.exit_code == 2
    assert "Missing argument 'DATA'" in result.output.replace("[DATA]", "DATA")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"data": "x.npy", "out": "/etc"}, "no parameter out"),
        ({"data": "x.npy", "shell": "id"}, "no parameter shell"),
        ({"data": None}, "does not say which data"),
        ({"data": "x.npy", "n_clusters": [3]}, "is not what `kerasclust fit` wrote"),
        ({"data": "x.npy", "epochs": -1}, "-1 is not in the range"),
        ({"data": "x.npy", "window": 1e999}, "is not what `kerasclust fit` wrote"),
    ],
)
def test_a_recorded_command_is_checked_as_a_given_one(command, reason, tmp_path):
    (tmp_path / "command.json").write_text(json.dumps(command))
    result = CliRunner().invoke(main, ["fit", "--resume", str(tmp_path)])
    assert result.exit_code == 2
    assert reason in " ".join(result.output.split())
