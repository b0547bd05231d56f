"""The scikit-learn estimator: the same clusters as the model's, in scikit-learn's pipelines, searches and files."""

import copy
import io
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kerasclust import DeepClustering
from kerasclust.errors import InputError
from kerasclust.models import DANCE, DEC
from kerasclust.models.autoencoders import Autoencoder

SMALL = {"units": (16,), "n_tries": 2}
QUICK = {"pretrain_epochs": 1, "epochs": 1, "batch_size": 64}
LONG = {"pretrain_epochs": 60, "learning_rate": 0.01}


def quick(method="dec", n_clusters=3, *, random_state=0, settings=None, **arguments):
    settings = SMALL if settings is None else settings
    return DeepClustering(method, n_clusters, **QUICK | arguments, random_state=random_state, settings=settings)


@pytest.fixture(scope="module")
def fitted(blobs):
    return quick(**LONG).fit(blobs[0])


@pytest.fixture(scope="module")
def fitted_dance(blobs):
    return quick("dance", settings={**SMALL, "n_runs": 2}).fit(blobs[0])


def test_importing_the_package_loads_neither_scikit_learn_nor_tensorflow():
    code = "import sys, kerasclust; print({'sklearn', 'tensorflow', 'keras'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_it_finds_the_groups(fitted, blobs):
    assert adjusted_rand_score(blobs[1], fitted.labels_) > 0.95
    assert fitted.n_clusters_ == 3
    assert fitted.n_features_in_ == 6


def test_it_is_the_model_with_the_same_settings(fitted, blobs):
    x, _ = blobs
    model = DEC(3, **QUICK | LONG, **SMALL, random_state=0)
    model.fit(x, verbose=0)
    np.testing.assert_array_equal(fitted.labels_, model.predict_clusters(x))
    np.testing.assert_array_equal(fitted.embedding_, model.encode(x))
    np.testing.assert_array_equal(fitted.predict_proba(x), model.predict(x))
    np.testing.assert_array_equal(fitted.cluster_centers_, np.array(model.assignment.centers))


def test_what_it_does_not_set_is_the_methods_default():
    model = DeepClustering("dance", 4)._plan().new_model(4)
    given = {"n_clusters": 4, "random_state": model.random_state}
    assert {**DANCE(2).settings, **given} == model.settings


