"""Exports take missing values, series of any length and counters, with the answers of their Keras models."""

import numpy as np
import pytest

from kerasclust.data.unequal import padded
from kerasclust.deployment import FORMATS
from kerasclust.errors import InputError
from kerasclust.runs.saved import metadata
from tests.deployment.runtimes import deployed
from tests.deployment.small import images, quick, sequences, table

EVERY_FORMAT = pytest.mark.parametrize("format", FORMATS)
ODD = 5  # samples that no model can use
QUICK = ("table", "sequences", "variability")  # what `make test` checks


def without(x, share=0.2, seed=0):
    """Samples (n, ...) without a share of their values, chosen at random."""
    return np.where(np.random.default_rng(seed).random(x.shape) < share, np.nan, x).astype("float32")


def with_odd_samples(x):
    """Samples of which the first ones have infinite values, too few values or none."""
    x = x.copy()
    flat = x.reshape(len(x), -1)
    flat[0, 1], flat[1, 0], flat[2], flat[3, : flat.shape[1] // 2 + 1] = np.inf, -np.inf, np.nan, np.nan
    flat[4, 2], flat[4, 0] = np.inf, np.nan
    return x


def assert_the_same(run, model, x):
    """The export labels samples as the model does, and has no answer where the model has none."""
    found, q = run(x), model.predict(x)
    unknown = np.isnan(q).all(axis=1)
    assert unknown[:ODD].all() and not unknown[ODD:].any()
    np.testing.assert_array_equal(found["labels"], np.where(unknown, -1, q.argmax(axis=1)))
    np.testing.assert_allclose(found["soft_assignment"], q, atol=1e-4)
    np.testing.assert_allclose(found["embedding"], model.encode(x), rtol=1e-3, atol=1e-3)


KINDS = {
    "table": (table, {}),
    "sequences": (sequences, {"frontend": "variability"}),
    "raw sequences": (sequences, {"frontend": "raw"}),
    "images": (images, {}),
    "table with mask": (table, {"missing": "feature"}),
    "sequences with shares": (sequences, {"frontend": "statistics+spectrum", "missing": "feature"}),
}


@EVERY_FORMAT
@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=() if k in ("table", "sequences") else pytest.mark.full) for k in KINDS]
)
def test_missing_values(kind, format, tmp_path):
    samples, settings = KINDS[kind]
    model = quick("ae_kmeans", without(samples(90, 0)), **settings)
    x = with_odd_samples(np.concatenate([samples(ODD, 2), without(samples(200, 1), 0.1, seed=1)]))
    x[ODD:].reshape(200, -1)[:, -3:] = 1.0  # so that no sample misses too many
    assert_the_same(deployed(model, format, tmp_path), model, x)


@EVERY_FORMAT
def test_a_table_that_was_complete_in_training_has_no_cluster_for_missing_values(format, tmp_path):
    model = quick("kmeans", table(60, 0))
    x = table(20, 1)
    x[3, 2] = np.nan
    found = deployed(model, format, tmp_path)(x)
    assert found["labels"][3] == -1 and np.isnan(found["soft_assignment"][3]).all()
    complete = np.arange(20) != 3
    np.testing.assert_array_equal(found["labels"][complete], model.predict_clusters(x[complete]))


def series(n, seed, longest=20):
    lengths = np.random.default_rng(seed).integers(8, longest + 1, n)
    return [one[:length] for one, length in zip(without(sequences(n, seed), 0.1, seed), lengths, strict=True)]


FRONT_ENDS = ("variability", "statistics", "multiscale", "spectrum", "convolutions")


@EVERY_FORMAT
@pytest.mark.parametrize(
    "frontend", [pytest.param(f, marks=pytest.mark.full if f != "variability" else ()) for f in FRONT_ENDS]
)
def test_series_of_any_length(frontend, format, tmp_path):
    model = quick("ae_kmeans", series(90, 0), frontend=frontend)
    run = deployed(model, format, tmp_path)
    for longest, more in ((20, 0), (24, 0), (24, 9), (12, 1)):
        x = series(60, longest, longest)
        q = model.predict(x)
        found = run(np.pad(padded(x), ((0, 0), (0, more), (0, 0)), constant_values=np.nan))
        np.testing.assert_array_equal(found["labels"], q.argmax(axis=1))
        np.testing.assert_allclose(found["soft_assignment"], q, atol=1e-4)
    assert metadata(tmp_path / f"model{FORMATS[format]}")["sample_shape"] == [None, 3]


def counters(n, seed):
    """Whole numbers near 10^12 in two groups."""
    return 1e12 + np.random.default_rng(seed).integers(0, 40, (n, 4)) + 300.0 * (np.arange(n) % 2)[:, None]


@pytest.mark.parametrize("format", ["saved_model", "onnx"])
def test_counters_stay_apart_in_float64(format, tmp_path):
    model = quick("kmeans", counters(60, 0))
    x = counters(100, 1)
    found = deployed(model, format, tmp_path)(x)
    np.testing.assert_array_equal(found["labels"], model.predict_clusters(x))
    np.testing.assert_allclose(found["soft_assignment"], model.predict(x), atol=1e-4)


def test_litert_refuses_what_float32_cannot_hold(tmp_path):
    model = quick("kmeans", counters(60, 0))
    with pytest.raises(InputError, match="need float64, which LiteRT does not have: export a SavedModel or ONNX"):
        model.export(tmp_path / "model.tflite", "litert")
