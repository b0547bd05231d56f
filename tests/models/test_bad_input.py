"""Bad input gets one clear message before training, or works correctly."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.models import DANCE
from kerasclust.models.catalog import methods

METHODS = methods()
EVERY_METHOD = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
QUICK = {"n_runs": 1, "pretrain_epochs": 1, "epochs": 1, "n_tries": 2, "units": (8,), "random_state": 0}


def samples(n=40, shape=(5,), seed=0):
    return np.random.default_rng(seed).normal(size=(n, *shape)).astype("float32")


def with_value(value, shape=(40, 5)):
    """Samples of which number 12 has a value in channel 3 of its first step."""
    x = samples(shape[0], shape[1:])
    x.reshape(shape[0], -1)[12, 3] = value
    return x


def fit(x, n_clusters=2, method=DANCE, **settings):
    quick = {name: value for name, value in QUICK.items() if name in method(2).settings}
    model = method(n_clusters, **quick | settings)
    model.fit(x, verbose=0)
    return model


@pytest.fixture(scope="module", params=METHODS.values(), ids=METHODS)
def fitted(request):
    return fit(samples(), method=request.param)


@EVERY_METHOD
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.empty((0, 5)), r"empty, its shape is \(0, 5\): give at least one sample"),
        (samples()[:1], "2 different samples; found 1. Give more data or a smaller n_clusters"),
        (np.ones((30, 5)), "2 different samples; found 1. Give more data or a smaller n_clusters"),
        (with_value(np.inf), "1 infinite value, the first at sample 12, feature 3: fill or remove it"),
        (with_value(-np.inf, (40, 8, 5)), "infinite value, .* sample 12, step 0, channel 3: fill or remove it"),
        (np.ones(30), r"found shape \(30,\): reshape it, with x.reshape\(-1, 1\) if"),
        (np.ones((2, 2, 2, 2, 2)), r"5 axes, shape \(2, 2, 2, 2, 2\); at most 4 .* reshape it"),
        (np.array([["a", "b"]] * 20), "must hold numbers; found text. Encode or remove"),
    ],
)
def test_arrays_that_cannot_be_clustered_are_refused(method, x, message):
    with pytest.raises(InputError, match=message):
        fit(x, method=method)


@EVERY_METHOD
@pytest.mark.parametrize("n_clusters", [0, 1, -3, 2.5, True, "8"])
def test_numbers_of_clusters_that_make_no_sense_are_refused(method, n_clusters):
    with pytest.raises(InputError, match="n_clusters"):
        method(n_clusters)


@EVERY_METHOD
def test_more_clusters_than_samples_are_refused(method):
    with pytest.raises(InputError, match="41"):
        fit(samples(), n_clusters=41, method=method)


@pytest.mark.parametrize("kind", ["int64", "float64", "float16", "bool"])
def test_other_number_types_work(kind):
    x = (samples() > 0) if kind == "bool" else (samples() * 3).astype(kind)
    assert fit(x).predict(x).shape == (40, 2)


def test_unscaled_data_and_a_constant_channel_work():
    x = samples(shape=(16, 3)) * [1e-3, 1e5, 0.0] + [0.0, 1e6, 7.0]
    with pytest.warns(UserWarning, match="x has 1 constant channel: 2"):
        model = fit(x)
    with warnings.catch_warnings():  # of few samples to predict on, any channel may be constant
        warnings.simplefilter("error")
        assert np.isfinite(model.predict(x[:1])).all()
        assert np.isfinite(model.predict(np.repeat(x[:1], 2, axis=0))).all()


@EVERY_METHOD
@pytest.mark.filterwarnings("ignore:x has 1 constant")
def test_duplicated_rows_of_unscaled_data_work(method):
    x = np.repeat(samples(4) * [1e-3, 1e5, 0.0, 1.0, 1.0] + [0.0, 1e6, 7.0, 0.0, 0.0], 10, axis=0)
    model = fit(x, method=method)
    assert np.isfinite(model.predict(x)).all()
    labels = model.predict_clusters(x)
    assert all(len(set(labels[start : start + 10])) == 1 for start in range(0, 40, 10))


def test_another_shape_than_fitted_is_refused(fitted):
    for call in (fitted.predict, fitted.encode, fitted.predict_clusters):
        with pytest.raises(InputError, match=r"\(6,\).*\(5,\)"):
            call(samples(shape=(6,)))


@pytest.mark.parametrize("step", ["predict", "encode", "predict_clusters"])
@pytest.mark.parametrize("batched", [False, True])
def test_missing_values_are_refused_after_the_fit_too(fitted, step, batched):
    x = with_value(np.nan)
    x = tf.data.Dataset.from_tensor_slices(x).batch(8) if batched else x
    with pytest.raises(InputError, match="the first at sample 12, feature 3: fill or remove it"):
        getattr(fitted, step)(x)


@pytest.mark.parametrize("labeled", [False, True])
def test_infinite_values_in_a_dataset_are_found_across_its_batches(labeled):
    x = with_value(np.inf)
    dataset = tf.data.Dataset.from_tensor_slices((x, np.zeros(40)) if labeled else x).batch(8)
    with pytest.raises(InputError, match=r"1 infinite value, the first at sample 12, feature 3: fill or remove"):
        fit(dataset)


def test_a_second_fit_or_evaluation_on_another_shape_is_refused_and_changes_nothing(fitted):
    before = fitted.predict(samples())
    other = samples(shape=(6,))
    message = r"\(6,\), but the model was fitted to \(5,\). Give samples of the fitted shape, or fit a new model"
    for call in (lambda: fitted.fit(other, verbose=0), lambda: fitted.evaluate(other, np.zeros(40, int))):
        with pytest.raises(InputError, match=message):
            call()
    np.testing.assert_array_equal(fitted.predict(samples()), before)


@EVERY_METHOD
def test_an_unfitted_model_says_so(method):
    model = method(2)
    for call in (model.predict, model.encode, model.decode):
        with pytest.raises(InputError, match="fit"):
            call(samples())
    with pytest.raises(InputError, match="fit"):
        model.diagnostics()


def test_phases_that_cannot_run_are_refused():
    with pytest.raises(InputError, match="pretrain"):
        DANCE(2).fit(samples(), phases=["refine"], verbose=0)
    with pytest.raises(InputError, match="nonsense"):
        DANCE(2).fit(samples(), phases=["nonsense"], verbose=0)


def test_labels_of_another_length_are_refused(fitted):
    with pytest.raises(InputError, match="label"):
        fitted.evaluate(samples(), np.zeros(7))


def test_datasets_of_x_or_of_x_and_y_give_what_the_array_gives():
    x = samples()
    plain = tf.data.Dataset.from_tensor_slices(x).batch(16)
    labeled = tf.data.Dataset.from_tensor_slices((x, np.zeros(40))).batch(16)
    expected = fit(x).predict(x)
    np.testing.assert_array_equal(fit(plain).predict(plain), expected)
    np.testing.assert_array_equal(fit(labeled).predict(labeled), expected)


def test_a_generator_that_ends_early_is_named():
    def generator():
        yield from ((batch, np.zeros(8)) for batch in samples(24).reshape(3, 8, 5))

    signature = tf.TensorSpec((None, 5), tf.float32), tf.TensorSpec((None,), tf.float32)
    dataset = tf.data.Dataset.from_generator(generator, output_signature=signature)
    with pytest.raises(InputError, match="contain 5 elements but contained only 3"):
        fit(dataset.apply(tf.data.experimental.assert_cardinality(5)))


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (tf.data.Dataset.from_tensor_slices(samples()).batch(8).repeat(), "never ends"),
        (tf.data.Dataset.from_tensor_slices(samples()).batch(8).take(0), "empty"),
        (tf.data.Dataset.from_tensor_slices(samples(shape=(6, 5))), r"shape \(6, 5\).*dataset.batch\(256\) on single"),
    ],
)
def test_datasets_that_cannot_be_used_are_refused(dataset, message):
    with pytest.raises(InputError, match=message):
        fit(dataset)


@pytest.mark.parametrize("name", ["model.h5", "model.hdf5", "model", "model.keras.zip"])
def test_a_model_is_saved_in_a_format_that_can_be_loaded(tmp_path, name):
    model = METHODS["kmeans"](2, random_state=0)
    model.fit(np.eye(4)[np.arange(20) % 4], verbose=0)
    with pytest.raises(InputError, match=r"does not end in \.keras"):
        model.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
