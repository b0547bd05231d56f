"""What exports say of themselves, and what is made of that."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner

from kerasclust import __version__
from kerasclust.cli import main
from kerasclust.deployment import FORMATS
from kerasclust.errors import InputError
from kerasclust.runs.saved import metadata
from tests.deployment.small import CHANNELS, quick, sequences, table


@pytest.mark.parametrize("format", [*FORMATS, "keras"])
def test_it_says_what_the_model_was_made_by_and_from(exports, format):
    found = metadata(exports[format])
    samples = {"count": 90, "sha256": hashlib.sha256(sequences(90, 0)).hexdigest(), "channel_names": list(CHANNELS)}
    samples |= {"categories": {}, "reading": None}
    assert found["training_samples"] == samples
    assert (found["method"], found["n_clusters"], found["sample_shape"]) == ("ae_kmeans", 3, [24, 3])
    assert found["settings"]["frontend"] == "variability+spectrum"
    assert found["versions"]["kerasclust"] == __version__
    assert {"keras", "tensorflow"} < set(found["versions"])
    assert (found["exported"] is None) == (format == "keras")


def test_other_programs_find_it_where_each_format_has_it(exports):
    found = metadata(exports["saved_model"])
    assert json.loads((exports["saved_model"] / "assets.extra" / "kerasclust.json").read_text()) == found
    properties = onnxruntime.InferenceSession(exports["onnx"]).get_modelmeta().custom_metadata_map
    assert json.loads(properties["kerasclust"]) == metadata(exports["onnx"])


def test_the_number_of_clusters_is_that_which_was_found(tmp_path):
    model = quick("ae_hdbscan", table(60, 0) + 30.0 * (np.arange(60) % 2)[:, None])
    model.export(tmp_path / "served")
    assert metadata(tmp_path / "served")["n_clusters"] == model.n_clusters_ == 2 < model.n_clusters


def test_a_second_fit_is_what_it_says(tmp_path):
    model = quick("kmeans", table(30, 0))
    model.fit(table(50, 1), verbose=0)
    assert model.training_samples.count == 50
    assert model.training_samples.sha256 == hashlib.sha256(table(50, 1)).hexdigest()


def test_exports_of_other_programs_say_nothing_and_damaged_ones_are_told(model, tmp_path):
    model.export(tmp_path / "served")
    path = tmp_path / "served" / "assets.extra" / "kerasclust.json"
    path.write_text("{")
    with pytest.raises(InputError, match=r"metadata of .*served cannot be read"):
        metadata(tmp_path / "served")
    path.unlink()
    assert metadata(tmp_path / "served") is None
    with pytest.raises(InputError, match="There is no model"):
        metadata(tmp_path / "none.onnx")


@pytest.mark.parametrize("format", ["saved_model", "keras"])
def test_predict_refuses_other_channels_where_there_is_no_run(exports, format, tmp_path):
    for names, status in ((CHANNELS, 0), (CHANNELS[::-1], 2)):
        np.savez(tmp_path / "new.npz", x=sequences(5, 1), channel_names=names)
        command = ["predict", exports[format], tmp_path / "new.npz", "--out", tmp_path / "labels.csv", "--trust"]
        result = CliRunner().invoke(main, [str(part) for part in command])
        assert result.exit_code == status, result.output
    assert "trained on the channels rsrp, volume, delay" in " ".join(result.stderr.split())


def test_the_exports_of_the_repository_say_so_too():
    folders = [path for path in (Path(__file__).parents[2] / "saved_models").iterdir() if path.is_dir()]
    assert folders and all(metadata(folder)["training_samples"]["count"] > 0 for folder in folders)


@pytest.mark.parametrize("format", ["litert", "onnx"])
@pytest.mark.parametrize("damage", [lambda content: b"\x08" + content[1:300], lambda content: b"no model at all"])
def test_a_damaged_file_is_told(exports, format, damage, tmp_path):
    path = tmp_path / f"damaged{FORMATS[format]}"
    path.write_bytes(damage(exports[format].read_bytes()))
    with pytest.raises(InputError, match=r"metadata of .* cannot be read"):
        metadata(path)
