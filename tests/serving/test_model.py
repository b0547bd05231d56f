"""A served model answers as the model that was trained, whatever file it comes from."""

import gc

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.runs import RunDirectory
from kerasclust.serving.model import load_served_model

SIGNATURES = {
    "serving_default": {"soft_assignment", "labels", "embedding"},
    "embedding": {"embedding"},
    "labels": {"labels"},
    "soft_assignment": {"soft_assignment"},
}


@pytest.mark.parametrize("file", [".", "saved_model", "model.keras"])
def test_answers_as_the_trained_model(run, model, blobs, file):
    served = load_served_model(run.path / file, trust=file == "saved_model")
    gc.collect()  # what the functions refer to has to be kept
    assert served.sample_shape == (6,)
    assert {name: set(outputs) for name, outputs in served.signatures.items()} == SIGNATURES
    assert next(iter(served.signatures)) == "serving_default"
    x = np.concatenate([blobs[0]] * 4)  # more than a batch
    outputs = served("serving_default", x)
    np.testing.assert_allclose(outputs["soft_assignment"], model.predict(x), atol=1e-5)
    np.testing.assert_allclose(outputs["embedding"], model.encode(x), atol=1e-4)
    np.testing.assert_array_equal(outputs["labels"], model.predict_clusters(x))
    for name in ("soft_assignment", "labels", "embedding"):
        np.testing.assert_array_equal(served(name, x[:7])[name], served("serving_default", x[:7])[name])


def test_a_saved_model_is_code_and_needs_trust(run, tmp_path):
    (tmp_path / "link").symlink_to(run.file("saved_model"))
    for path in (run.file("saved_model"), tmp_path / "link"):
        with pytest.raises(InputError, match="is a SavedModel, which is code"):
            load_served_model(path)


def test_a_run_is_served_from_its_checked_model(run, tmp_path):
    """Not from its SavedModel, which anybody who hands on the run could have changed."""
    other = RunDirectory(tmp_path)
    other.file("model").symlink_to(run.file("model"))
    other.file("saved_model").mkdir()
    (other.file("saved_model") / "saved_model.pb").write_bytes(b"not read")
    assert load_served_model(tmp_path).sample_shape == (6,)
    other.file("model").unlink()
    with pytest.raises(InputError, match=r"holds no model\.keras"):
        load_served_model(tmp_path, trust=True)


@pytest.mark.parametrize(("name", "shape"), [("image", (None, 3)), ("x", (None, None))])
def test_saved_models_of_others_are_refused(tmp_path, name, shape):
    """Their input has another name, or no known shape."""
    specification = tf.TensorSpec(shape, tf.float32, name=name)
    serve = tf.function(lambda values: {"y": values}, input_signature=[specification])
    tf.saved_model.save(tf.Module(), str(tmp_path), signatures={"serving_default": serve})
    with pytest.raises(InputError, match="has other signatures than"):
        load_served_model(tmp_path, trust=True)


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"holds no model\.keras"):
        load_served_model(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"half")
    with pytest.raises(InputError, match="cannot be loaded as a SavedModel"):
        load_served_model(tmp_path, trust=True)