def test_new_samples_are_treated_as_the_fitted_ones(fitted, blobs):
    x, _ = blobs
    np.testing.assert_array_equal(fitted.predict(x), fitted.labels_)
    np.testing.assert_allclose(fitted.transform(x), fitted.embedding_)
    q = fitted.predict_proba(x[:7])
    assert q.shape == (7, 3)
    np.testing.assert_allclose(q.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(q.argmax(axis=1), fitted.labels_[:7])


def test_fitting_again_forgets_the_first_fit(blobs):
    x, _ = blobs
    clustering = quick().fit(x)
    clustering.set_params(n_clusters=2, latent_dim=4).fit(x[:, :5])
    assert clustering.embedding_.shape == (300, 4)
    assert clustering.cluster_centers_.shape == (2, 4)
    assert clustering.n_features_in_ == 5


# Randomness -----------------------------------------------------------------------------------------------------------


def test_a_random_state_says_what_comes_out(blobs):
    x, _ = blobs
    seeded = [quick(random_state=np.random.RandomState(3)).fit(x) for _ in range(2)]
    np.testing.assert_array_equal(seeded[0].embedding_, seeded[1].embedding_)
    again = quick(random_state=seeded[0].model_.random_state).fit(x)
    np.testing.assert_array_equal(seeded[0].embedding_, again.embedding_)


def test_a_generator_goes_on_and_none_follows_numpy(blobs):
    shared = np.random.RandomState(0)
    assert quick(random_state=shared)._plan().random_state != quick(random_state=shared)._plan().random_state
    seeds = []
    for _ in range(2):
        np.random.seed(5)  # noqa: NPY002 - what scikit-learn's users do
        seeds.append(quick(random_state=None)._plan().random_state)
    assert seeds[0] == seeds[1]


def test_it_chooses_number_and_method_and_keeps_the_evidence(blobs):
    x, y = blobs
    chosen = quick("auto", "auto", time_budget=1, **LONG).fit(x)
    assert adjusted_rand_score(y, chosen.labels_) > 0.95
    assert chosen.n_clusters_ == chosen.number_.n_clusters == 3
    assert chosen.method_ == chosen.comparison_.chosen.method == chosen.model_.method_name
    assert chosen.get_params()["method"] == "auto"
    again = pickle.loads(pickle.dumps(chosen))
    np.testing.assert_array_equal(again.predict(x), chosen.labels_)
    assert again.comparison_.sentences() == chosen.comparison_.sentences()
    assert again.model_.diagnostics() == chosen.model_.diagnostics()
    assert not hasattr(clone(chosen), "comparison_")


def test_it_estimates_the_number_for_a_method_by_name(fitted, blobs):
    chosen = quick("kmeans", "auto", pretrain_epochs="auto", epochs="auto", batch_size=None, settings={}).fit(blobs[0])
    assert (chosen.n_clusters_, chosen.method_, chosen.comparison_) == (3, "kmeans", None)
    assert (fitted.method_, fitted.comparison_, fitted.number_) == ("dec", None, None)


# Input ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(40, 12, 2), (40, 8, 8, 1)], ids=["sequences", "images"])
def test_sequences_and_images(shape):
    x = np.random.default_rng(0).normal(size=shape)
    clustering = quick(n_clusters=2, settings={"units": (4,), "n_tries": 2}).fit(x)
    assert clustering.predict(x).shape == (40,)
    assert clustering.transform(x).shape == (40, 10)
    with pytest.raises(InputError, match="fitted to"):
        clustering.predict(x[..., [0] * 3])


def test_numbers_of_any_type(fitted, blobs):
    x = np.round(blobs[0])
    expected = fitted.predict_proba(x)
    for same in (x.astype("float64"), x.astype("int64"), x.tolist()):
        np.testing.assert_array_equal(fitted.predict_proba(same), expected)
    x, expected = x[:60], quick().fit_predict(x[:60])
    for same in (x.astype("float64"), x.astype("int64")):
        np.testing.assert_array_equal(quick().fit_predict(same), expected)


def test_a_data_frames_columns_are_known(blobs):
    frame = pd.DataFrame(blobs[0], columns=list("abcdef"))
    clustering = quick().set_output(transform="pandas").fit(frame)
    assert clustering.feature_names_in_.tolist() == list("abcdef")
    z = clustering.transform(frame)
    assert list(z.columns) == [f"deepclustering{i}" for i in range(10)] == list(clustering.get_feature_names_out())
    with pytest.raises(ValueError, match="feature names"):
        clustering.predict(frame.rename(columns={"a": "z"}))


def test_missing_values_and_samples_without_enough_of_them(blobs):
    x = blobs[0].copy()
    x[::7, 2] = np.nan
    x[4] = np.nan
    with pytest.warns(UserWarning, match="1 sample that cannot be used, the first is sample 4"):
        clustering = quick().fit(x)
    assert clustering.labels_[4] == -1 and np.isnan(clustering.embedding_[4]).all()
    assert (np.delete(clustering.labels_, 4) >= 0).all() and clustering.n_clusters_ <= 3
    np.testing.assert_array_equal(clustering.predict(x), clustering.labels_)
    assert clustering.__sklearn_tags__().input_tags.allow_nan


def test_series_of_unequal_length_and_batches():
    random = np.random.default_rng(0)
    series = [random.normal(size=(random.integers(6, 12), 2)) * (1 + 4 * (i % 2)) for i in range(40)]
    clustering = quick(n_clusters=2).fit(series)
    assert clustering.predict(series[:5]).shape == (5,)
    np.testing.assert_array_equal(clustering.predict(series), clustering.labels_)
    batches = tf.data.Dataset.from_tensor_slices(tf.ragged.stack(series)).ragged_batch(8)
    np.testing.assert_array_equal(clustering.predict(batches), clustering.labels_)
    shuffled = quick(n_clusters=2).fit(batches.unbatch().shuffle(40).ragged_batch(8))
    assert shuffled.labels_.shape == (40,)


def test_whole_numbers_keep_all_their_digits():
    x = np.random.default_rng(0).integers(0, 9, (60, 3)) + 500 * (np.arange(60) % 2)[:, None] + 10**12
    labels = DeepClustering("kmeans", 2, random_state=0, settings={"n_tries": 2}).fit(x).labels_
    assert adjusted_rand_score(np.arange(60) % 2, labels) == 1.0


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "danec"}, "There is no method 'danec'; did you mean 'dance'"),
        ({"method": 3}, "There is no method 3"),
        ({"settings": {"tolernace": 0.1}}, "DEC has no setting 'tolernace'; did you mean 'tolerance'"),
        ({"settings": {"batch_size": 32}}, "batch_size, which is an argument of its own; give it once"),
        ({"settings": {"n_clusters": 3}}, "n_clusters, which is an argument of its own"),
        ({"settings": [("alpha", 1.0)]}, "expected a dict"),
        ({"method": "dance", "latent_dim": 5}, "DANCE has no setting 'latent_dim'"),
        ({"n_clusters": 1}, "n_clusters is 1"),
        ({"epochs": 0}, "epochs=0: expected a whole number"),
        ({"random_state": -1}, "random_state=-1"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_fit(blobs, changes, message):
    clustering = quick().set_params(**changes)  # which does nothing yet
    with pytest.raises(InputError, match=message):
        clustering.fit(blobs[0])


def test_samples_that_cannot_be_clustered_are_refused(fitted, blobs):
    x = blobs[0].copy()
    x[12, 3] = np.inf
    with pytest.raises(InputError, match="infinite value, the first at sample 12, feature 3"):
        quick().fit(x)
    with pytest.raises(ValueError, match="minimum of 2 is required"):
        quick().fit(x[:1])
    with pytest.raises(TypeError, match=r"[Ss]parse"):
        quick().fit(sparse.csr_array(blobs[0]))
    with pytest.raises(ValueError, match="5 features, but DeepClustering is expecting 6"):
        fitted.predict(x[:, :5])
    with pytest.raises(NotFittedError):
        quick().predict(x)
    assert not hasattr(quick(), "cluster_centers_")


# Cloning, searching, pickling -----------------------------------------------------------------------------------------


def test_a_clone_is_not_fitted_and_finds_the_same(fitted, blobs):
    copied = clone(fitted)
    assert not hasattr(copied, "labels_")
    np.testing.assert_array_equal(copied.fit_predict(blobs[0]), fitted.labels_)


def test_a_fitted_autoencoder_can_be_shared_by_estimators(blobs):
    x, _ = blobs
    autoencoder = Autoencoder(latent_dim=4, units=(16,), pretrain_epochs=2, random_state=0)
    autoencoder.fit(x, verbose=0)
    clustering = quick(settings={"autoencoder": autoencoder, "n_tries": 2}, epochs=1)
    labels = clustering.fit_predict(x)
    assert clustering.embedding_.shape == (300, 4)
    np.testing.assert_array_equal(clone(clustering).fit_predict(x), labels)


def test_a_pipeline_scales_and_passes_the_embedding_on(blobs):
    x, y = blobs
    pipeline = make_pipeline(StandardScaler(), quick(**LONG)).fit(100.0 * x)
    assert adjusted_rand_score(y, pipeline.predict(100.0 * x)) > 0.95
    assert make_pipeline(quick(), StandardScaler()).fit_transform(x).shape == (300, 10)


def test_a_grid_search_finds_the_number_of_clusters(blobs):
    def silhouette(clustering, x, y=None):
        return silhouette_score(x, clustering.predict(x))

    pipeline = make_pipeline(StandardScaler(), quick(**LONG))
    grid = {"deepclustering__n_clusters": [2, 3], "deepclustering__settings": [SMALL]}
    search = GridSearchCV(pipeline, grid, scoring=silhouette, cv=2, error_score="raise").fit(blobs[0])
    assert search.best_params_["deepclustering__n_clusters"] == 3
    assert search.predict(blobs[0]).shape == (300,)


def by_joblib(estimator):
    file = io.BytesIO()
    joblib.dump(estimator, file)
    file.seek(0)
    return joblib.load(file)


@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy, by_joblib])
def test_a_copy_has_the_fitted_model_and_its_measurements(fitted_dance, blobs, copied):
    x, _ = blobs
    other = copied(fitted_dance)
    np.testing.assert_array_equal(other.predict(x), fitted_dance.labels_)
    np.testing.assert_array_equal(other.predict_proba(x), fitted_dance.predict_proba(x))
    np.testing.assert_array_equal(other.cluster_centers_, fitted_dance.cluster_centers_)
    assert other.model_ is not fitted_dance.model_
    assert other.model_.diagnostics() == fitted_dance.model_.diagnostics()
    assert other.model_.runs_ == fitted_dance.model_.runs_
    assert vars(fitted_dance).keys() == vars(other).keys()


def test_fitting_a_copy_leaves_the_original_alone(fitted, blobs):
    x, _ = blobs
    other = copy.deepcopy(fitted).set_params(pretrain_epochs=1).fit(x[:100])
    assert len(other.labels_) == 100
    np.testing.assert_array_equal(fitted.predict(x), fitted.labels_)


def test_an_estimator_that_is_not_fitted_can_be_pickled():
    assert pickle.loads(pickle.dumps(quick())).get_params() == quick().get_params()


def test_another_process_can_unpickle_it(fitted, blobs, tmp_path):
    file = tmp_path / "clustering.pickle"
    file.write_bytes(pickle.dumps((fitted, blobs[0])))
    code = "import pickle, sys; e, x = pickle.load(open(sys.argv[1], 'rb')); print((e.predict(x) == e.labels_).all())"
    found = subprocess.check_output([sys.executable, "-c", code, file], text=True)
    assert found.split()[-1] == "True"
