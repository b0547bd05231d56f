"""A training that the system interrupts.

The disk is full, the directory is read-only, or another process writes to the run.
"""

import contextlib
import errno
import os
import resource
import shlex
import shutil
import subprocess
from unittest import mock

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust import load_model
from kerasclust.cli import main
from kerasclust.models import IDEC
from kerasclust.runs import training, writing_run
from kerasclust.system.files import partial_path
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


FILLER = "filler"


def filled(function, folder):
    """Fill the disk of a folder before a call."""

    def fill(*arguments, **options):
        with contextlib.suppress(OSError), open(folder / FILLER, "wb", buffering=0) as file:
            while True:
                file.write(bytes(1024))
        return function(*arguments, **options)

    return fill


def parts(folder):
    return [path for path in folder.rglob("*") if ".partial" in path.name]


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        ("write_labels", "labels.csv"),
        pytest.param("reference_of", "reference.json", marks=pytest.mark.full),
        ("export", "saved_model"),
    ],
)
def test_a_disk_that_is_full_after_the_training_names_the_model_and_the_command(stage, missing, data, tmp_path):
    disk, owner = tmp_path / "disk", IDEC if stage == "export" else training
    disk.mkdir()
    with full_disk(disk, 4000):
        with mock.patch.object(owner, stage, filled(getattr(owner, stage), disk)):
            result = run(data, *TINY, *SHORT, "--method", "idec", "--out", disk / "run")
        assert result.exit_code == 2, result.output
        said = " ".join(result.stderr.split())
        assert f"{missing} cannot be written (No space left on device). The trained model is in {disk}/run" in said
        command = said.partition("Once it can be written, continue by: ")[2]
        assert not (disk / "run" / missing).exists()
        assert parts(disk) == []
        assert load_model(disk / "run").predict(np.zeros((2, 6))).shape == (2, 3)
        (disk / FILLER).unlink()
        rest = CliRunner().invoke(main, shlex.split(command)[1:])
        assert rest.exit_code == 0, rest.output
        assert {missing, "report.html"} <= set(os.listdir(disk / "run"))
        assert not (disk / "run" / "backup").exists()


@pytest.mark.parametrize("number", [errno.EDQUOT, errno.EROFS, errno.EIO])
def test_errors_of_the_system_after_the_training_are_told(number, data, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(training, "clustered_space", fail)
    result = run(data, *TINY, *SHORT, "--out", tmp_path / "run")
    said = " ".join(result.stderr.split())
    assert result.exit_code == 2
    assert f"cannot be written ({os.strerror(number)}). The trained model is in" in said
    assert f"continue by: kerasclust fit --resume {tmp_path}/run" in said


def test_no_place_at_all_for_the_model_is_told(data, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.mkdtemp", fail)
    monkeypatch.setattr(IDEC, "save", fail)
    result = run(data, *TINY, *SHORT, "--method", "idec", "--out", tmp_path / "run")
    said = " ".join(result.stderr.split())
    assert result.exit_code == 2
    assert "Nor can it be written elsewhere" in said
    assert f"continue by: kerasclust fit --resume {tmp_path}/run" in said
    monkeypatch.undo()
    assert run("--resume", tmp_path / "run").exit_code == 0


@pytest.mark.parametrize("stage", ["fit", "clustered_space", "write_labels"])
def test_a_directory_that_is_removed_in_the_middle_has_the_model_in_the_end(stage, data, tmp_path, monkeypatch):
    owner = IDEC if stage == "fit" else training
    function = getattr(owner, stage)

    def remove_and_go_on(*arguments, **options):
        shutil.rmtree(tmp_path / "run")
        return function(*arguments, **options)

    monkeypatch.setattr(owner, stage, remove_and_go_on)
    result = run(data, *TINY, *SHORT, "--method", "idec", "--out", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert {"model.keras", "saved_model", "labels.csv"} <= set(os.listdir(tmp_path / "run"))


def test_a_file_system_without_writing_is_told_before_training(data, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    with full_disk(disk, 100):
        (disk / "run").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for out in (disk / "new", disk / "run"):
            result = run(data, *TINY, "--out", out)
            assert result.exit_code == 2
            said = " ".join(result.stderr.split())
            assert "cannot be written to (Read-only file system): choose another directory." in said


def test_what_a_killed_process_left_half_written_goes_when_its_run_goes_on(tmp_path):
    for name in ("saved_model", "model.keras"):
        partial_path(tmp_path / name).mkdir()
    with writing_run(tmp_path, resume=True):
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_report_that_does_not_fit_costs_nothing_else(data, tmp_path):
    with files_of_at_most(350_000):
        result = run(data, *TINY, *SHORT, "--out", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "The report was not written" in result.stderr
    assert f"Write it later by: kerasclust report {tmp_path}/run" in " ".join(result.stderr.split())
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
