"""Classical methods by the interface of all models: their labels are those of the classical method itself."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.cluster import HDBSCAN
from sklearn.cluster import KMeans as SklearnKMeans

from kerasclust.errors import InputError
from kerasclust.initializers import fit_gmm, fit_kmeans, fit_subkmeans, rank_tries
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import (
    AEHDBSCAN,
    AEGaussianMixture,
    AEKMeans,
    AESubKMeans,
    GaussianMixture,
    KMeans,
    SubKMeans,
)
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.models.parts.clusterers import RIMClusterer
from kerasclust.reports import ClusterDashboard

RAW = {KMeans: fit_kmeans, GaussianMixture: fit_gmm, SubKMeans: fit_subkmeans}
LATENT = {AEKMeans: fit_kmeans, AEGaussianMixture: fit_gmm, AESubKMeans: fit_subkmeans}
ALL = [*RAW, *LATENT, AEHDBSCAN]
QUICK = {"latent_dim": 3, "units": (32,), "batch_size": 32, "pretrain_epochs": 30, "learning_rate": 3e-3}


def unfitted(method, n_clusters=3, **settings):
    quick = {} if method in RAW else QUICK
    tries = {} if method is AEHDBSCAN else {"n_tries": 2}
    return method(n_clusters, **{**quick, **tries, "random_state": 0, **settings})


@pytest.fixture(scope="module")
def fitted(blobs):
    models = {method: unfitted(method) for method in ALL}
    for model in models.values():
        model.fit(blobs[0], verbose=0)
    return models


@pytest.mark.parametrize("method", ALL)
def test_the_contract_holds(method, fitted, blobs, tmp_path):
    model, (x, y) = fitted[method], blobs
    q = model.predict(x)
    assert q.shape == (300, 3)
    np.testing.assert_allclose(q.sum(axis=1), 1.0, atol=1e-5)
    assert model.evaluate(x, y)["acc"] > 0.95
    assert model.decode(model.encode(x)).shape == (300, 6)
    assert model.diagnostics()["silhouette"] > 0.3
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x), q, atol=1e-6)
    assert loaded.settings == model.settings
    model.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served")).signatures["serving_default"](x=tf.constant(x[:7]))
    np.testing.assert_allclose(served["soft_assignment"], q[:7], atol=1e-5)
    np.testing.assert_array_equal(served["labels"], model.predict_clusters(x)[:7])


@pytest.mark.parametrize("method", [*RAW, *LATENT])
def test_labels_are_those_of_the_estimator_on_overlapping_groups(method, blobs):
    x = blobs[0] + np.random.default_rng(1).normal(size=(300, 6)).astype("float32") * 2.0
    model = unfitted(method, n_clusters=4, n_tries=1)
    model.fit(x, verbose=0)
    seed = model.result_.kept.evidence["seed"]
    estimator, score = (RAW | LATENT)[method](model.encode(x), 4, seed)
    np.testing.assert_array_equal(model.predict_clusters(x), estimator.labels_)
    new = x[::-1] + np.float32(0.1)
    np.testing.assert_array_equal(model.predict_clusters(new), estimator.predict(model.encode(new)))
    assert model.diagnostics()["start_score"] == pytest.approx(score)
    if hasattr(estimator, "predict_proba"):
        np.testing.assert_allclose(model.predict(x), estimator.predict_proba(model.encode(x)), atol=1e-4)


@pytest.mark.parametrize("shape", [(6,), (8, 3), (6, 5, 1)])
def test_raw_data_are_what_the_front_end_shows_laid_out_flat(shape):
    x = np.random.default_rng(0).normal(size=(50, *shape)).astype("float32")
    model = KMeans(2, random_state=0)
    history = model.fit(x, verbose=0)
    shown = np.asarray(model.frontend(x))
    assert shown.shape == x.shape
    np.testing.assert_allclose(model.encode(x), shown.reshape(50, -1), rtol=1e-6)
    np.testing.assert_allclose(model.decode(model.encode(x)), shown, rtol=1e-6)
    assert model.latent_dim == np.prod(shape)
    assert history.epoch == []


def test_callbacks_see_the_fitted_model_though_there_is_no_epoch(blobs, tmp_path):
    seen = []

    class Told(keras.callbacks.Callback):
        def on_fit_end(self):
            seen.append(self.model.predict_clusters(blobs[0]).shape)

    told = Told()
    KMeans(3, random_state=0).fit(blobs[0], callbacks=[told, ClusterDashboard(tmp_path, blobs[0])], verbose=0)
    assert seen == [(300,)]
    assert list(tmp_path.rglob("events.*"))


def test_the_best_of_several_tries_is_kept(blobs):
    x = np.random.default_rng(0).normal(size=(200, 4)).astype("float32")
    model = KMeans(8, n_tries=12, random_state=0)
    model.fit(x, verbose=0)
    best = SklearnKMeans(8, n_init=12, random_state=0).fit(model.encode(x))
    within = ((model.encode(x) - np.asarray(model.assignment.centers)[model.predict_clusters(x)]) ** 2).sum()
    assert within < 1.03 * best.inertia_


@pytest.mark.parametrize("method", [AEKMeans, AEHDBSCAN])
def test_a_fitted_autoencoder_is_the_start_and_stays_as_it_is(method, blobs):
    x = blobs[0]
    autoencoder = Autoencoder(random_state=1, **QUICK)
    autoencoder.fit(x, verbose=0)
    before = autoencoder.get_weights()
    model = method(3, autoencoder=autoencoder, random_state=0)
    model.fit(x, verbose=0)
    np.testing.assert_array_equal(model.encode(x), autoencoder.encode(x))
    for weight, same in zip(before, autoencoder.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)


def test_hdbscan_finds_the_number_of_clusters_and_tells_the_noise(blobs):
    x, y = blobs
    x = np.concatenate([x, np.random.default_rng(0).uniform(-20, 20, size=(30, 6)).astype("float32")])
    model = unfitted(AEHDBSCAN, n_clusters=None, min_cluster_size=20)
    model.fit(x, verbose=0)
    labels = HDBSCAN(min_cluster_size=20, min_samples=5, copy=True).fit_predict(model.encode(x))
    predicted = model.predict_clusters(x)
    assert model.n_clusters_ == labels.max() + 1 == 3
    np.testing.assert_array_equal(predicted[labels >= 0], labels[labels >= 0])
    assert clustering_accuracy(y, predicted[:300]) > 0.95
    assert model.diagnostics()["noise"] == pytest.approx(np.mean(labels < 0)) and np.any(labels < 0)


def test_hdbscan_says_when_another_number_was_expected(fitted, blobs):
    assert not any("expected" in sentence for sentence in fitted[AEHDBSCAN].diagnostics()["warnings"])
    model = unfitted(AEHDBSCAN, n_clusters=7)
    model.fit(blobs[0], verbose=0)
    assert "3 clusters were found, not the 7 that were expected." in model.diagnostics()["warnings"]


def test_hdbscan_finds_no_more_than_it_may(blobs):
    limited = unfitted(AEHDBSCAN, n_clusters=2)
    limited.fit(blobs[0], verbose=0)
    assert limited.predict(blobs[0]).shape[1] == limited.n_clusters_ <= 2


def test_hdbscan_without_dense_groups_puts_all_into_one():
    x = np.random.default_rng(0).uniform(size=(40, 5))
    model = AEHDBSCAN(min_cluster_size=30, pretrain_epochs=1, units=(8,), random_state=0)
    model.fit(x, verbose=0)
    assert model.predict(x).shape == (40, 1)
    assert "No groups were found: everything is in one cluster." in model.diagnostics()["warnings"]


def test_a_second_fit_may_find_another_number_of_clusters(blobs):
    model = unfitted(AEHDBSCAN, n_clusters=None, min_cluster_size=20)
    found = []
    for x in (blobs[0], blobs[0][blobs[1] < 2]):
        model.fit(x, verbose=0)
        found.append(model.predict(x).shape[1])
    assert found == [3, 2]


@pytest.mark.parametrize(
    ("method", "setting"),
    [(KMeans, "latent_dim"), (SubKMeans, "autoencoder"), (AEKMeans, "epochs"), (AEHDBSCAN, "n_tries")],
)
def test_a_setting_without_effect_is_refused(method, setting):
    with pytest.raises(InputError, match=f"{method.__name__} has no setting '{setting}'"):
        method(3, **{setting: 2})
    assert setting not in method(3).settings


@pytest.mark.parametrize("method", [GaussianMixture, SubKMeans])
def test_methods_whose_time_grows_with_the_third_power_of_the_features_refuse_too_many(method):
    x = np.random.default_rng(0).normal(size=(20, 401, 5)).astype("float32")
    with pytest.raises(InputError, match=f"2,005 of them: that would take hours.*ae_{method.method_name} does"):
        method(2).fit(x, verbose=0)
    method(2, frontend="statistics", n_tries=1).fit(x, verbose=0)


def test_rim_keeps_the_try_whose_neighbors_share_clusters(blobs):
    x, y = blobs
    cut = (x[:, 0] > np.median(x[:, 0])).astype(int) + 2 * (x[:, 1] > np.median(x[:, 1]))  # lines through the groups
    search = RIMClusterer(4, 2)
    given = (["lines", "groups"], np.stack([np.minimum(cut, 2), y]), np.array([0.01, 0.3]))  # the lines are certain
    search.search.tries = lambda *arguments: given
    nets, labels, scores = search.tries(SimpleNamespace(seed=0), x, 32)
    assert nets[rank_tries(labels, scores, 3)[0]] == "groups"
    assert scores[1] == pytest.approx(-np.log(3), abs=0.05)  # three equal groups, all neighbors within them
