"""The consensus of clusterings."""

import numpy as np

from kerasclust.initializers import consensus_labels
from kerasclust.initializers.consensus import SAMPLED
from kerasclust.metrics import agreement, clustering_accuracy


def noisy(y, share, seed):
    random = np.random.default_rng(seed)
    wrong = random.random(len(y)) < share
    return np.where(wrong, random.integers(0, y.max() + 1, len(y)), random.permutation(y.max() + 1)[y])


def test_is_better_than_the_clusterings_it_comes_from_and_renaming_does_not_matter():
    y = np.arange(200) % 4
    labellings = np.stack([noisy(y, 0.3, seed) for seed in range(9)])
    single = max(clustering_accuracy(y, row) for row in labellings)
    assert clustering_accuracy(y, consensus_labels(labellings, 4)) > single
    renamed = np.stack([np.random.default_rng(i).permutation(4)[row] for i, row in enumerate(labellings)])
    assert agreement(consensus_labels(labellings, 4), consensus_labels(renamed, 4)) == 1.0


def test_points_outside_the_sample_join_the_right_group():
    y = np.arange(2 * SAMPLED) % 3
    labellings = np.stack([noisy(y, 0.2, seed) for seed in range(7)])
    assert clustering_accuracy(y, consensus_labels(labellings, 3)) > 0.97


def test_one_clustering_is_its_own_consensus():
    y = np.arange(30) % 3
    assert agreement(y, consensus_labels(y[None], 3)) == 1.0


def test_clusterings_that_all_agree_are_returned_without_a_warning(recwarn):
    y = np.arange(90) % 3
    assert agreement(consensus_labels(np.stack([y, y, (y + 1) % 3]), 3), y) == 1.0
    assert not recwarn.list
