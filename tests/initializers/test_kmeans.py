"""Tries of k-means."""

import numpy as np

from kerasclust.initializers import INITIALIZERS


def test_scores_compare_spaces_of_different_scale_and_place():
    z = np.random.default_rng(0).normal(size=(200, 3))
    labels, scores = INITIALIZERS["kmeans"](z, 4, 0, 3)
    moved_labels, moved_scores = INITIALIZERS["kmeans"](7.0 * z + 3.0, 4, 0, 3)
    np.testing.assert_array_equal(labels, moved_labels)
    np.testing.assert_allclose(scores, moved_scores)
    within = sum(((z[labels[0] == j] - z[labels[0] == j].mean(axis=0)) ** 2).sum() for j in range(4))
    np.testing.assert_allclose(scores[0], within / (200 * z.var(axis=0).sum()), rtol=1e-6)


def test_identical_points_have_a_score():
    assert INITIALIZERS["kmeans"](np.ones((10, 2)), 1, 0, 2)[1].tolist() == [0.0, 0.0]
