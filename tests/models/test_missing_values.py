"""Missing values and unequal lengths, in all methods: what is not measured does not count, and says so."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import load_model
from kerasclust.data.dataset import DataSet
from kerasclust.data.unequal import padded
from kerasclust.deployment.keras_files import load_keras_file
from kerasclust.errors import InputError
from kerasclust.models import DEC, KMeans
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.models.representation import RepresentationModel
from tests.models.small import ALL, small

OF_FAMILIES = ("kmeans", "dec", "imsat", "DenoisingAutoencoder")  # stand for the others in `make test`
METHODS = [pytest.param(name, marks=() if name in OF_FAMILIES else pytest.mark.full) for name in ALL]


def without(x, share, seed=0):
    """Samples (n, ...) without a share of their values, chosen at random."""
    return np.where(np.random.default_rng(seed).random(x.shape) < share, np.nan, x).astype("float32")


def groups(shape, seed=0):
    """Samples of three groups that differ in level and variation."""
    random = np.random.default_rng(seed)
    kind = (np.arange(shape[0]) % 3).reshape(-1, *(1,) * (len(shape) - 1))
    return (random.normal(size=shape) * (1.0 + kind) + 5.0 * (kind == 2)).astype("float32")


def series(seed=0, longest=14):
    """Series (steps, 2) of 6 to 14 steps, with holes."""
    lengths = np.random.default_rng(seed).integers(6, longest + 1, 48)
    return [one[:length] for one, length in zip(without(groups((48, longest, 2)), 0.1, seed), lengths, strict=True)]


KINDS = {
    "table": (lambda: without(groups((48, 6)), 0.2), {}),
    "sequences": (lambda: without(groups((48, 12, 2)), 0.2), {"frontend": "variability"}),
    "raw sequences": (lambda: without(groups((48, 12, 2)), 0.2), {"frontend": "raw"}),
    "images": (lambda: without(np.abs(groups((48, 8, 8, 1))), 0.2), {}),
    "series": (series, {"frontend": "variability+spectrum"}),
    "table with mask": (lambda: without(groups((48, 6)), 0.2), {"missing": "feature"}),
    "sequences with shares": (lambda: without(groups((48, 12, 2)), 0.2), {"frontend": "raw", "missing": "feature"}),
}
WITHOUT_EPOCHS = {"kmeans", "subkmeans"}


def some(x, index):
    return [x[i] for i in index] if isinstance(x, list) else x[index]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", METHODS)
def test_every_method_trains_with_missing_values_and_answers(name, kind, tmp_path):
    samples, settings = KINDS[kind]
    x, model = samples(), small(ALL[name], **settings)
    history = model.fit(x, verbose=0).history
    assert name in WITHOUT_EPOCHS or np.isfinite(history["loss"][-1])
    z = model.encode(x)
    assert np.isfinite(z).all() and len(z) == 48
    model.save(tmp_path / "model.keras")
    loaded = load_keras_file(tmp_path / "model.keras", RepresentationModel)
    np.testing.assert_array_equal(loaded.encode(x), z)
    if hasattr(model, "predict_clusters"):
        q = model.predict(x)
        np.testing.assert_allclose(q.sum(axis=1), 1.0, rtol=1e-4)
        assert all(np.isfinite(value) for value in model.diagnostics().values() if isinstance(value, float))


@pytest.fixture(scope="module")
def of_series():
    """A model of series of unequal length."""
    model = small(DEC, frontend="variability")
    model.fit(series(), verbose=0)
    return model


@pytest.fixture(scope="module")
def of_sequences():
    """A model of sequences (12, 2) with missing values, as they are."""
    model = small(DEC, frontend="raw")
    model.fit(without(groups((48, 12, 2)), 0.2), verbose=0)
    return model


@pytest.fixture(scope="module")
def of_table():
    """A model of complete feature vectors (6,)."""
    model = small(DEC)
    model.fit(groups((48, 6)), verbose=0)
    return model


# Unequal lengths ------------------------------------------------------------------------------------------------------


def test_an_answer_depends_neither_on_padding_nor_on_the_other_samples(of_series):
    x = series(1, longest=25)
    q = of_series.predict(x)
    alone = np.concatenate([of_series.predict([one]) for one in x[:9]])
    np.testing.assert_allclose(alone, q[:9], atol=1e-5)
    for more in (1, 40):
        longer = np.pad(padded(x), ((0, 0), (0, more), (0, 0)), constant_values=np.nan)
        np.testing.assert_allclose(of_series(longer), q, atol=1e-5)
        np.testing.assert_allclose(of_series.predict(longer), q, atol=1e-5)
    np.testing.assert_allclose(of_series.predict(x[::-1], batch_size=5), q[::-1], atol=1e-5)


def test_every_form_of_series_is_the_same_to_a_model(of_series):
    x = series(1)
    q = of_series.predict(x)
    ragged = tf.ragged.stack(x)
    for form in (
        padded(x),
        ragged,
        tf.data.Dataset.from_tensor_slices(ragged).ragged_batch(7),
        DataSet("d", padded(x)),
    ):
        np.testing.assert_array_equal(of_series.predict(form), q)
    again = small(DEC, frontend="variability")
    again.fit(DataSet("d", padded(series()), lengths=np.array([len(one) for one in series()])), verbose=0)
    np.testing.assert_array_equal(again.predict(x), q)


def test_a_file_keeps_that_any_length_is_taken(of_series, tmp_path):
    of_series.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    assert loaded.sample_shape == (None, 2) and loaded.typical_steps == of_series.typical_steps
    x = series(3, longest=40)
    np.testing.assert_array_equal(loaded.predict(x), of_series.predict(x))


def test_a_front_end_that_keeps_the_steps_says_that_it_needs_equal_lengths():
    with pytest.raises(InputError, match="'raw' keeps the steps, so it needs sequences of equal length"):
        small(KMeans).fit(series(), verbose=0)


def test_a_given_autoencoder_hands_on_how_it_reads_samples():
    autoencoder = small(Autoencoder, frontend="variability")
    autoencoder.fit(series(), verbose=0)
    model = DEC(3, autoencoder=autoencoder, epochs=1, random_state=0)
    model.fit(series(1), verbose=0)
    assert model.sample_shape == (None, 2) and model.typical_steps == autoencoder.typical_steps
    assert np.isfinite(model.predict(series(2))).all()


# Samples that cannot be used ------------------------------------------------------------------------------------------


def test_a_sample_without_enough_values_has_no_cluster(of_sequences):
    x = groups((9, 12, 2), seed=1)
    expected = of_sequences.predict(x)
    x[2, :7], x[4, 0, 1], x[5], x[6, 0] = np.nan, np.inf, np.nan, -np.inf
    x[7, :6] = np.nan  # half
    q, z = of_sequences.predict(x), of_sequences.encode(x)
    unusable = np.isin(np.arange(9), (2, 4, 5, 6))
    assert np.isnan(q).all(axis=1).tolist() == np.isnan(z).all(axis=1).tolist() == unusable.tolist()
    np.testing.assert_allclose(q[~unusable & (np.arange(9) != 7)], expected[[0, 1, 3, 8]], atol=1e-6)
    assert np.isfinite(q[7]).all()
    assert (of_sequences.predict_clusters(x) == -1).tolist() == unusable.tolist()
    assert np.isnan(of_sequences(x).numpy()).all(axis=1).tolist() == unusable.tolist()


def test_it_is_not_trained_on_and_the_others_are():
    x = groups((40, 6))
    x[[4, 11]] = np.nan
    with pytest.warns(UserWarning, match="2 samples that cannot be used, the first is sample 4") as told:
        model = small(DEC)
        model.fit(x, verbose=0)
    assert sum("cannot be used" in str(one.message) for one in told) == 1
    assert model.training_samples.count == 38 and sum(model.diagnostics()["cluster_sizes"]) == 38
    alone = small(DEC, missing="mask")
    alone.fit(np.delete(x, [4, 11], axis=0), verbose=0)
    np.testing.assert_array_equal(model.predict(x[:4]), alone.predict(x[:4]))
    assert model.predict_clusters(x)[[4, 11]].tolist() == [-1, -1]


def test_the_limit_is_a_setting():
    x = groups((40, 8, 2))
    x[3, :5] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        model = small(DEC, max_missing=0.7)
        model.fit(x, verbose=0)
    assert model.training_samples.count == 40 and model.predict_clusters(x)[3] >= 0
    with pytest.raises(InputError, match=r"max_missing=1\.0: expected a share, from 0 to below 1"):
        DEC(2, max_missing=1.0)


def test_scores_count_a_sample_without_a_cluster_as_an_error(of_sequences):
    x = groups((30, 12, 2), seed=1)
    labels = of_sequences.predict_clusters(x)
    x[:6] = np.nan
    assert of_sequences.evaluate(x, labels)["acc"] == pytest.approx(24 / 30)
    assert of_sequences.evaluate(x, np.where(np.arange(30) < 6, -1, labels))["acc"] == 1.0


def test_values_too_large_for_the_networks_have_no_cluster(of_table):
    x = groups((4, 6))
    x[1] = 3e38
    q = of_table.predict(x)
    assert np.isfinite(q[[0, 2, 3]]).all()
    assert of_table.predict_clusters(x)[1] == -1 or np.isfinite(q[1]).all()


# Tables ---------------------------------------------------------------------------------------------------------------


def test_a_table_that_was_complete_in_training_refuses_missing_values_and_says_where(of_table):
    x = groups((9, 6))
    x[5, 3] = np.nan
    for call in (of_table.predict, of_table.encode, of_table.predict_clusters):
        with pytest.raises(InputError, match=r"1 missing value .*the first at sample 5, feature 3"):
            call(x)
    x[5, 3] = np.inf
    assert of_table.predict_clusters(x)[5] == -1


@pytest.mark.parametrize("settings", [{"missing": "mask"}, {"missing": "feature"}])
def test_a_table_takes_missing_values_if_asked_to(settings, tmp_path):
    model = small(DEC, **settings)
    model.fit(groups((48, 6)), verbose=0)
    x = without(groups((48, 6)), 0.2)
    q = model.predict(x)
    assert np.isfinite(q).all()
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(load_model(tmp_path / "model.keras").predict(x), q)


def test_what_is_missing_can_be_a_feature():
    x = without(groups((60, 6)), 0.2)
    model = KMeans(2, missing="feature", random_state=0)
    model.fit(x, verbose=0)
    assert model.feature_shape == (12,)
    np.testing.assert_array_equal(model.features(x)[:, 6:], np.isnan(x))
    np.testing.assert_array_equal(np.isnan(model.features(x)[:, :6]), np.isnan(x))


def test_values_missing_at_random_move_few_samples_to_another_cluster():
    x = groups((300, 6)) + 9.0 * np.eye(3, 6, dtype="float32")[np.arange(300) % 3]
    model = KMeans(3, random_state=0)
    model.fit(without(x, 0.1), verbose=0)
    labels = model.predict_clusters(without(x, 0.1, seed=1))
    assert model.evaluate(x, np.arange(300) % 3)["acc"] > 0.95
    assert np.mean(labels == model.predict_clusters(x)) > 0.9


# Origin ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["float64", "int64"])
def test_counters_far_from_zero_are_clustered_by_their_differences(kind, tmp_path):
    x = np.random.default_rng(0).integers(0, 20, (60, 4)).astype(kind)
    x[::2] += 300
    x += 8 * 10**11
    model = small(DEC, pretrain_epochs=10)
    model.fit(x, verbose=0)
    assert model.evaluate(x, np.arange(60) % 2)["acc"] > 0.6
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    near = small(DEC, pretrain_epochs=10)
    near.fit(x - 8 * 10**11, verbose=0)
    np.testing.assert_allclose(loaded.predict(x), near.predict(x - 8 * 10**11), atol=2e-3)
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    np.testing.assert_allclose(model(tf.constant(x)), model.predict(x), atol=1e-3)
