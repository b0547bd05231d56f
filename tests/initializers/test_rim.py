"""RIM as initializer."""

import numpy as np

from kerasclust.initializers import RIM, cluster_means, rank_tries
from kerasclust.metrics import clustering_accuracy


def test_a_try_with_an_empty_cluster_cannot_win():
    labels = np.array([[0, 0, 1, 1], [0, 1, 2, 0], [2, 1, 0, 0]])
    assert rank_tries(labels, np.array([0.0, 0.9, 0.5]), 3).tolist() == [2, 1, 0]


def test_centers_are_the_means_of_the_clusters():
    z = np.array([[0.0, 0.0], [2.0, 0.0], [10.0, 4.0]], "float32")
    np.testing.assert_allclose(cluster_means(z, np.array([0, 0, 1]), 2), [[1.0, 0.0], [10.0, 4.0]])


def test_an_empty_cluster_starts_at_a_point_of_the_data():
    z = np.array([[1.0], [5.0]], "float32")
    assert cluster_means(z, np.array([0, 0]), 2, seed=3)[1, 0] in (1.0, 5.0)


def test_training_finds_separated_groups():
    random = np.random.default_rng(0)
    y = np.arange(240) % 4
    z = (np.array([[0, 0], [30, 0], [0, 30], [30, 30]])[y] + random.normal(size=(240, 2))).astype("float32")
    rim = RIM(4, n_tries=6, hidden=16)
    rim.reset(z, seed=0)
    for _ in range(150):
        logs = rim.train_step(z)
    labels, entropies = rim.tries(z)
    best = rank_tries(labels, entropies, 4)[0]
    assert clustering_accuracy(y, labels[best]) == 1.0
    assert entropies[best] <= float(logs["rim_conditional_entropy"]) + 0.05


def test_the_same_seed_starts_the_same_nets_and_tries_differ():
    z = np.random.default_rng(0).normal(size=(30, 2)).astype("float32")
    first, second = RIM(3, n_tries=2), RIM(3, n_tries=2)
    first.reset(z, 7)
    second.reset(z, 7)
    p = np.asarray(first.probabilities(z))
    np.testing.assert_array_equal(p, second.probabilities(z))
    assert np.abs(p[0] - p[1]).max() > 0.01


def test_scaled_points_give_the_same_probabilities():
    z = np.random.default_rng(0).normal(size=(30, 2)).astype("float32")
    one, hundred = RIM(3), RIM(3)
    one.reset(z, 1)
    hundred.reset(100 * z, 1)
    np.testing.assert_allclose(one.probabilities(z), hundred.probabilities(100 * z), rtol=1e-3, atol=1e-5)


def test_probabilities_are_those_of_each_net_alone():
    z = np.random.default_rng(0).normal(2.0, 3.0, size=(20, 3)).astype("float32")
    rim = RIM(4, n_tries=3, hidden=8)
    rim.reset(z, 5)
    p = np.asarray(rim.probabilities(z))
    scaled = (z.astype("float64") - z.mean(axis=0)) / z.std(axis=0)
    kernel_1, bias_1, kernel_2, bias_2 = (np.asarray(weight, "float64") for weight in rim.weights)
    for t in range(3):
        logits = np.maximum(scaled @ kernel_1[t] + bias_1[t], 0.0) @ kernel_2[t] + bias_2[t]
        expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(p[t], expected, rtol=1e-4, atol=1e-6)
