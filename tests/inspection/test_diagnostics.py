"""Evidence becomes the right sentences, and a fit says as much as it was asked to."""

import logging
import time

import numpy as np
import pytest

from kerasclust.inspection import diagnostics
from kerasclust.inspection.diagnostics import fresh_critic_accuracy, latent_correlation, measure, warnings_about
from kerasclust.models import DEC

GOOD = {
    "cluster_sizes": [40, 30, 20, 10],
    "critic_accuracy": 0.52,
    "fresh_critic_accuracy": 0.55,
    "latent_correlation": 0.1,
    "undecided": 0.05,
    "silhouette": 0.6,
    "tries_agreement": 0.9,
    "agreement": 0.9,
}


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            {"cluster_sizes": [50, 50, 0, 0]},
            "2 clusters of 4 stayed empty: there may be fewer groups; try n_clusters=2.",
        ),
        ({"cluster_sizes": [40, 30, 30, 0]}, "1 cluster of 4 stayed empty"),
        ({"cluster_sizes": [100, 0]}, "1 cluster of 2 stayed empty: no groups were found."),
        (
            {"cluster_sizes": [49, 49, 1, 1]},
            "Fewer samples than a tenth of an even share are in 2 clusters of 4: outliers, or too many",
        ),
        (
            {"critic_accuracy": 0.75},
            "The critic still tells Z_r from noise (75% right, chance is 50%): the cluster space is not fully "
            "separated from the rest. Train longer (pretrain_epochs) or start from a higher beta_cor.",
        ),
        (
            {"critic_accuracy": 0.3},
            "The critic is worse than chance (30% right): the adversarial game is unstable; lower the learning rate.",
        ),
        ({"fresh_critic_accuracy": 0.8}, "A newly trained critic tells Z_r from noise in 80% of all cases"),
        ({"latent_correlation": 0.55}, "Z_c and Z_r are still correlated (up to 0.55)."),
        ({"undecided": 0.4}, "40% of the samples lie between two clusters: do not rely on single memberships."),
        ({"silhouette": 0.04}, "Clusters overlap in the clustered space (silhouette 0.04)."),
        (
            {"tries_agreement": 0.2},
            "The tries of the initialization disagree (mean adjusted Rand index 0.20): several cuts are about as good.",
        ),
        ({"agreement": 0.3}, "The runs disagree (mean adjusted Rand index 0.30 with the one kept): do not rely on"),
    ],
)
def test_each_doubt_gets_its_own_sentence_and_no_other(evidence, sentence):
    found = warnings_about(GOOD | evidence, 100)
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_good_evidence_gets_no_sentence_and_what_was_not_measured_is_not_judged():
    assert warnings_about(GOOD, 100) == []
    assert warnings_about({"cluster_sizes": [50, 50], "undecided": 0.0}, 100) == []


def test_several_doubts_are_all_named():
    bad = {"cluster_sizes": [98, 2, 0, 0], "critic_accuracy": 0.9, "fresh_critic_accuracy": 0.9, "undecided": 0.5}
    bad |= {"latent_correlation": 0.9, "silhouette": -0.1, "tries_agreement": 0.1, "agreement": 0.1}
    assert "1 cluster of 4" in warnings_about(bad, 100)[1]
    assert len(warnings_about(bad, 100)) == 9


@pytest.fixture(scope="module")
def gaussians():
    random = np.random.default_rng(0)
    return random.normal(size=(4000, 2)), random.normal(size=(4000, 2))


@pytest.mark.parametrize("sigma", [1.0, 3.0])
def test_a_fresh_critic_is_at_chance_for_independent_gaussian_noise(gaussians, sigma):
    z_c, noise = gaussians
    accuracies = [fresh_critic_accuracy(z_c, sigma * noise, sigma, seed) for seed in range(5)]
    assert np.mean(accuracies) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    "dependent",
    [
        lambda z_c, noise: 0.8 * z_c + 0.6 * noise,
        lambda z_c, noise: np.exp(-2.0 * np.abs(z_c)) * noise,
        lambda z_c, noise: 0.3 * noise,
        lambda z_c, noise: noise + 2.0,
    ],
    ids=["linear in z_c", "spread by z_c", "narrower", "shifted"],
)
def test_a_fresh_critic_sees_what_is_not_independent_gaussian_noise(gaussians, dependent):
    z_c, noise = gaussians
    assert fresh_critic_accuracy(z_c, dependent(z_c, noise), 1.0) > 0.7


def test_a_fresh_critic_of_many_dimensions_is_as_good_and_soon_done():
    random = np.random.default_rng(0)
    z_c, noise = random.normal(size=(2000, 1500)), random.normal(size=(2000, 1500))
    started = time.perf_counter()
    assert fresh_critic_accuracy(z_c, noise, 1.0) == pytest.approx(0.5, abs=0.06)
    assert fresh_critic_accuracy(z_c, noise + 1.0, 1.0) > 0.7
    assert time.perf_counter() - started < 30.0


def test_latent_correlation_is_that_of_the_most_correlated_pair():
    a, b, c = (np.array(column, float) for column in ([1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]))
    z_c = np.stack([a, b], axis=1)
    assert latent_correlation(z_c, c[:, None] + 5.0) == pytest.approx(0.0)
    assert latent_correlation(z_c, np.stack([c, 3.0 * b + 7.0], axis=1)) == pytest.approx(1.0)
    assert latent_correlation(z_c, -a[:, None]) == pytest.approx(1.0)
    assert latent_correlation(z_c, (a + c)[:, None]) == pytest.approx(np.sqrt(0.5))
    assert latent_correlation(z_c, np.full((4, 1), 3.0)) == 0.0


@pytest.fixture
def fit_of_a_tiny_model(blobs, caplog):
    caplog.set_level(logging.ERROR, logger="tensorflow")  # it may remark on how often a process traces functions

    def fit(verbose):
        model = DEC(3, initializer="rim", pretrain_epochs=1, epochs=1, n_tries=2, units=(8,), random_state=0)
        model.rim_search.updates = 20
        model.fit(blobs[0], verbose=verbose)

    return fit


def test_a_silent_fit_prints_nothing(fit_of_a_tiny_model, capsys):
    fit_of_a_tiny_model(verbose=0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [1, "auto"])
def test_a_fit_that_may_speak_names_its_phases_in_order(fit_of_a_tiny_model, capsys, verbose):
    fit_of_a_tiny_model(verbose)
    shown = capsys.readouterr().err
    places = [shown.find(f"DEC {phase}") for phase in ("pretrain", "initialize", "refine")]
    assert -1 not in places and places == sorted(places)


def test_scores_of_a_part_of_many_points_are_close_to_those_of_all(monkeypatch):
    random = np.random.default_rng(0)
    labels = np.arange(6000) % 3
    features = random.normal(size=(6000, 4)) + 6.0 * np.eye(3, 4)[labels]
    whole = measure(features, features[:, :2], np.eye(3)[labels])
    monkeypatch.setattr(diagnostics, "SCORED", 4 * 3000)
    part = measure(features, features[:, :2], np.eye(3)[labels])
    assert part["cluster_sizes"] == whole["cluster_sizes"]
    for name in ("davies_bouldin", "davies_bouldin_features"):
        assert part[name] == pytest.approx(whole[name], rel=0.1)
        assert part[name] != whole[name]
