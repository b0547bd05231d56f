"""Names of clusters: checked, kept with the model, and forgotten with the clusters."""

import pickle

import keras
import numpy as np
import pytest

from kerasclust import DeepClustering
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import LONGEST, checked_names
from kerasclust.models import AEHDBSCAN, DEC, KMeans

NAMES = {0: "pedestrians", 2: "fast trains"}


@pytest.fixture(scope="module")
def model(blobs):
    model = KMeans(3, random_state=0)
    model.fit(blobs[0], verbose=0)
    return model


@pytest.fixture
def named(model):
    model.cluster_names = NAMES
    yield model
    model.cluster_names = None


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a", "b"], "expected 3 names"),
        ("abc", "expected 3 names"),
        (["a", "b", "a"], "Two clusters would be called 'a'"),
        ({0: "cluster 1"}, "Two clusters would be called 'cluster 1'"),
        (["a", " ", "c"], "The name of cluster 1 is ' '"),
        ({1: 5}, "The name of cluster 1 is 5"),
        ({3: "a"}, "no cluster 3 to name: clusters are numbered 0 to 2"),
        ({-1: "a"}, "no cluster -1"),
        ({"0": "a"}, "no cluster '0'"),
        ({True: "a"}, "no cluster True"),
        ({0: "a\nb"}, "line breaks or other characters that nobody sees"),
        ({0: "a\u200db"}, "characters that nobody sees"),
        ({0: "a\u202e"}, "characters that nobody sees"),
        ({0: "\u3164"}, "characters that nobody sees"),
        ({0: "a" * (LONGEST + 1)}, f"give it {LONGEST} at most"),
    ],
)
def test_names_that_cannot_be_are_refused_and_the_earlier_ones_stay(named, names, message):
    with pytest.raises(InputError, match=message):
        named.cluster_names = names
    assert named.cluster_names == NAMES


def test_names_are_given_as_a_list_or_by_number(model):
    model.cluster_names = ["Zürich", " büsy ", "<b>"]
    assert model.cluster_names == {0: "Zürich", 1: "büsy", 2: "<b>"}
    model.cluster_names = {np.int64(1): "one", 0: None}
    assert model.cluster_names == {1: "one"}
    model.cluster_names = None
    assert model.cluster_names == {}
    assert checked_names({2: "c", 0: "a"}, 3) == {0: "a", 2: "c"}


def test_what_is_not_fitted_has_no_clusters_to_name():
    with pytest.raises(InputError, match="not fitted yet; call fit first"):
        KMeans(3).cluster_names = NAMES


def test_the_file_of_a_model_keeps_the_names(named, blobs, tmp_path):
    named.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.cluster_names == NAMES
    np.testing.assert_array_equal(loaded.predict(blobs[0]), named.predict(blobs[0]))
    loaded.save(tmp_path / "again.keras")
    assert keras.models.load_model(tmp_path / "again.keras").cluster_names == NAMES


def test_a_copy_of_the_settings_has_no_names(named):
    assert KMeans.from_config(named.get_config()).cluster_names == {}


def test_a_pickled_estimator_keeps_the_names(blobs):
    estimator = DeepClustering("kmeans", 3, random_state=0).fit(blobs[0])
    estimator.model_.cluster_names = NAMES
    assert pickle.loads(pickle.dumps(estimator)).model_.cluster_names == NAMES


def test_refined_clusters_keep_their_names(blobs):
    model = DEC(3, pretrain_epochs=1, epochs=1, units=(8,), random_state=0)
    model.fit(blobs[0], verbose=0)
    model.cluster_names = NAMES
    model.fit(blobs[0], phases=["refine"], verbose=0)
    assert model.cluster_names == NAMES


def test_new_clusters_have_no_names(named, blobs):
    named.fit(blobs[0], verbose=0)
    assert named.cluster_names == {}


def test_clusters_that_a_method_counts_itself_are_named_by_that_count(blobs):
    model = AEHDBSCAN(pretrain_epochs=5, units=(8,), random_state=0)
    model.fit(blobs[0], verbose=0)
    model.cluster_names = [f"group {i}" for i in range(model.n_clusters_)]
    with pytest.raises(InputError, match=f"expected {model.n_clusters_} names"):
        model.cluster_names = ["a"] * (model.n_clusters_ + 1)


@pytest.mark.parametrize("name", ["Ελλάδα 👩‍👩‍👧", "می‌خواهم", "क्‍ष", "宅配 – naïve", "❤️ a"])
def test_a_name_can_be_in_any_script(named, name):
    named.cluster_names = {0: name}
    assert named.cluster_names[0] == name
