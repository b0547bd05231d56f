"""k-means, balance, correlation, affinity and locality against float64 NumPy, and gradients by finite differences."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import losses

RANDOM = np.random.default_rng(0)
Z, X = RANDOM.normal(size=(9, 2)), RANDOM.normal(size=(9, 4)) * 2
CENTERS = RANDOM.normal(size=(3, 2))
Q = RANDOM.dirichlet(np.ones(3), size=9)


def squared(a, b):
    return ((a[:, None] - b[None]) ** 2).sum(axis=2)


def pairs(x, alpha=1.0):
    kernel = (1 + squared(x, x) / alpha) ** (-(alpha + 1) / 2)
    np.fill_diagonal(kernel, 0.0)
    return kernel / kernel.sum()


def kl(c, r):
    both = c > 0
    return (c[both] * np.log(c[both] / r[both])).sum()


def sharpened(c):
    weight = c**2 / c.sum(axis=0)
    return weight / weight.sum(axis=1, keepdims=True) / len(c)


def locality(z, x, k):
    distances = squared(x, x) + np.diag(np.full(len(x), np.inf))
    nearest = np.argsort(distances, axis=1)[:, :k]
    near = np.take_along_axis(distances, nearest, axis=1)
    return (np.exp(-near / near.mean()) * np.take_along_axis(squared(z, z), nearest, axis=1)).sum(axis=1)


@pytest.mark.parametrize("alpha", [1.0, 3.0])
def test_pair_probabilities_follow_eq_5(alpha):
    c = np.asarray(losses.pair_probabilities(X, alpha))
    np.testing.assert_allclose(c, pairs(X, alpha), rtol=1e-4, atol=1e-7)
    assert c.sum() == pytest.approx(1.0, rel=1e-5)


def test_k_means_loss_is_the_distance_to_the_own_center():
    labels = np.array([0, 1, 2] * 3)
    expected = squared(Z, CENTERS)
    np.testing.assert_allclose(losses.kmeans_loss(Z, CENTERS), expected.min(axis=1), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(losses.kmeans_loss(Z, CENTERS, labels), expected[np.arange(9), labels], rtol=1e-4)


def test_balance_follows_eq_8_and_9():
    g = Q.mean(axis=0)
    assert float(losses.balanced_assignment(Q)) == pytest.approx((g * np.log(g * 3)).sum(), abs=1e-5)
    prior = np.array([0.5, 0.3, 0.2])
    assert float(losses.balanced_assignment(Q, prior)) == pytest.approx((g * np.log(g / prior)).sum(), abs=1e-5)


def test_correlation_follows_eq_6_and_vanishes_for_the_same_space():
    assert float(losses.correlation_loss(Z, X)) == pytest.approx(kl(pairs(Z), pairs(X)), rel=1e-3)
    assert float(losses.correlation_loss(X, X)) == pytest.approx(0.0, abs=1e-6)


def test_affinity_follows_eq_11():
    assert float(losses.affinity_loss(Q, Z)) == pytest.approx(kl(sharpened(pairs(Q)), pairs(Z)), rel=1e-3)


def test_locality_follows_the_surveys_eq_3():
    np.testing.assert_allclose(losses.locality_preserving(Z, X, 3), locality(Z, X, 3), rtol=1e-3)
    few = losses.locality_preserving(Z[:2], X[:2], 5)  # a batch of two has one neighbor
    np.testing.assert_allclose(few, locality(Z[:2], X[:2], 1), rtol=1e-3)


@pytest.mark.parametrize(
    ("loss", "reference"),
    [
        (lambda z: losses.correlation_loss(z, X), lambda z: kl(pairs(z), pairs(X))),
        (lambda z: losses.correlation_loss(X, z), lambda z: kl(pairs(X), pairs(z))),
        (lambda z: losses.affinity_loss(Q, z), lambda z: kl(sharpened(pairs(Q)), pairs(z))),
        (lambda z: losses.locality_preserving(z, X, 3), lambda z: locality(z, X, 3).sum()),
        (lambda z: losses.kmeans_loss(z, CENTERS), lambda z: squared(z, CENTERS).min(axis=1).sum()),
    ],
    ids=["correlation of Z", "correlation with X'", "affinity", "locality", "k-means"],
)
def test_gradients_agree_with_finite_differences(loss, reference):
    z = tf.Variable(Z.astype("float32"))
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(loss(z))
    gradient = tape.gradient(value, z).numpy()
    for index in np.ndindex(Z.shape):
        step = np.zeros_like(Z)
        step[index] = 1e-5
        expected = (reference(Z + step) - reference(Z - step)) / 2e-5
        assert gradient[index] == pytest.approx(expected, rel=2e-2, abs=2e-4)


def test_pair_losses_are_safe_for_duplicated_points():
    z = tf.Variable(np.zeros((6, 2), "float32"))
    with tf.GradientTape() as tape:
        value = losses.correlation_loss(z, np.ones((6, 3))) + losses.affinity_loss(np.full((6, 3), 1 / 3), z)
    assert np.isfinite(value.numpy()) and np.isfinite(tape.gradient(value, z).numpy()).all()


def test_pair_probabilities_of_points_far_from_the_origin():
    np.testing.assert_allclose(losses.pair_probabilities(X + 1e4), pairs(X), rtol=1e-2)
