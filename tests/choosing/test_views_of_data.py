"""Data that can be grouped in two ways: both are found, told apart, and kept."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

import kerasclust
from kerasclust import load_model
from kerasclust.choosing import cluster, views
from kerasclust.choosing.automatic import Choice, Plan
from kerasclust.choosing.comparison import rank_runs
from kerasclust.choosing.families import families_of
from kerasclust.choosing.frontends import Candidates, candidates_for
from kerasclust.choosing.ranking import ComparedRun, agreement_matrix
from kerasclust.choosing.spaces import feature_space
from kerasclust.choosing.views import separates, views_told
from kerasclust.cli import main
from kerasclust.data.inputs import read_samples
from kerasclust.datasets import DataSet
from kerasclust.metrics import adjusted_rand_index

N, STEPS = 120, 32
LEVEL, VARIATION = np.arange(N) % 2, np.arange(N) // 2 % 2


@pytest.fixture(scope="module")
def data():
    """Sequences with two levels of three loads, and independently two variations of delay."""
    random = np.random.default_rng(0)
    delay = (1.0 + 9.0 * VARIATION[:, None, None]) * random.normal(size=(N, STEPS, 1))
    loads = 10.0 * LEVEL[:, None, None] + random.normal(size=(N, STEPS, 3))
    x = np.concatenate([delay, loads], axis=2).astype("float32")
    return DataSet("two ways", x, channel_names=("delay", "load 1", "load 2", "load 3"))


def runs_of(*labelings):
    """Judged runs, best first: {neighbors: from 1 downwards}."""
    runs = [ComparedRun(f"m{i}", i, np.asarray(labels)) for i, labels in enumerate(labelings)]
    for place, run in enumerate(runs):
        run.scores = {"neighbors": 1.0 - 0.1 * place, "agreement": 0.5, "silhouette": 0.5}
    return runs


def families(runs):
    return families_of(runs, agreement_matrix(runs))


def test_runs_that_agree_are_one_family():
    noisy = LEVEL.copy()
    noisy[:5] = 1 - noisy[:5]
    assert families(runs_of(LEVEL, 1 - LEVEL, noisy)) == [[0, 1, 2]]
    assert families(runs_of(LEVEL, VARIATION, LEVEL, VARIATION)) == [[0, 2], [1, 3]]


def test_a_single_run_is_a_family_only_if_it_is_the_best():
    random = np.random.default_rng(0).integers(0, 2, N)
    assert families(runs_of(LEVEL, LEVEL, random)) == [[0, 1]]
    assert families(runs_of(random, LEVEL, LEVEL)) == [[0], [1, 2]]
    assert families(runs_of(LEVEL)) == [[0]]


def test_failed_runs_and_runs_that_tell_little_are_no_family():
    runs = runs_of(LEVEL, LEVEL, VARIATION, VARIATION)
    runs[2].failed = runs[3].failed = True
    assert families(runs) == [[0, 1]]
    runs = runs_of(LEVEL, LEVEL, VARIATION, VARIATION)
    for run in runs[2:]:
        run.scores["neighbors"] = 0.3
    assert families(runs) == [[0, 1]]


def test_what_separates_clusters_is_the_share_of_variance_that_they_explain(data):
    found = dict(separates(data, LEVEL))
    assert set(found) == {"level of load 1", "level of load 2", "level of load 3"}
    share = found["level of load 1"]
    samples = data.x[:, :, 1].mean(axis=1)
    within = np.mean([samples[group == LEVEL].var() for group in (0, 1)])
    assert share == pytest.approx(1.0 - within / samples.var(), abs=1e-5)
    (first, share), (_, other), _ = separates(data, VARIATION)
    assert first == "variation of delay" and share > 0.9 and other < 0.1
    some = np.where(np.arange(N) < 40, -1, LEVEL)  # without a cluster
    assert separates(data, some)[0][0].startswith("level of load")


def test_views_are_told_side_by_side(data):
    runs = [run for run in runs_of(LEVEL, VARIATION, LEVEL, VARIATION)]
    for run, frontend in zip(runs, 2 * ["statistics", "variability"], strict=True):
        run.frontend = frontend
    spaces = {"statistics": [data.x[:, :, 1]], "variability": [np.abs(data.x[:, :, 0])]}
    found = rank_runs(runs, spaces, 2)
    assert len(found.views) == 2
    told = views_told(found, data, kept=2)
    text = told.markdown()
    assert "The runs group the data in 2 ways." in text and "View 2 is kept" in text
    assert "level of load 1 (1.00)" in text and "variation of delay (0.9" in text
    assert [row[5] for row in told.rows] == ["60, 60", "60, 60"] and told.chosen == 1


def test_front_ends_and_leading_methods_depend_on_the_kind_of_samples(data, blobs):
    hours = np.arange(7 * 24)
    noise = np.random.default_rng(0).normal(0, 0.3, (50, len(hours)))
    weeks = (np.sin(2 * np.pi * hours / 24) + noise)[..., None].astype("float32")
    on_clock, without = candidates_for(read_samples(weeks), {}), candidates_for(read_samples(data), {})
    assert on_clock.frontends == ["profile", "convolutions"] and not on_clock.leading
    assert without.frontends == ["variability", "statistics"] and set(without.leading) == {"ae_rim", "dance"}
    unequal = [row[: 20 + number % 5] for number, row in enumerate(data.x)]
    assert candidates_for(read_samples(unequal), {}).frontends == ["statistics"]
    assert candidates_for(read_samples(data), {"frontend": "statistics"}).frontends == [None]
    assert candidates_for(read_samples(blobs[0]), {}).frontends == [None]


ORIGINS = np.repeat(np.arange(40), 5)


@pytest.fixture(scope="module")
def persistent():
    """Sequences of 40 origins: the level is that of the origin, how much it varies changes from sample to sample."""
    random = np.random.default_rng(0)
    level, varying = np.repeat(random.permutation(40) % 4, 5), random.integers(1, 5, len(ORIGINS))
    x = (20.0 * level + varying * random.normal(size=(64, len(ORIGINS)))).T[..., None].astype("float32")
    return x, varying


def test_the_front_end_whose_clusters_last_comes_first(persistent):
    x, varying = persistent
    samples = read_samples(x)
    found = candidates_for(samples, {}, ORIGINS)
    assert found.frontends == ["statistics", "variability"] and "kmeans" in found.leading
    assert 'those on "statistics" last more often' in found.reason
    steady = candidates_for(samples, {}, np.argsort(np.argsort(varying, kind="stable")) // 5)  # origins that vary alike
    assert steady.frontends == ["variability", "statistics"] and not steady.reason
    one_each = np.arange(len(x))  # no sample follows another one of its origin
    assert not candidates_for(samples, {}, one_each).reason and not candidates_for(samples, {}).reason


def test_clusters_that_last_on_no_front_end_leave_the_default(persistent):
    x, _ = persistent
    for seed in range(5):  # what one origin has in common is lost
        shuffled = np.random.default_rng(seed).permutation(ORIGINS)
        assert candidates_for(read_samples(x), {}, shuffled).frontends == ["variability", "statistics"]


@pytest.mark.parametrize(
    "named",
    [
        lambda number: f"cell {number}",
        lambda number: np.datetime64("2026-01-01") + number,
        lambda number: number + 0.5,
        lambda number: number if number % 2 else f"cell {number}",
    ],
)
def test_origins_may_be_of_any_kind(persistent, named):
    origins = np.array([named(int(number)) for number in ORIGINS], dtype=object)
    assert candidates_for(read_samples(persistent[0]), {}, origins).reason
    for unknown in (None, np.nan):
        origins[:] = unknown  # all the same, but unknown: no sample is known to follow another
        assert not candidates_for(read_samples(persistent[0]), {}, origins).reason


def test_samples_that_are_left_out_leave_the_origins_of_the_others(persistent):
    x = persistent[0].copy()
    x[::5] = np.nan  # the first sample of each origin
    choice = Choice(Plan(4, "auto", {}), DataSet("gaps", x, groups=ORIGINS), verbose=0)
    with pytest.warns(UserWarning, match="left out|not used|missing"):
        assert choice.candidates.reason and len(choice.samples) == 160


def test_features_are_computed_once(persistent, monkeypatch):
    computed = []

    def counted(x, frontend="auto"):
        computed.append(frontend)
        return feature_space(x, frontend)

    for module in ("frontends", "spaces"):
        monkeypatch.setattr(f"kerasclust.choosing.{module}.feature_space", counted)
    settings = {"pretrain_epochs": 1}
    choice = Choice(Plan(4, "auto", settings), DataSet("cells", persistent[0], groups=ORIGINS), verbose=0)
    for frontend in choice.candidates.frontends:
        assert choice.spaces_of(frontend).by_name["features"] is choice.candidates.features[frontend]
    assert sorted(computed) == ["statistics", "variability"]


def test_the_first_front_end_is_told_with_its_reason(monkeypatch, data, capsys):
    reason = 'Clusters on the front end "variability" change.'
    found = Candidates(["statistics", "variability"], ["kmeans"], reason)
    monkeypatch.setattr("kerasclust.choosing.automatic.candidates_for", lambda *given: found)
    clustering = cluster(data, 2, time_budget=1e-3, random_state=0, pretrain_epochs=2)
    assert clustering.comparison.chosen.frontend == "statistics"
    assert clustering.sentences().count(reason) == 1 and reason in capsys.readouterr().err


# The command ----------------------------------------------------------------------------------------------------------

QUICK = ("--pretrain-epochs", "2", "--seed", "0")


@pytest.fixture
def only_kmeans(monkeypatch):
    """Two seeds of k-means on each front end."""
    monkeypatch.setattr("kerasclust.choosing.planned.default_methods", lambda: ["kmeans"])
    monkeypatch.setattr("kerasclust.choosing.automatic.SEEDS", 2)


def labels_of(run):
    with open(run / "labels.csv", newline="") as table:
        return np.array([int(row["cluster"]) for row in csv.DictReader(table)])


def test_fit_keeps_the_view_that_is_asked_for_and_writes_the_other(data, tmp_path, only_kmeans):
    np.savez(tmp_path / "two.npz", x=data.x)
    first, second = tmp_path / "first", tmp_path / "second"
    arguments = ["fit", str(tmp_path / "two.npz"), "--clusters", "2", "--time-budget", "1h", *QUICK]
    result = CliRunner().invoke(main, [*arguments, "--view", "5", "--out", str(first)])
    assert result.exit_code == 0, (result.output, result.exception)
    assert "there is no view 5, so view 1 is kept" in " ".join(result.stderr.split())
    assert "The runs group the data in 2 ways: the best run of the other way is kmeans " in result.stdout
    titles = [choice["title"] for choice in json.loads((first / "choices.json").read_text())]
    assert titles == ["The method", views.TITLE] and views.TITLE in (first / "report.html").read_text()
    result = CliRunner().invoke(main, [*arguments, "--view", "2", "--out", str(second)])
    assert result.exit_code == 0, (result.output, result.exception)
    kept = labels_of(first), labels_of(second)
    assert all(max(adjusted_rand_index(groups, one) for one in kept) > 0.9 for groups in (LEVEL, VARIATION))
    np.testing.assert_array_equal(labels_of(first / "views" / "2"), kept[1])
    np.testing.assert_array_equal(load_model(first / "views" / "2").predict_clusters(data.x), kept[1])
    assert CliRunner().invoke(main, ["report", str(first / "views" / "2")]).exit_code == 0


def test_in_python_each_view_has_its_model(data, only_kmeans):
    short = {"pretrain_epochs": 2, "units": (16,), "latent_dim": 2}
    found = kerasclust.cluster(data.x, 2, time_budget=1000, random_state=0, verbose=0, **short)
    assert len(found.views) == len(found.comparison.views) == 2 and found.views[0] is found.model
    labels = [model.predict_clusters(data.x) for model in found.views]
    for of_model, view in zip(labels, found.comparison.views, strict=True):
        np.testing.assert_array_equal(of_model, found.comparison.runs[view.place].labels)
    assert adjusted_rand_index(*labels) < 0.1


def test_a_view_needs_several_methods(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((4, 2)))
    arguments = ["--method", "kmeans", "--clusters", "2", "--view", "2", "--out", str(tmp_path / "r")]
    result = CliRunner().invoke(main, ["fit", str(tmp_path / "x.npy"), *arguments])
    assert result.exit_code == 2 and "--view chooses among the views of several methods" in result.stderr
