"""The functions that compare clusters with classes."""

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from kerasclust.errors import InputError
from kerasclust.metrics import (
    adjusted_rand_index,
    agreement,
    best_matching,
    clustering_accuracy,
    external_scores,
    normalized_mutual_information,
)


@pytest.fixture
def random():
    return np.random.default_rng(0)


def accuracy_by_trying_all(y, labels, n):
    """The definition: the best accuracy over all one-to-one renamings of n clusters to n classes."""
    return max(np.mean(np.array(names)[labels] == y) for names in permutations(range(n)))


@pytest.mark.parametrize(("n_classes", "n_clusters"), [(5, 5), (3, 5), (5, 3), (1, 4), (4, 1)])
def test_accuracy_is_the_best_over_all_renamings(random, n_classes, n_clusters):
    y, labels = random.integers(n_classes, size=200), random.integers(n_clusters, size=200)
    expected = accuracy_by_trying_all(y, labels, max(n_classes, n_clusters))
    assert clustering_accuracy(y, labels) == pytest.approx(expected)


@pytest.mark.parametrize("score", [clustering_accuracy, normalized_mutual_information, adjusted_rand_index])
def test_names_of_clusters_and_order_of_samples_do_not_matter(random, score):
    y, labels = random.integers(4, size=300), random.integers(6, size=300)
    names, order = random.permutation(100)[:6], random.permutation(300)
    assert score(y, names[labels]) == pytest.approx(score(y, labels))
    assert score(y[order], labels[order]) == pytest.approx(score(y, labels))
    assert score(y, names[:4][y]) == pytest.approx(1.0)


def test_noise_is_an_error_for_accuracy_and_one_cluster_for_the_others(random):
    y, labels = random.integers(3, size=100), random.integers(-1, 3, size=100)
    hard = np.where(labels < 0, 3, labels)
    one_per_sample = np.where(labels < 0, np.arange(100) + 10, labels)
    assert clustering_accuracy(y, labels) == pytest.approx(
        max(np.mean((np.array(names)[labels] == y) & (labels >= 0)) for names in permutations(range(3)))
    )
    assert clustering_accuracy(y, np.full(100, -1)) == 0
    assert normalized_mutual_information(y, labels) == pytest.approx(normalized_mutual_info_score(y, hard))
    assert adjusted_rand_index(y, np.where(labels < 0, -7, labels)) == pytest.approx(adjusted_rand_score(y, hard))
    assert adjusted_rand_index(y, labels) != pytest.approx(adjusted_rand_score(y, one_per_sample))


def test_unknown_classes_are_left_out(random):
    y, labels = random.integers(-1, 3, size=100), random.integers(3, size=100)
    assert external_scores(y, labels) == external_scores(y[y >= 0], labels[y >= 0])


def test_best_matching_gives_the_accuracy(random):
    y, labels = random.integers(3, size=100), random.integers(-1, 6, size=100)
    renamed = best_matching(y, labels)
    assert np.mean(renamed == y) == pytest.approx(clustering_accuracy(y, labels))
    assert np.array_equal(renamed < 0, labels < 0)
    assert agreement(renamed, labels) == pytest.approx(1.0)


def test_a_cluster_of_unknown_samples_only_gets_a_number_of_its_own():
    assert best_matching([0, 0, 1, -1], [5, 5, 6, 7]).tolist() == [0, 0, 1, 2]


def test_agreement_is_symmetric_and_blind_to_names(random):
    a, b = random.integers(4, size=200), random.integers(3, size=200)
    assert agreement(a, b) == pytest.approx(agreement(b, a)) == pytest.approx(agreement(10 - a, b))
    assert agreement(a, b) == pytest.approx(adjusted_rand_score(a, b))
    assert abs(agreement(a, b)) < 0.05


@pytest.mark.parametrize(
    ("y", "labels", "message"),
    [
        ([0, 1], [0, 1, 2], "2 entries and labels has 3"),
        ([0, 1], [[0.5, 0.5], [0.1, 0.9]], "argmax"),
        ([0, 1], [0.5, 1.0], "whole numbers"),
        (["a", "b"], [0, 1], "replace names by numbers"),
        ([-1, -1], [0, 1], "known class"),
        ([], [], "known class"),
    ],
)
def test_bad_input_is_explained(y, labels, message):
    for score in (clustering_accuracy, normalized_mutual_information, adjusted_rand_index, best_matching):
        with pytest.raises(InputError, match=message):
            score(y, labels)


def test_agreement_needs_the_same_samples():
    with pytest.raises(InputError, match="2 and 3"):
        agreement([0, 1], [0, 1, 1])
