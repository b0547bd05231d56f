"""The synthetic clusters: found by everybody without extra dimensions, missed by some with 25."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score

from kerasclust.datasets import synth_25
from kerasclust.errors import InputError


def kmeans_scores(n_extra, seeds):
    """NMI of k-means, started once, on points of each seed."""
    scores = []
    for seed in range(seeds):
        data = synth_25(n_extra=n_extra, seed=seed)
        labels = KMeans(4, n_init=1, random_state=seed).fit_predict(data.x)
        scores.append(normalized_mutual_info_score(data.y, labels))
    return np.array(scores)


def test_the_papers_size():
    data = synth_25()
    assert data.x.shape == (12_000, 27) and data.x.dtype == np.float32 and data.name == "synth_25"
    assert np.bincount(data.y).tolist() == [3000] * 4
    assert len(data.channel_names) == len(set(data.channel_names)) == 27
    assert not np.array_equal(data.y, np.sort(data.y))


def test_clusters_are_far_apart_and_the_extra_dimensions_say_nothing_of_them():
    data = synth_25()
    centers = np.array([data.x[data.y == k].mean(axis=0) for k in range(4)])
    within = np.array([data.x[data.y == k].std(axis=0) for k in range(4)])
    np.testing.assert_allclose(np.abs(centers[:, :2]), 4, atol=0.1)
    np.testing.assert_allclose(within[:, :2], 1, atol=0.05)
    np.testing.assert_allclose(centers[:, 2:], 0, atol=0.3)  # 3.8 standard errors
    np.testing.assert_allclose(within[:, 2:], 3.95, atol=0.2)
    correlations = np.corrcoef(data.x[:, 2:].T)[~np.eye(25, dtype=bool)]
    assert np.abs(correlations).max() < 0.05


def test_the_seed_decides():
    first, again, other = synth_25(seed=1), synth_25(seed=1), synth_25(seed=2)
    np.testing.assert_array_equal(first.x, again.x)
    assert (first.x != other.x).any()


def test_more_extra_dimensions_are_added_to_the_same_points():
    few, many = synth_25(n_extra=3), synth_25(n_extra=10)
    np.testing.assert_array_equal(many.x[:, :5], few.x)
    np.testing.assert_array_equal(many.y, few.y)
    assert few.name == "synth_3"


def test_kmeans_finds_the_clusters_without_extra_dimensions():
    assert kmeans_scores(n_extra=0, seeds=5).min() > 0.99


def test_kmeans_mostly_finds_the_clusters_among_25_extra_dimensions():
    scores = kmeans_scores(n_extra=25, seeds=8)
    assert abs(scores.mean() - 0.90) < 0.1 and scores.min() < 0.8 and scores.max() > 0.99  # published: 0.90 +- 0.16


@pytest.mark.parametrize("bad", [{"n_samples": 3}, {"n_samples": 10.5}, {"n_extra": -1}, {"seed": -1}, {"seed": True}])
def test_bad_sizes_are_named(bad):
    with pytest.raises(InputError, match=f"{next(iter(bad))} must be a whole number"):
        synth_25(**bad)
