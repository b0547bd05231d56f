"""Methods train in mixed precision, and a model keeps its precision."""

import keras
import numpy as np
import pytest

from kerasclust import load_model
from kerasclust.compute.precision import precision
from kerasclust.errors import InputError
from kerasclust.models import DEC, RIM
from kerasclust.models.catalog import methods, settings_of

# Those that `make test` checks. DANCE and DCCS take minutes, because no CPU multiplies float16.
FAMILIES = ("acedec", "ae_kmeans", "imsat")
TRAINED = [
    name if name in FAMILIES else pytest.param(name, marks=pytest.mark.full)
    for name, method in methods().items()
    if "dtype" in settings_of(method)
]
SHORT = {"units": (32,), "latent_dim": 4, "batch_size": 64, "pretrain_epochs": 100, "epochs": 20, "n_runs": 1}
FURTHER = {  # what finds the groups of `blobs` without pretraining
    "iic": {"epochs": 80},
    "imsat": {"epochs": 40},
    "clustergan": {"epochs": 500, "noise_dim": 4},
    "dccs": {"epochs": 150, "latent_dim": 16, "style_dim": 4},
}


def model_of(name, **settings):
    known = settings_of(methods()[name])
    settings = SHORT | {"random_state": 1} | FURTHER.get(name, {}) | settings
    given = {key: value for key, value in settings.items() if key in known}
    return methods()[name](*(() if name == "ae_hdbscan" else (3,)), **given)


@pytest.mark.parametrize("name", TRAINED)
def test_half_precision_finds_the_groups_and_survives_a_file(name, blobs, tmp_path):
    x, y = blobs
    model = model_of(name, dtype="mixed_float16", learning_rate=3e-3)
    history = model.fit(x, verbose=0).history
    assert keras.config.dtype_policy().name == "float32"
    assert all(np.isfinite(history[loss]).any() for loss in model.trackers)
    computing = {layer.compute_dtype for layer in model.encoder.layers if layer.weights}
    assert computing == {"float16", "float32"}  # the latent space is float32
    optimizers = model.optimizers
    assert all(isinstance(o, keras.optimizers.LossScaleOptimizer) for o in optimizers if o is not None)
    q = model.predict(x)
    assert q.dtype == np.float32
    assert model.evaluate(x, y)["nmi"] > 0.9
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    assert loaded.settings == model.settings
    np.testing.assert_allclose(loaded.predict(x), q, atol=1e-6)


@pytest.mark.parametrize("name", ["dec", "dance"])
def test_bfloat16_finds_the_groups(name, blobs):
    with precision("mixed_bfloat16"):
        model = model_of(name, learning_rate=3e-3)
    model.fit(blobs[0], verbose=0)
    assert model.settings["dtype"] == "mixed_bfloat16"
    assert not isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert model.evaluate(*blobs)["nmi"] > 0.9


@pytest.mark.parametrize("given", ["float64", "float16", "half", 16])
def test_a_precision_that_no_method_trains_in_is_refused(given):
    with pytest.raises(InputError, match=f"dtype={given!r}: expected one of float32, mixed_bfloat16, mixed_float16"):
        DEC(3, dtype=given)


def test_a_policy_may_be_given_as_keras_has_it():
    assert DEC(3, dtype=keras.DTypePolicy("mixed_bfloat16")).settings["dtype"] == "mixed_bfloat16"


def test_a_method_without_networks_has_no_precision():
    with pytest.raises(InputError, match="RIM has no setting 'dtype'"):
        RIM(3, dtype="mixed_float16")
