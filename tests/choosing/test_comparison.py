"""Several methods on the same samples, ranked without labels."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest

from kerasclust import datasets
from kerasclust.choosing import compare
from kerasclust.choosing.comparison import rank_runs
from kerasclust.choosing.planned import (
    Planned,
    default_methods,
    in_order_of_cost,
    in_turn,
    settings_for,
    starts_from_autoencoder,
)
from kerasclust.choosing.ranking import ComparedRun, agreement_matrix, mean_agreements
from kerasclust.choosing.training import RESULTS, ComparisonRuns
from kerasclust.data.inputs import read_samples
from kerasclust.errors import InputError
from kerasclust.models.catalog import methods
from kerasclust.records import results

QUICK = {"pretrain_epochs": 3, "latent_dim": 3, "units": (16,), "n_tries": 2}


def run_of(method, seed, labels, **more):
    return ComparedRun(method, seed, np.asarray(labels), **more)


@pytest.fixture(scope="module")
def data(blobs):
    x, y = blobs
    return datasets.DataSet("blobs", x, y)


@pytest.fixture(scope="module")
def compared(data, tmp_path_factory):
    """(directory, comparison) of two quick methods."""
    out = tmp_path_factory.mktemp("comparison")
    return out, compare(data, 3, ["ae_kmeans", "kmeans"], runs=2, out=out, settings=QUICK, verbose=0)


def test_a_good_clustering_stands_above_broken_ones(blobs):
    x, y = blobs
    random = np.random.default_rng(0)
    noisy = np.where(random.random(300) < 0.2, random.integers(0, 3, 300), y)
    runs = [
        run_of("broken", 0, random.integers(0, 3, 300)),
        run_of("collapsed", 0, y > 0),
        run_of("noisy", 0, noisy),
        run_of("good", 0, y),
    ]
    found = rank_runs(runs, {None: [x]}, 3)
    assert [run.method for run in found.runs] == ["good", "noisy", "broken", "collapsed"]
    assert found.runs[-1].failed  # two of three clusters, however well they are apart
    assert any(
        "Not ranked, with another number of clusters than was asked for: collapsed 0" in sentence
        for sentence in found.sentences()
    )
    np.testing.assert_allclose(found.matrix, agreement_matrix(found.runs))


def test_how_far_to_trust_follows_from_the_agreement(blobs):
    x, y = blobs
    random = np.random.default_rng(0)

    def trust(*labelings):
        return rank_runs(
            [run_of(f"m{i}", i, labels) for i, labels in enumerate(labelings)], {None: [x]}, 3
        ).sentences()[1]

    assert "the clusters are in the data" in trust(y, (y + 1) % 3, y)
    assert "methods see different groups" in trust(y, random.integers(0, 3, 300), random.integers(0, 3, 300))
    assert "Train further methods" in trust(y)
    assert "trust none of them" in trust(y > 0, y > 1)


def test_each_method_counts_the_same_and_runs_of_one_seed_vouch_for_no_other():
    a, b = [0, 0, 1, 1], [0, 1, 0, 1]
    runs = [run_of("m", 0, a), run_of("m", 1, a), run_of("m", 2, a), run_of("n", 0, a), run_of("n", 1, b)]
    agreeing = mean_agreements(runs, agreement_matrix(runs))
    unrelated = agreement_matrix(runs)[0, 4]
    assert agreeing[0] == pytest.approx((1.0 + unrelated) / 2)  # m 1 and m 2; n 1, but not n 0 of its own seed
    assert mean_agreements(runs[:1], np.ones((1, 1))).tolist() == [1.0]


def test_agreement_decides_between_runs_that_are_equal_by_neighbors(blobs):
    x, y = blobs
    nearly = y.copy()
    nearly[0] = (y[0] + 1) % 3
    runs = [run_of("a", 0, nearly), run_of("b", 1, y), run_of("c", 2, y)]
    assert rank_runs(runs, {None: [x]}, 3).chosen.method in ("b", "c")


def test_leading_runs_rank_first_by_their_own_scores_and_failed_ones_last(blobs):
    x, y = blobs
    noisy = np.where(np.random.default_rng(0).random(300) < 0.3, (y + 1) % 3, y)
    runs = [run_of("good", 0, y), run_of("leads", 0, noisy), run_of("leads", 1, y), run_of("leads", 2, y > 0)]
    for run in runs[1:]:
        run.leads = True
    found = rank_runs(runs, {None: [x]}, 3)
    assert [run.name for run in found.runs] == ["leads 1", "leads 0", "good 0", "leads 2"]
    assert any("Runs of leads on" in sentence for sentence in found.sentences())


def test_quick_runs_of_leading_methods_come_before_other_front_ends_and_slow_ones():
    planned = in_turn(default_methods(), [1, 2, 3], ["a", "b"], ["ae_rim", "dance"])
    assert len(planned) == len(set(planned)) == 6 * len(default_methods())
    places = {run: place for place, run in enumerate(planned)}
    order = [
        ("kmeans", 1, "a"),
        ("ae_rim", 1, "a"),
        ("ae_kmeans", 1, "a"),
        ("ae_rim", 3, "a"),
        ("kmeans", 1, "b"),
        ("dance", 1, "a"),
    ]
    found = [places[Planned(*run)] for run in [*order, ("kmeans", 2, "a")]]
    assert found == sorted(found)


def test_without_leading_methods_the_front_ends_are_compared_first():
    planned = in_turn(default_methods(), [1, 2], ["a", "b"])
    assert [tuple(run) for run in planned[:3]] == [("kmeans", 1, "a"), ("kmeans", 1, "b"), ("ae_kmeans", 1, "a")]
    assert len(planned) == len(set(planned)) == 4 * len(default_methods())


def test_another_front_end_needs_time_for_its_judge(blobs, tmp_path):
    runs = ComparisonRuns(read_samples(blobs[0]), 3, tmp_path, {"data": "x"}, {})
    planned = [Planned("kmeans", 1, "raw"), Planned("kmeans", 1, "shared_unit"), Planned("kmeans", 2, "raw")]
    made, late = runs.make(planned, seconds=60.0, verbose=0, autoencoder_seconds=100.0)
    assert [(run.seed, run.frontend) for run in made] == [(1, "raw"), (2, "raw")]
    assert len(late) == 1 and "kmeans 1 on shared_unit" in late[0]
    made, late = runs.make(planned, seconds=60.0, verbose=0, autoencoder_seconds=1.0)
    assert len(made) == 3 and not late


def test_methods_are_trained_and_ranked(compared):
    out, found = compared
    assert len(found.runs) == 4
    assert len(found.labels) == 300
    assert found.external[0]["acc"] > 0.9
    assert all((out / "models" / run.model).exists() for run in found.runs)
    assert len(list((out / "autoencoders").iterdir())) == 2  # one a seed


def test_labels_change_nothing_of_the_ranking(data, compared):
    out, found = compared
    wrong = np.random.default_rng(0).permutation(data.y)
    other = compare(
        dataclasses.replace(data, y=wrong),
        3,
        ["ae_kmeans", "kmeans"],
        runs=2,
        out=out,
        settings=QUICK,
        verbose=0,
    )
    assert [run.name for run in other.runs] == [run.name for run in found.runs]
    assert [run.scores for run in other.runs] == [run.scores for run in found.runs]
    assert other.external[0]["acc"] < 0.6
    assert not any(row["scores"] for row in results.read(out / RESULTS))  # nothing of labels is kept with the runs


def test_an_interrupted_comparison_goes_on(data, tmp_path, monkeypatch):
    trained = []
    original = ComparisonRuns.train

    def train(self, planned):
        if len(trained) == 1:
            raise KeyboardInterrupt
        trained.append(planned.method)
        return original(self, planned)

    arguments = {"runs": 1, "out": tmp_path, "settings": QUICK, "verbose": 0}
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ComparisonRuns, "train", train)
        compare(data, 3, ["kmeans", "gmm"], **arguments)
    before = (tmp_path / RESULTS).read_text()
    found = compare(data, 3, ["kmeans", "gmm"], **arguments)
    assert sorted(run.method for run in found.runs) == ["gmm", "kmeans"]
    assert (tmp_path / RESULTS).read_text().startswith(before)  # what there was, then the rest
    assert len([row for row in results.read(tmp_path / RESULTS) if row["method"] == "kmeans"]) == 1


@pytest.mark.parametrize(
    "damage",
    [
        {"labels": [0, 1]},
        {"labels": "abc"},
        {"evidence": {}},
        {"evidence": {"cluster_sizes": [], "seconds": 1.0}},
        {"model": "../elsewhere.keras"},
        {"history": [1]},
        {"seconds": None},
    ],
)
def test_a_damaged_row_is_a_message(compared, data, tmp_path, damage):
    out = tmp_path / "copy"
    shutil.copytree(compared[0], out)
    rows = [row | (damage if row["method"] == "kmeans" else {}) for row in results.read(out / RESULTS)]
    (out / RESULTS).write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(InputError, match=r"results\.jsonl is not what a comparison writes: was it changed"):
        compare(data, 3, ["ae_kmeans", "kmeans"], runs=2, out=out, settings=QUICK, verbose=0)


def test_other_data_or_settings_are_other_runs(data, tmp_path):
    for x, settings in ((data.x, QUICK), (data.x + 1.0, QUICK), (data.x, QUICK | {"n_tries": 3})):
        compare(x, 3, ["kmeans"], runs=1, out=tmp_path, settings=settings, verbose=0)
    assert len(results.read(tmp_path / RESULTS)) == 3


def test_when_the_time_is_used_up_the_cheapest_are_trained(data):
    found = compare(data, 3, ["dec", "kmeans"], runs=2, budget=1e-9, settings=QUICK, verbose=0)
    assert [run.name for run in found.runs] == ["kmeans 0"]
    expected = r"Not trained, to keep the time budget: dec 0 and 1 \(.+ s\), kmeans 1 \(.+ s\) \(method, seed, .+\)\."
    assert re.fullmatch(expected, *found.left_out)


def test_a_method_that_refuses_the_data_is_left_out_by_name(tmp_path):
    x = np.random.default_rng(0).normal(size=(40, 60, 60, 1)).astype("float32")
    brief = {"pretrain_epochs": 1, "network": "dense", "units": (4,), "n_tries": 1}
    found = compare(x, 2, ["gmm", "kmeans"], runs=1, settings=brief, verbose=0)
    assert [run.method for run in found.runs] == ["kmeans"]
    assert found.left_out[0].startswith("gmm was left out: ")


def test_methods_are_ordered_by_the_cost_that_they_declare():
    assert in_order_of_cost(["dance", "dec", "kmeans", "dec"]) == ["kmeans", "dec", "dance"]
    raw = [name for name, model in methods().items() if "raw data" in model.method_kind]
    everything = in_order_of_cost(methods())
    assert set(everything[: len(raw)]) == set(raw)  # they train no network, or a small one
    assert everything[-2:] == ["dccs", "clustergan"]


def test_the_default_methods_are_those_that_declare_it():
    quick = ["kmeans", "ae_kmeans", "ae_gmm", "ae_rim"]
    assert default_methods() == [*quick, "idec", "vade", "dance", "dccs"]


def test_a_method_starts_from_a_shared_autoencoder_only_if_its_pretraining_is_plain():
    given = {"units": (4,), "n_tries": 2, "beta_cor": 1.0}
    assert starts_from_autoencoder("dec") and not starts_from_autoencoder("dance")
    assert settings_for("dec", given) == {"n_runs": 1, "n_tries": 2}  # the autoencoder determines its units
    assert settings_for("dance", given) == {"n_runs": 1, **given}  # each seed is a run
    assert settings_for("dance", {"n_runs": 3}) == {"n_runs": 3}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n_clusters": 1}, "n_clusters is 1"),
        ({"n_clusters": 301}, "301 clusters need at least 301 different samples"),
        ({"methods": ["danse"]}, "did you mean 'dance'"),
        ({"methods": []}, "no method to compare"),
        ({"runs": 0}, "number of runs must be a whole number of at least 1"),
        ({"budget": 0}, "budget is 0 minutes"),
        ({"settings": {"latent_dims": 3}}, "has a setting 'latent_dims'"),
        ({"settings": {"random_state": 3}}, "random_state cannot be set"),
    ],
)
def test_bad_input_is_refused_before_any_training(data, monkeypatch, given, message):
    monkeypatch.setattr(ComparisonRuns, "make", lambda *given: pytest.fail("trained"))
    with pytest.raises(InputError, match=message):
        compare(data, **{"n_clusters": 3, "verbose": 0} | given)
