"""Environments that Keras reads: its backend, the order of axes and the type of floats."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

BLOBS = """
import numpy as np
x = np.random.default_rng(1).normal(size=(50, 3))
x[::2] += 8
"""


def python(code, **environment):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


@pytest.mark.parametrize("backend", ["jax", "nonsense"])
def test_keras_runs_on_tensorflow_whatever_the_environment_says(backend, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": backend}))
    code = "import kerasclust.losses, keras; print(keras.backend.backend())"
    for environment in ({"KERAS_BACKEND": backend}, {"KERAS_HOME": str(tmp_path)}):
        done = python(code, **environment)
        assert (done.returncode, done.stdout) == (0, "tensorflow\n"), done.stderr


def test_keras_that_already_runs_on_something_else_is_refused_in_words():
    code = (
        "import sys, types\n"
        "keras = sys.modules['keras'] = types.ModuleType('keras')\n"
        "keras.config = types.SimpleNamespace(backend=lambda: 'torch')\n"
        "import kerasclust"
    )
    done = python(code)
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert said.startswith("ImportError: ") and "runs on torch: set KERAS_BACKEND=tensorflow" in said


@pytest.mark.parametrize("shape", [(24, 14, 3), (24, 12, 10, 1)])
def test_channels_come_last_also_where_keras_puts_them_first(shape, tmp_path):
    code = f"""
import numpy as np, keras
keras.config.set_image_data_format("channels_first")
from kerasclust.models import DEC
x = np.random.default_rng(0).normal(size={shape}).astype("float32") + 6.0 * np.eye({shape[-1]})[0]
x[::2] -= 9
model = DEC(2, frontend="raw", augmentation={"'auto'"}, pretrain_epochs=1, epochs=1, random_state=0)
model.fit(x, verbose=0)
first = model.predict(x)
keras.config.set_image_data_format("channels_last")
model.save({str(tmp_path / "model.keras")!r})
from kerasclust import load_model
np.testing.assert_allclose(load_model({str(tmp_path / "model.keras")!r}).predict(x), first, atol=1e-5)
again = DEC(2, frontend="raw", augmentation="auto", pretrain_epochs=1, epochs=1, random_state=0)
again.fit(x, verbose=0)
np.testing.assert_allclose(again.predict(x), first, atol=1e-5)
"""
    done = python(code)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("method", ["IMSAT", "KMeans"])
def test_a_model_of_float32_is_read_where_floats_are_float64(method, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"floatx": "float64", "backend": "tensorflow"}))
    path = str(tmp_path / "model.keras")
    fit = f"""{BLOBS}
from kerasclust.models import {method}
model = {method}(2, random_state=0{", epochs=2" if method == "IMSAT" else ""})
model.fit(x, verbose=0)
model.save({path!r})
np.save({path!r} + ".npy", model.predict(x))
"""
    read = f"""{BLOBS}
import keras, kerasclust
assert keras.config.floatx() == "float64"
np.testing.assert_allclose(kerasclust.load_model({path!r}).predict(x), np.load({path!r} + ".npy"), atol=1e-5)
"""
    assert (done := python(fit)).returncode == 0, done.stderr[-2000:]
    assert (done := python(read, KERAS_HOME=str(tmp_path))).returncode == 0, done.stderr[-2000:]
    assert np.isfinite(np.load(f"{path}.npy")).all()
