"""A training that the system interrupts: a full disk, a read-only directory, another process in the run."""

import contextlib
import os
import resource
import subprocess

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust import load_model
from kerasclust.cli import main
from kerasclust.system.locking import alone_in

TINY = ["--method", "dec", "--clusters", "3", "--seed", "1", "--set", "units=8", "--set", "n_tries=2", "--quiet"]
SHORT = ["--pretrain-epochs", "2", "--epochs", "2"]


def run(*arguments):
    return CliRunner().invoke(main, ["fit", *map(str, arguments)])


@pytest.fixture
def data(tmp_path, blobs):
    np.savez(tmp_path / "data.npz", x=blobs[0][:90])
    return tmp_path / "data.npz"


@contextlib.contextmanager
def files_of_at_most(n_bytes):
    """What a full disk does to larger ones."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextlib.contextmanager
def full_disk(folder, kilobytes):
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", folder]).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_does_not_cost_the_model(data, tmp_path, monkeypatch):
    disk, temporary = tmp_path / "disk", tmp_path / "temporary"
    disk.mkdir()
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with full_disk(disk, 24):
        result = run(data, *TINY, *SHORT, "--out", disk / "run")
        assert list(disk.iterdir()) == []  # nothing half written
    assert result.exit_code == 2, result.output
    said = " ".join(result.stderr.split())
    for sentence in (
        "Warning: TensorBoard shows nothing from now on: its logs cannot be written (No space left on device).",
        "Warning: A backup could not be written, and training goes on without it.",
        "model.keras cannot be written (No space left on device). The trained model is in",
    ):
        assert sentence in said
    (saved,) = temporary.rglob("model.keras")
    assert load_model(saved).predict(np.zeros((2, 6))).shape == (2, 3)


def test_a_report_that_does_not_fit_costs_nothing_else(data, tmp_path):
    with files_of_at_most(200_000):
        result = run(data, *TINY, *SHORT, "--out", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "The report was not written" in result.stderr
    assert {"model.keras", "labels.csv", "saved_model"} <= {path.name for path in (tmp_path / "run").iterdir()}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_directory_is_told_before_training(data, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    result = run(data, *TINY, "--out", folder / "run")
    assert result.exit_code == 2
    assert "cannot be written to (Permission denied): choose another directory" in " ".join(result.stderr.split())


def test_a_run_that_another_process_writes_is_left_alone(data, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with alone_in(folder):
        for more in ([], ["--overwrite"]):
            result = run(data, *TINY, "--out", folder, *more)
            assert result.exit_code == 2
            assert f"Another process is writing to {folder}" in result.stderr.replace("\n", " ")
    assert list(folder.iterdir()) == []
