"""Every format gives what the Keras model gives, for raw samples in batches of any size."""

import numpy as np
import pytest

from kerasclust.deployment import FORMATS
from kerasclust.errors import InputError
from kerasclust.models.catalog import methods
from tests.deployment.runtimes import deployed, differences, loaded
from tests.deployment.small import images, quick, sequences, table

EVERY_FORMAT = pytest.mark.parametrize("format", FORMATS)
OTHER_FORMATS = pytest.mark.parametrize("format", ["litert", "onnx"])
OF_SEQUENCES = ["variability", "statistics", "multiscale", "spectrum", "convolutions", "spectrum+statistics", "raw"]
NETWORKS = {
    "dense": ("idec", table, {"network": "dense"}),
    "dec": ("idec", table, {"network": "dec", "units": None}),
    "conv1d": ("idec", sequences, {"network": "conv1d", "frontend": "raw"}),
    "conv2d": ("idec", images, {"network": "conv2d"}),
    "conv2d, no decoder": ("iic", images, {"network": "conv2d"}),
}


def assert_the_same_labels(run, model, x):
    """The labels of all samples, but for at most one in a thousand whose two largest assignments tie."""
    wrong, ties, error = differences(run, model, x)
    assert wrong == 0
    assert ties <= len(x) / 1000
    assert error < 1e-5


@pytest.mark.full
@EVERY_FORMAT
def test_labels_of_ten_thousand_rows_of_a_table(format, model, tmp_path):
    assert_the_same_labels(deployed(model, format, tmp_path), model, table(10_000, 1))


@EVERY_FORMAT
def test_labels_of_ten_thousand_sequences(format, model_of_sequences, exports):
    x = sequences(10_000, 1)
    x[5, 3, 1], x[9, 0, 0] = 2.0**31, 1e9  # a missing value and a stray one
    assert_the_same_labels(loaded(format, exports[format]), model_of_sequences, x)


@OTHER_FORMATS
def test_half_precision_is_refused_where_labels_would_differ(format, tmp_path):
    model = quick("kmeans", table(30, 0))
    model.dtype_policy = "mixed_bfloat16"
    with pytest.raises(InputError, match=r'compute in bfloat16, which only a SavedModel reproduces.*dtype="float32"'):
        deployed(model, format, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.full
@EVERY_FORMAT
@pytest.mark.parametrize("method", methods())
def test_every_method(format, method, tmp_path):
    model = quick(method, table(90, 0))
    assert_the_same_labels(deployed(model, format, tmp_path), model, table(2000, 1))


@pytest.mark.full
@EVERY_FORMAT
@pytest.mark.parametrize("frontend", OF_SEQUENCES)
def test_every_front_end(format, frontend, tmp_path):
    model = quick("ae_kmeans", sequences(90, 0), frontend=frontend)
    assert_the_same_labels(deployed(model, format, tmp_path), model, sequences(2000, 1))


@pytest.mark.full
@EVERY_FORMAT
@pytest.mark.parametrize("network", NETWORKS)
def test_every_network(format, network, tmp_path):
    method, samples, settings = NETWORKS[network]
    model = quick(method, samples(90, 0), **settings)
    assert_the_same_labels(deployed(model, format, tmp_path), model, samples(2000, 1))


@pytest.mark.full
@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_in_a_saved_model(dtype, tmp_path):
    model = quick("idec", table(90, 0), dtype=dtype)
    run = deployed(model, "saved_model", tmp_path)
    x = table(300, 1)
    np.testing.assert_allclose(run(x)["soft_assignment"], model.predict(x), atol=1e-2)
