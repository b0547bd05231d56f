"""Exported models: where they may be written. What they serve is tested with each method."""

import os

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.models import DANCE


@pytest.fixture(scope="module")
def model():
    x = np.random.default_rng(0).normal(size=(40, 5)).astype("float32")
    model = DANCE(2, n_runs=1, pretrain_epochs=1, epochs=1, initializer="kmeans", units=(8,), random_state=0)
    model.fit(x, verbose=0)
    return model


def signatures(path):
    return set(tf.saved_model.load(os.fspath(path)).signatures)


def test_an_export_replaces_an_empty_directory_and_an_earlier_export(model, tmp_path):
    path = tmp_path / "served"
    path.mkdir()
    model.export(f"{path}/")  # as shells complete it
    (path / "variables" / "earlier").write_text("")
    model.export(path)
    assert "soft_assignment" in signatures(path)
    assert not (path / "variables" / "earlier").exists()
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


def test_a_directory_below_a_file_is_an_input_error(model, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        model.export(tmp_path / "file" / "served")


def test_an_unfitted_model_is_not_exported(tmp_path):
    with pytest.raises(InputError, match="DANCE is not fitted yet; call fit first"):
        DANCE(2).export(tmp_path / "served")
    assert not os.listdir(tmp_path)
