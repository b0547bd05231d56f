"""Front ends by name: shapes, standardization, and life in models, pipelines and files."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends import (
    Combined,
    LogSpectrum,
    RandomConvolutions,
    RobustScaling,
    SequenceStatistics,
    Standardization,
    UnitRange,
    build_frontend,
)

NAMES = [
    "raw",
    "statistics",
    "variability",
    "multiscale",
    "spectrum",
    "convolutions",
    "statistics+spectrum+convolutions",
]
FEWEST = ["raw", "statistics+spectrum+convolutions"]  # with every layer among them, for the slow tests


@pytest.fixture(scope="module")
def x():
    random = np.random.default_rng(0)
    x = random.normal(size=(90, 64, 3)).cumsum(1) * [1.0, 50.0, 1.0] + [0.0, -90.0, 0.0]
    x[..., 2] = 4.0  # a channel that never moves
    return x


def adapted(spec, x, **options):
    frontend = build_frontend(spec, x.shape[1:], **options)
    frontend.adapt(x)
    return frontend


@pytest.mark.parametrize(
    ("spec", "shape", "output"),
    [
        ("raw", (256, 17), (None, 256, 17)),
        ("statistics", (256, 17), (None, 51)),
        ("variability", (256, 17), (None, 34)),
        ("auto", (256, 17), (None, 34)),
        ("spectrum", (256, 17), (None, 136)),
        ("spectrum", (9, 2), (None, 8)),
        ("convolutions", (256, 17), (None, 64)),
        ("statistics+spectrum", (256, 17), (None, 187)),
        ("auto", (28, 28, 1), (None, 28, 28, 1)),
        ("auto", (30,), (None, 30)),
        (SequenceStatistics(scales=(1, 2)), (8, 2), (None, 10)),
    ],
)
def test_shape_for_the_networks(spec, shape, output):
    frontend = build_frontend(spec, shape)
    assert frontend.built
    assert frontend.compute_output_shape((None, *shape)) == output
    assert frontend(keras.Input(shape)).shape == output
    names = frontend.feature_names([f"c{i}" for i in range(shape[-1])])
    assert len(set(names)) == output[-1]


def test_images_get_a_range_and_tables_a_robust_scale():
    assert type(build_frontend("auto", (8, 8, 1))) is UnitRange
    assert type(build_frontend("raw", (8,))) is RobustScaling
    assert type(build_frontend("raw", (8, 2))) is RobustScaling
    assert build_frontend("raw", (8, 2)).compress


@pytest.mark.parametrize(
    ("spec", "shape", "message"),
    [
        ("wavelets", (64, 3), "Unknown front end 'wavelets'.*'auto', 'raw'"),
        ("raw+statistics", (64, 3), "Unknown front end"),
        ("statistics", (8, 8, 1), "for sequences"),
        ("auto", (), "No front end for samples of shape"),
        ("statistics", (1, 3), "too few"),
        (Combined([SequenceStatistics()]), (8, 8, 1), "for sequences"),
    ],
)
def test_bad_specs_are_explained(spec, shape, message):
    with pytest.raises(InputError, match=message):
        build_frontend(spec, shape)


def test_parts_must_be_features():
    with pytest.raises(InputError, match="at least one part"):
        Combined([])
    with pytest.raises(InputError, match="RobustScaling returns"):
        Combined([RobustScaling()]).build((None, 8, 2))


@pytest.mark.parametrize("spec", NAMES[1:])
def test_features_are_standardized(x, spec):
    y = adapted(spec, x)(x).numpy()
    varies = y.std(0) > 0
    np.testing.assert_allclose(y.mean(0), 0, atol=0.1)
    assert np.mean(y[:, varies] ** 2) == pytest.approx(1.0, abs=0.1)
    if spec != "convolutions":
        names = build_frontend(spec, x.shape[1:]).feature_names(["c0", "c1", "still"])
        assert np.all(y[:, ["of still" in name for name in names]] == 0)


def test_variability_is_deviation_and_mean_absolute_difference_of_the_scaled_channels(x):
    frontend = adapted("variability", x)
    scaled = frontend.scaling(x).numpy().astype("float64")
    features = np.concatenate([scaled.std(1), np.abs(np.diff(scaled, axis=1)).mean(1)], axis=1)
    varies = [0, 1, 3, 4]  # the last channel never moves
    expected = np.zeros((90, 6))
    expected[:, varies] = ((features - features.mean(0))[:, varies]) / features.std(0)[varies]
    assert np.abs(expected).max() < 5  # nothing is clipped
    np.testing.assert_allclose(frontend(x), expected, atol=1e-4)
    names = [f"{kind} of {channel}" for kind in ("deviation", "difference") for channel in "abc"]
    assert frontend.feature_names("abc") == names


def test_variability_does_not_see_the_level_and_statistics_do():
    x = np.random.default_rng(0).normal(size=(90, 64, 2))
    raised = x + np.where(np.arange(90) % 2, 0.5, -0.5)[:, None, None]
    for spec, sees in (("variability", False), ("statistics", True)):
        frontend = adapted(spec, raised)
        moved = np.abs(frontend(x) - frontend(raised)).max()
        assert (moved > 1.0) == sees


def test_sequences_get_their_variability_by_default(x):
    auto, named = adapted("auto", x), adapted("variability", x)
    np.testing.assert_array_equal(auto(x), named(x))
    assert auto.feature_names("abc") == named.feature_names("abc")
    assert auto.compress == named.compress


def test_each_part_has_the_same_share_of_the_variance(x):
    y = adapted("statistics+spectrum+convolutions", x)(x).numpy().astype("float64")
    shares = [part.var(0).sum() for part in np.split(y, [9, 33], axis=1)]
    np.testing.assert_allclose(shares, np.mean(shares), rtol=0.1)


def test_principal_components_keep_their_order_of_importance(x):
    deviations = adapted("convolutions", x)(x).numpy().std(0)
    assert np.all(np.diff(deviations[:10]) < 0.01)
    assert deviations[0] > 2 * deviations[10]


def test_one_scale_for_all_features_keeps_the_ratios_of_distances():
    x = np.random.default_rng(0).normal(size=(200, 3)) * [1.0, 5.0, 0.2] + [7.0, -3.0, 0.0]
    features = adapted("shared_unit", x)(x).numpy()
    ratios = np.linalg.norm(features[1:] - features[:-1], axis=1) / np.linalg.norm(x[1:] - x[:-1], axis=1)
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-4)
    np.testing.assert_allclose(np.mean(features.var(axis=0)), 1.0, rtol=1e-4)
    with pytest.raises(InputError, match="for tables"):
        build_frontend("shared_unit", (16, 3))


def test_standardization_follows_its_definition():
    random = np.random.default_rng(1)
    x = (random.normal(size=(500, 5)) * [1, 100, 1e-9, 3, 1] + [1e4, 0, 3, 0, 0]).astype("float32")
    layer = Standardization([(3, False), (2, True)])
    layer.adapt(x)
    z = (x - x.astype("float64").mean(0)) / np.maximum(x.astype("float64").std(0), 1e-5)
    z[:, 2] = 0
    z[:, 3:] *= x[:, 3:].std(0) / np.sqrt(np.mean(x[:, 3:].var(0)))
    assert np.abs(layer(x).numpy() - z).max() < 0.02


def test_standardization_clips_softly():
    x = np.concatenate([np.random.default_rng(0).normal(size=(999, 1)), [[30.0]]])
    layer = Standardization([(1, False)])
    layer.adapt(x)
    assert 5 < float(layer(x)[-1, 0]) < 9


@pytest.mark.parametrize("spec", FEWEST)
def test_units_and_order_of_samples_do_not_matter(x, spec):
    other_units = x * [1e-3, 40.0, 7.0] + [0.01, 5.0, -1.0]
    order = np.random.default_rng(2).permutation(len(x))
    expected = distances(adapted(spec, x)(x))
    tolerance = 0.03 * expected.mean()
    np.testing.assert_allclose(distances(adapted(spec, other_units)(other_units)), expected, atol=tolerance)
    np.testing.assert_allclose(distances(adapted(spec, x[order])(x)), expected, atol=tolerance)


def distances(y):
    """Between samples: what a clustering sees, also where principal components of like strength are mixed."""
    y = y.numpy().reshape(len(y), -1)
    return np.linalg.norm(y[:, None] - y[None], axis=-1)


@pytest.mark.parametrize("spec", FEWEST)
def test_a_pipeline_is_as_good_as_an_array(x, spec):
    frontend = build_frontend(spec, x.shape[1:])
    frontend.adapt(tf.data.Dataset.from_tensor_slices(x).batch(32))
    expected = adapted(spec, x)
    for a, b in zip(frontend.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_adapting_again_forgets(x):
    frontend = adapted("statistics+spectrum", x)
    frontend.adapt(x[:40] * 3)
    for a, b in zip(frontend.get_weights(), adapted("statistics+spectrum", x[:40] * 3).get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_compress_tames_heavy_tails():
    x = np.random.default_rng(0).lognormal(0, 2.5, size=(200, 32, 1))
    plain, compressed = Combined([SequenceStatistics()]), Combined([SequenceStatistics()], compress=True)
    for frontend in (plain, compressed):
        frontend.adapt(x)
    level = np.log(x).mean((1, 2))
    likeness = [np.corrcoef(level, frontend(x).numpy()[:, 0])[0, 1] for frontend in (plain, compressed)]
    assert likeness[1] > likeness[0] + 0.02


@pytest.mark.parametrize("spec", FEWEST)
def test_works_in_pipelines_functions_and_under_mixed_precision(x, spec):
    expected = adapted(spec, x)(x).numpy()
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        frontend = adapted(spec, x)
        mapped = tf.data.Dataset.from_tensor_slices(x).batch(90).map(frontend).as_numpy_iterator()
        for y in (frontend(x), tf.function(frontend)(x), next(mapped)):
            assert y.dtype == "float32"
            np.testing.assert_allclose(y, expected, atol=2e-3)
        assert not frontend.trainable_weights
    finally:
        keras.mixed_precision.set_dtype_policy("float32")


def test_traced_before_adapt_sees_what_adapt_learns(x):
    frontend = build_frontend("statistics", x.shape[1:])
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, frontend(inputs))
    before = model.predict(x, verbose=0)
    frontend.adapt(x)
    np.testing.assert_allclose(model.predict(x, verbose=0), frontend(x), atol=1e-4)
    assert not np.allclose(before, frontend(x))


SERVE = """
import sys, numpy as np, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
np.save(sys.argv[3], model.serve(tf.constant(np.load(sys.argv[2]), tf.float32)).numpy())
assert not any(name.startswith("kerasclust") for name in sys.modules)
"""


def test_saved_and_exported_models_take_raw_input(x, tmp_path):
    parts = [SequenceStatistics((1, 4), (0.1, 0.9), activity=True), LogSpectrum(4), RandomConvolutions(40, 6, seed=5)]
    frontends = [RobustScaling(clip=3.0, compress=True), UnitRange(), Combined(parts, compress=True)]
    inputs = keras.Input(x.shape[1:])
    features = []
    for frontend in frontends:
        frontend.adapt(x)
        features.append(keras.layers.Flatten()(frontend(inputs)))
    model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Concatenate()(features)))
    expected = model.predict(x, verbose=0)

    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, atol=1e-5)
    for frontend in frontends:
        again = loaded.get_layer(frontend.name)
        assert again.is_adapted
        assert json.dumps(again.get_config()) == json.dumps(frontend.get_config())  # a file turns tuples into lists

    model.export(tmp_path / "served", verbose=False)
    np.save(tmp_path / "x.npy", x)
    command = [sys.executable, "-c", SERVE, *(str(tmp_path / name) for name in ("served", "x.npy", "y.npy"))]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), expected, atol=1e-4)
