"""The number of clusters and the method, chosen without labels."""

import dataclasses
import re

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import cluster, datasets, estimate_n_clusters, load_model
from kerasclust.choosing import automatic
from kerasclust.choosing.automatic import JUDGE, MAX_SEED, seeds_from
from kerasclust.choosing.planned import Planned, costs
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.models import KMeans
from kerasclust.models.catalog import methods, new_model

QUICK = {"pretrain_epochs": 3, "latent_dim": 3, "units": (16,), "n_tries": 2, "verbose": 0}


@pytest.fixture(scope="module", autouse=True)
def few_numbers():
    """Numbers of clusters up to 5 are tried: a third of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kerasclust.choosing.number.MOST", 5)
        yield


@pytest.fixture(scope="module")
def data(blobs):
    x, y = blobs
    return datasets.DataSet("blobs", x, y)


@pytest.fixture(scope="module")
def found(data):
    """What is chosen for three blobs in a time for the quickest method alone."""
    return cluster(data, time_budget=1e-3, random_state=0, **QUICK)


def test_the_number_is_that_of_the_estimate_and_its_groups_are_found(found, data):
    alone = estimate_n_clusters(data.x, verbose=0, settings={n: QUICK[n] for n in QUICK if n[0] in "plu"})
    assert found.number.rows() == alone.rows()
    assert found.n_clusters == found.comparison.n_clusters == found.number.n_clusters == 3
    assert external_scores(data.y, found.labels)["acc"] == 1.0
    assert found.comparison.external[0]["acc"] == 1.0
    assert found.sentences() == found.number.sentences() + found.comparison.sentences()


def test_the_kept_model_is_an_ordinary_one(found, data, tmp_path):
    assert type(found.model) is KMeans and found.method == "kmeans"
    assert found.model.settings["n_tries"] == 2
    assert "cluster_sizes" in found.model.diagnostics() and found.model.runs_
    np.testing.assert_array_equal(found.model.predict_clusters(data.x), found.labels)
    found.model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(load_model(tmp_path / "model.keras").predict_clusters(data.x), found.labels)
    found.model.export(tmp_path / "exported")
    served = tf.saved_model.load(tmp_path / "exported").signatures["labels"](tf.constant(data.x))
    np.testing.assert_array_equal(*(np.ravel(labels) for labels in served.values()), found.labels)
    found.model.fit(data.x, verbose=0)  # and it can be trained further


def test_a_run_that_would_pass_the_time_budget_is_left_out_and_named(found):
    assert [run.name for run in found.comparison.runs] == ["kmeans 1"]
    (said,) = found.comparison.left_out
    assert said.startswith("Not trained, to keep the time budget: ") and said in found.sentences()
    left_out = dict(re.findall(r"(\w+) (\d to \d|\d and \d) \(", said))
    compared = {name for name, model in methods().items() if model.compared}
    assert left_out.keys() == compared
    assert left_out["kmeans"] == "2 and 3" and set(left_out.values()) == {"1 to 3", "2 and 3"}


def test_labels_change_nothing(found, data):
    wrong = np.random.default_rng(0).permutation(data.y)
    other = cluster(dataclasses.replace(data, y=wrong), 3, time_budget=1e-3, random_state=0, **QUICK)
    np.testing.assert_array_equal(other.labels, found.labels)
    assert other.comparison.runs[0].scores == found.comparison.runs[0].scores
    assert other.comparison.external[0]["acc"] < 0.6


def test_every_method_has_three_seeds_where_the_time_is_enough(data, monkeypatch):
    few = {"kmeans", "subkmeans", "ae_gmm"}
    for name, model in methods().items():
        monkeypatch.setattr(model, "compared", name in few)
    found = cluster(data, 3, "auto", time_budget=3600, random_state=4, **QUICK)
    assert found.number is None and found.comparison.left_out == []
    assert {(run.method, run.seed) for run in found.comparison.runs} == {(name, s) for name in few for s in (5, 6, 7)}
    assert found.comparison.chosen.scores["agreement"] > 0.5


def test_a_method_by_name_is_trained_as_such_with_the_estimated_number(data):
    found = cluster(data.x, method="ae_kmeans", random_state=3, **QUICK)
    settings = {name: value for name, value in QUICK.items() if name != "verbose"}
    model = new_model("ae_kmeans", 3, settings | {"random_state": 3})
    model.fit(data.x, verbose=0)
    np.testing.assert_array_equal(found.labels, model.predict_clusters(data.x))
    assert found.comparison is None and found.number.n_clusters == 3


def test_a_method_that_finds_the_number_is_left_to_it(data):
    settings = {name: value for name, value in QUICK.items() if name != "n_tries"}
    found = cluster(data.x, method="ae_hdbscan", random_state=0, **settings)
    assert found.number is None and found.comparison is None
    assert found.n_clusters == found.model.n_clusters_


def test_samples_that_cannot_be_used_have_no_cluster(data):
    x = data.x.copy()
    x[7] = np.nan
    with pytest.warns(UserWarning, match="1 sample that cannot be used, the first is sample 7"):
        found = cluster(x, 3, time_budget=1e-3, random_state=0, **QUICK)
    assert len(found.labels) == 300 and np.flatnonzero(found.labels < 0).tolist() == [7]


def test_a_shuffling_dataset_is_read_once(blobs):
    passes = []

    def rows():
        passes.append(1)
        yield from blobs[0]

    spec = tf.TensorSpec((6,), tf.float32)
    batches = tf.data.Dataset.from_generator(rows, output_signature=spec).batch(50)
    found = cluster(batches, 3, "kmeans", random_state=0, n_tries=2, verbose=0)
    assert external_scores(blobs[1], found.labels)["acc"] == 1.0
    assert len(passes) == 1


def test_a_cloud_without_groups_is_clustered_with_a_warning():
    cloud = np.random.default_rng(0).normal(size=(300, 2)).astype("float32")
    trained = {"pretrain_epochs": 60, "batch_size": 32, "latent_dim": 2, "units": (32,), "learning_rate": 0.01}
    with pytest.warns(UserWarning, match="No number of clusters stands out.*: give n_clusters if you know the number"):
        found = cluster(cloud, method="ae_kmeans", random_state=0, verbose=0, **trained)
    assert not found.number.is_clear and found.n_clusters == found.number.best


def test_no_run_has_the_seed_that_judges():
    for random_state in (0, 1, MAX_SEED - 1, 2**32):
        assert JUDGE not in seeds_from(random_state) and len(set(seeds_from(random_state))) == 3
    assert len(set(seeds_from(None))) == 3


def test_methods_cost_less_on_a_shared_autoencoder():
    alone, shared = costs([Planned("dec", 1)]), costs([Planned("ae_kmeans", 1), Planned("dec", 1)])
    assert shared[1] < alone[0] and costs([Planned("ae_kmeans", 1), Planned("dec", 2)])[1] == alone[0]
    assert (
        costs([Planned("ae_kmeans", 1), Planned("dance", 1)])[1] == costs([Planned("dance", 1)])[0]
    )  # it trains its own


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n_clusters": "many"}, "n_clusters must be a whole number, 2 or more, or 'auto'; found 'many'"),
        ({"n_clusters": "many", "method": "dec"}, "or 'auto'; found 'many'"),
        ({"n_clusters": 1}, "n_clusters is 1"),
        ({"n_clusters": 2.5}, "n_clusters must be a whole number"),
        ({"n_clusters": 301}, "301 clusters need at least 301 different samples"),
        ({"method": "automatic"}, "no method 'automatic'. There are acai, .*vade. 'auto' compares several of them"),
        ({"method": "danse"}, "did you mean 'dance'"),
        ({"time_budget": 0}, "time budget is 0 seconds: give more than 0"),
        ({"time_budget": "5min"}, "time budget must be a number of seconds; found '5min'"),
        ({"random_state": -1}, "random_state=-1"),
        ({"latent_dims": 3}, "has a setting 'latent_dims'"),
        ({"units": "big"}, "units='big': expected the widths"),
        ({"method": "dec", "latent_dims": 3}, "no setting 'latent_dims'"),
    ],
)
def test_bad_input_is_refused_before_any_computation(blobs, monkeypatch, given, message):
    monkeypatch.setattr(automatic, "judging_spaces", lambda *given: pytest.fail("computed"))
    with pytest.raises(InputError, match=message):
        cluster(blobs[0], **{"verbose": 0} | given)


def test_too_few_samples_for_an_estimate_are_told_before_any_training(monkeypatch):
    monkeypatch.setattr(automatic, "judging_spaces", lambda *given: pytest.fail("computed"))
    with pytest.raises(InputError, match="give at least 8"):
        cluster(np.random.default_rng(0).normal(size=(6, 3)), verbose=0)
