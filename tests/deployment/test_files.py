"""Exports that are one file: where they may be written, and what cannot be converted."""

import os
import re
import sys

import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends import FrontEnd
from kerasclust.models import DANCE
from kerasclust.runs.saved import metadata
from tests.deployment.small import quick, table

FILES = pytest.mark.parametrize(("format", "ending"), [("litert", ".tflite"), ("onnx", ".onnx")])


class Uncommon(FrontEnd):
    """Computes what only TensorFlow does."""

    learns = False

    def transform(self, x):
        return tf.math.igamma(tf.ones_like(x), tf.abs(x))

    def compute_output_shape(self, input_shape):
        return input_shape


@pytest.fixture(scope="module")
def uncommon():
    return quick("kmeans", table(30, 0), frontend=Uncommon())


def test_an_unknown_format_is_told_with_those_that_there_are(model, tmp_path):
    with pytest.raises(InputError, match=r"format='tflite': expected one of saved_model, litert, onnx"):
        model.export(tmp_path / "model.tflite", format="tflite")


@FILES
def test_bad_paths_are_told_and_nothing_is_written(model, tmp_path, format, ending):
    (tmp_path / f"folder{ending}").mkdir()
    (tmp_path / f"thesis{ending}").write_bytes(b"years of work")
    (tmp_path / f"empty{ending}").write_bytes(b"")
    (tmp_path / "file").write_text("")
    before = sorted(os.listdir(tmp_path))
    for name, message in {
        "model.pb": rf"model\.pb has to end in \{ending}",
        f"folder{ending}": "is a directory, and this format is a file",
        f"thesis{ending}": "was not written by kerasclust: only an earlier export is replaced",
        f"empty{ending}": "was not written by kerasclust: only an earlier export is replaced",
        f"file/model{ending}": "cannot be written",
    }.items():
        with pytest.raises(InputError, match=message):
            model.export(tmp_path / name, format)
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / f"thesis{ending}").read_bytes() == b"years of work"


@FILES
def test_an_unfitted_model_is_not_exported(tmp_path, format, ending):
    with pytest.raises(InputError, match="DANCE is not fitted yet; call fit first"):
        DANCE(2).export(tmp_path / f"model{ending}", format)
    assert not os.listdir(tmp_path)


@FILES
def test_an_earlier_export_is_replaced_and_kept_where_the_new_one_fails(exports, uncommon, tmp_path, format, ending):
    path = tmp_path / f"model{ending}"
    earlier = exports[format].read_bytes()
    path.write_bytes(earlier)
    with pytest.raises(InputError, match=r"cannot be written as .*Igamma.*: export a SavedModel, or use other layers"):
        uncommon.export(path, format)
    assert path.read_bytes() == earlier
    quick("kmeans", table(30, 0)).export(path, format)
    assert metadata(path)["method"] == "kmeans"
    assert os.listdir(tmp_path) == [path.name]


def test_onnx_needs_its_packages_before_anything_is_done(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(InputError, match=re.escape('tf2onnx, which is not installed: pip install "kerasclust[onnx]"')):
        model.export(tmp_path / "model.onnx", "onnx")
    assert not os.listdir(tmp_path)
