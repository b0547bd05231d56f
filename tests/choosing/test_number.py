"""The estimated number of clusters, without labels."""

import numpy as np
import pytest

from kerasclust.choosing import NumberOfClusters, estimate_n_clusters
from kerasclust.choosing.curves import CRITERIA, Curves
from kerasclust.choosing.number import in_order, numbers_to_try
from kerasclust.choosing.reference import without_groups
from kerasclust.choosing.stability import split_stability
from kerasclust.errors import InputError

QUICK = {"most": 6, "latent": False, "verbose": 0}


@pytest.fixture(scope="module")
def found(blobs):
    return estimate_n_clusters(blobs[0], **QUICK)


def test_three_blobs_are_three_clusters_and_clearly_so(found):
    assert found.n_clusters == 3
    assert found.nearly == []
    other, share = found.runner_up
    assert other in (2, 4) and share < 0.9
    assert found.sentences()[:2] == [
        f"3 clusters; next comes {other}, with {share:.0%} of its evidence.",
        "All criteria favor 3.",
    ]
    assert found.deciding.measured["stability"][1] > 0.95  # at k = 3


def test_the_order_and_the_unit_of_the_samples_do_not_matter(blobs, found):
    x = blobs[0]
    shuffled = estimate_n_clusters(x[np.random.default_rng(1).permutation(len(x))], **QUICK)
    rescaled = estimate_n_clusters(1000.0 * x + 7.0, **QUICK)
    assert shuffled.n_clusters == rescaled.n_clusters == 3
    np.testing.assert_allclose(
        rescaled.deciding.measured["silhouette"], found.deciding.measured["silhouette"], atol=1e-3
    )


def test_the_same_seed_gives_the_same(blobs, found):
    again = estimate_n_clusters(blobs[0], **QUICK)
    assert again.rows() == found.rows()


def test_one_cloud_has_no_clusters():
    cloud = np.random.default_rng(0).normal(size=(300, 4)) * [4.0, 1.0, 1.0, 1.0]
    found = estimate_n_clusters(cloud, **QUICK)
    assert found.n_clusters == 1
    assert "No number of clusters stands out" in found.sentences()[0]
    assert "**" not in found.markdown()  # no number is marked


def test_groups_that_features_hide_are_found_in_the_space_that_shows_them(blobs):
    x, _ = blobs
    found = estimate_n_clusters(x, most=6, verbose=0, settings={"pretrain_epochs": 30, "latent_dim": 3})
    assert {curves.space for curves in found.curves} == {"features", "latent space"}
    assert found.deciding.clarity == max(curves.clarity for curves in found.curves)
    assert found.n_clusters == 3


def curves(**measured):
    nothing = {name: np.zeros(4) for name in CRITERIA}
    return Curves("features", (2, 3, 4, 5), {name: np.array(measured[name]) for name in CRITERIA}, nothing)


def test_a_criterion_that_goes_astray_is_outvoted():
    judged = curves(stability=[0.2, 0.9, 0.8, 0.3], silhouette=[0.1, 0.5, 0.4, 0.2], eigengap=[0.1, 0.6, 0.7, 0.8])
    assert judged.ks[judged.best] == 3
    said = NumberOfClusters((judged,)).sentences()
    assert said[0].startswith("3 clusters; ") and "no other" not in " ".join(said)
    assert said[1] == "By itself, stability favors 3, silhouette favors 3 and eigengap favors 5."


def test_near_ties_and_the_end_of_the_range_are_said():
    tied = curves(stability=[0.1, 0.2, 0.58, 0.6], silhouette=[0.1, 0.2, 0.38, 0.4], eigengap=[0.1, 0.2, 0.68, 0.7])
    said = NumberOfClusters((tied,)).sentences()
    assert said[0] == "5 clusters; 4 is nearly as good."
    assert "largest number that was tried" in said[-1]


def test_a_space_whose_best_number_is_an_end_leaves_it_to_one_with_groups_where_it_is_none():
    rising = curves(stability=[0.1, 0.3, 0.6, 0.9], silhouette=[0.1, 0.2, 0.3, 0.4], eigengap=[0.1, 0.2, 0.6, 0.7])
    peaked = curves(stability=[0.1, 0.5, 0.2, 0.1], silhouette=[0.1, 0.3, 0.2, 0.1], eigengap=[0.1, 0.4, 0.2, 0.1])
    faint = curves(stability=[0.0, 0.3, 0.0, 0.0], silhouette=[0.1, 0.3, 0.2, 0.1], eigengap=[0.1, 0.4, 0.2, 0.1])
    assert in_order([rising, peaked]) == (peaked, rising)
    assert in_order([faint, rising]) == (rising, faint)
    estimate = NumberOfClusters(in_order([rising, peaked]))
    assert estimate.n_clusters == 3
    assert estimate.sentences()[-1] == "5 is the largest number that was tried: try larger ones."


def test_stability_is_chance_where_there_is_nothing_to_find():
    random = np.random.default_rng(0)
    noise = random.normal(size=(400, 5))
    groups = noise + 12.0 * np.eye(4, 5)[np.arange(400) % 4]
    assert split_stability(groups, 4, seed=0) == pytest.approx(1.0)
    assert split_stability(noise, 4, seed=0) < 0.5


def test_data_without_groups_has_the_covariance_of_the_data():
    random = np.random.default_rng(0)
    z = random.normal(size=(4000, 3)) @ random.normal(size=(3, 3)) + 5.0
    other = without_groups(z, seed=1)
    np.testing.assert_allclose(np.cov(other.T), np.cov(z.T), atol=0.15)
    np.testing.assert_allclose(other.mean(axis=0), z.mean(axis=0), atol=0.15)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"least": 1}, "smallest number of clusters must be a whole number of at least 2"),
        ({"most": 2.5}, "largest number of clusters must be a whole number"),
        ({"least": 5, "most": 5}, "nothing to compare"),
        ({"most": 300}, "only 300 different ones: try at most 149"),
    ],
)
def test_numbers_that_cannot_be_tried_are_refused_before_anything_is_computed(blobs, monkeypatch, numbers, message):
    monkeypatch.setattr("kerasclust.choosing.number.feature_space", lambda *given: pytest.fail("computed"))
    with pytest.raises(InputError, match=message):
        estimate_n_clusters(blobs[0], verbose=0, **numbers)


def test_equal_samples_count_once(monkeypatch):
    monkeypatch.setattr("kerasclust.choosing.number.feature_space", lambda *given: pytest.fail("computed"))
    with pytest.raises(InputError, match=r"3 different ones are too few .* give at least 8"):
        estimate_n_clusters(np.eye(3)[np.arange(30) % 3], most=8, verbose=0)


@pytest.mark.parametrize("n", [2, 4, 6, 7])
def test_too_few_samples_get_advice_that_helps(n):
    x = np.random.default_rng(0).normal(size=(8, 3))
    with pytest.raises(InputError, match=r"too few .* give at least 8"):
        estimate_n_clusters(x[:n], latent=False, verbose=0)
    with pytest.raises(InputError, match=r"too few .* give at least 8"):
        estimate_n_clusters(x[:n], most=5, latent=False, verbose=0)
    assert estimate_n_clusters(x, latent=False, verbose=0).deciding.ks == (2, 3)


def test_the_default_tries_as_many_as_there_are_samples_for(blobs):
    assert numbers_to_try(2, None, blobs[0][:20]) == tuple(range(2, 10))
    assert numbers_to_try(2, None, blobs[0]) == tuple(range(2, 16))
