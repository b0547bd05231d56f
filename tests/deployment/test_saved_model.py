"""SavedModels: where they may be written, and what TensorFlow's own command says of them."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.models import DANCE
from kerasclust.system.quiet import LEVEL
from tests.deployment.small import table

EARLIER = "variables.data-00001-of-00002"  # of an export in two parts


def saved_model_cli(*arguments):
    """What the command says, run as a process of its own."""
    command = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def signatures(path):
    return set(tf.saved_model.load(os.fspath(path)).signatures)


def test_an_export_replaces_an_empty_directory_and_an_earlier_export(model, tmp_path):
    path = tmp_path / "served"
    path.mkdir()
    model.export(f"{path}/")  # as shells complete it
    (path / "variables" / EARLIER).write_text("")
    model.export(path)
    assert "soft_assignment" in signatures(path)
    assert not (path / "variables" / EARLIER).exists()
    assert os.listdir(tmp_path) == ["served"]


def test_directories_are_made_and_links_followed(model, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    model.export(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert "labels" in signatures(tmp_path / "disk")
    model.export(tmp_path / "new" / "served")
    assert os.listdir(tmp_path / "new") == ["served"]


def test_what_no_export_wrote_is_kept(model, tmp_path, monkeypatch):
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.tex").write_text("years of work")
    (tmp_path / "served.partial").mkdir()
    (tmp_path / "served.partial" / "chapter.tex").write_text("years of work")
    monkeypatch.chdir(thesis)
    for path in (thesis, "."):
        with pytest.raises(InputError, match=r"thesis holds chapter\.tex, but no saved_model\.pb"):
            model.export(path)
    with pytest.raises(InputError, match=r"chapter\.tex is a file"):
        model.export("chapter.tex")
    model.export(tmp_path / "served")
    assert os.listdir(thesis) == os.listdir(tmp_path / "served.partial") == ["chapter.tex"]


@pytest.mark.parametrize("name", ["notes.txt", "assets/notes.txt", "variables/notes.txt", "notes/"])
def test_an_export_with_other_files_in_it_is_kept(model, tmp_path, name):
    path = tmp_path / "served"
    (path / name).parent.mkdir(parents=True)
    (path / "saved_model.pb").write_text("earlier")
    (path / name).mkdir() if name.endswith("/") else (path / name).write_text("mine")
    with pytest.raises(InputError, match=rf"served holds {name.strip('/')}, which no export wrote"):
        model.export(path)
    assert (path / name).exists()
    assert (path / "saved_model.pb").read_text() == "earlier"


@pytest.mark.parametrize("failing", ["save", "replace"])
def test_a_failure_leaves_the_earlier_export(model, tmp_path, monkeypatch, failing):
    path = tmp_path / "served"
    path.mkdir()
    (path / "saved_model.pb").write_text("earlier")

    def fail(*arguments, **options):
        raise tf.errors.ResourceExhaustedError(None, None, "No space left")

    def fail_with_the_new_one(source, target, replace=os.replace):
        if "variables" in os.listdir(source):
            raise OSError(28, "No space left")
        replace(source, target)

    if failing == "save":
        monkeypatch.setattr("tensorflow.saved_model.save", fail)
    else:
        monkeypatch.setattr("os.replace", fail_with_the_new_one)
    with pytest.raises(InputError, match=r"served cannot be written \(No space left\)"):
        model.export(path)
    assert (path / "saved_model.pb").read_text() == "earlier"
    assert os.listdir(tmp_path) == ["served"]


def test_an_interruption_leaves_the_earlier_or_the_new_export(model, tmp_path, monkeypatch):
    path, move, write = tmp_path / "served", os.replace, tf.saved_model.save
    model.export(path)

    def interrupted_move(source, target):
        signal.raise_signal(signal.SIGINT)
        move(source, target)

    def interrupted_write(*arguments, **options):
        write(*arguments, **options)
        signal.raise_signal(signal.SIGINT)

    earlier = path / "variables" / EARLIER
    earlier.write_text("")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("tensorflow.saved_model.save", interrupted_write)
        model.export(path)
    assert earlier.exists()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("os.replace", interrupted_move)
        model.export(path)
    assert not earlier.exists()
    assert "labels" in signatures(path)
    assert os.listdir(tmp_path) == ["served"]


@pytest.mark.full
def test_sigterm_at_any_moment_of_the_command_leaves_nothing_half_written(model, tmp_path):
    model.save(tmp_path / "model.keras")
    command = [sys.executable, "-m", "kerasclust", "export", tmp_path / "model.keras", "--out", tmp_path / "served"]
    environment = {name: value for name, value in os.environ.items() if name != LEVEL}
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    seconds = time.monotonic() - started
    for share in np.linspace(0.5, 0.95, 10):  # before, Python starts
        shutil.rmtree(tmp_path / "served", ignore_errors=True)
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(share * seconds)
            process.terminate()
            _, errors = process.communicate()
        assert process.returncode in (0, 143, -signal.SIGTERM)  # over, ended by the command, ended by the system
        assert errors.strip() in ("", "Interrupted.")
        assert sorted(os.listdir(tmp_path)) in (["model.keras"], ["model.keras", "served"])
        if (tmp_path / "served").exists():
            assert "labels" in signatures(tmp_path / "served")


def test_a_directory_below_a_file_is_an_input_error(model, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        model.export(tmp_path / "file" / "served")


def test_an_unfitted_model_is_not_exported(tmp_path):
    with pytest.raises(InputError, match="DANCE is not fitted yet; call fit first"):
        DANCE(2).export(tmp_path / "served")
    assert not os.listdir(tmp_path)


def test_the_command_of_tensorflow_shows_and_runs_it(model, tmp_path):
    model.export(tmp_path / "served")
    shown = saved_model_cli("show", "--dir", tmp_path / "served", "--all")
    for name in ("serving_default", "soft_assignment", "labels", "embedding"):
        assert f"signature_def['{name}']" in shown
    assert shown.count("shape: (-1, 5)") == 4  # raw samples, in batches of any size
    for n in (1, 33):
        np.save(tmp_path / "x.npy", table(n, 1))
        given = ("--tag_set", "serve", "--signature_def", "serving_default", "--inputs", f"x={tmp_path / 'x.npy'}")
        saved_model_cli("run", "--dir", tmp_path / "served", *given, "--outdir", tmp_path, "--overwrite")
        found = {name: np.load(tmp_path / f"{name}.npy") for name in ("soft_assignment", "labels", "embedding")}
        np.testing.assert_allclose(found["soft_assignment"], model.predict(table(n, 1)), atol=1e-6)
        np.testing.assert_allclose(found["embedding"], model.encode(table(n, 1)), atol=1e-5)
        np.testing.assert_array_equal(found["labels"], model.predict_clusters(table(n, 1)))
