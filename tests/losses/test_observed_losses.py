"""Losses over observed entries, against float64 NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics.pairwise import nan_euclidean_distances

from kerasclust import losses
from kerasclust.compute.missing import missing_as
from kerasclust.losses.distances import squared_distances, squared_distances_of_samples

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(3.0, 2.0, size=(12, 5)).astype("float32")
HOLES = np.where(RANDOM.random(X.shape) < 0.3, np.nan, X).astype("float32")
RESTORED = RANDOM.normal(size=X.shape).astype("float32")
Z = RANDOM.normal(size=(12, 2)).astype("float32")


def test_reconstruction_counts_observed_entries():
    expected = np.nanmean((HOLES.astype("float64") - RESTORED) ** 2)
    assert float(losses.observed_mean_squared_error(HOLES, RESTORED)) == pytest.approx(expected, rel=1e-5)
    assert float(losses.observed_mean_squared_error(np.full((2, 3), np.nan), np.ones((2, 3)))) == 0.0


@pytest.mark.parametrize("shape", [(256, 34), (64, 128, 17), (500, 784), (3, 8, 8, 1)])
def test_reconstruction_of_complete_samples_is_the_plain_mean_to_the_last_digit(shape):
    x, restored = RANDOM.normal(size=(2, *shape)).astype("float32")
    plain = tf.reduce_mean((tf.constant(x) - restored) ** 2)
    assert float(losses.observed_mean_squared_error(x, restored)) == float(plain)


def test_what_is_missing_has_no_gradient():
    restored = tf.constant(RESTORED)
    with tf.GradientTape() as tape:
        tape.watch(restored)
        loss = losses.observed_mean_squared_error(HOLES, restored)
    gradient = tape.gradient(loss, restored).numpy()
    seen = ~np.isnan(HOLES)
    np.testing.assert_allclose(gradient[seen], 2 * (RESTORED - HOLES)[seen] / seen.sum(), rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(gradient[~seen], 0.0)


def test_distances_are_over_what_both_samples_have():
    apart = np.array([[1.0, np.nan], [np.nan, 2.0]], "float32")
    np.testing.assert_array_equal(squared_distances_of_samples(apart), 0.0)
    x = HOLES.reshape(12, 5, 1)
    np.testing.assert_allclose(
        squared_distances_of_samples(x), np.nan_to_num(nan_euclidean_distances(HOLES) ** 2), rtol=1e-3, atol=1e-4
    )
    centered = X - X.mean(axis=0)
    np.testing.assert_array_equal(squared_distances_of_samples(X), squared_distances(centered, centered))


def pairs(distances):
    kernel = 1 / (1 + np.nan_to_num(distances))
    np.fill_diagonal(kernel, 0.0)
    return kernel / kernel.sum()


def test_correlation_and_its_gradient_are_over_observed_entries():
    c_z, c_x = (pairs(nan_euclidean_distances(a.astype("float64")) ** 2) for a in (Z, HOLES))
    expected = np.sum(c_z * np.log(np.maximum(c_z, 1e-12) / np.maximum(c_x, 1e-12)))
    assert float(losses.correlation_loss(Z, HOLES)) == pytest.approx(expected, rel=1e-3)
    restored = tf.constant(RESTORED)
    with tf.GradientTape() as tape:
        tape.watch(restored)
        loss = losses.correlation_loss(Z, missing_as(restored, tf.constant(HOLES)))
    gradient = tape.gradient(loss, restored).numpy()
    assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0
    np.testing.assert_array_equal(gradient[np.isnan(HOLES)], 0.0)


def test_neighbors_are_those_by_observed_entries():
    distances = nan_euclidean_distances(HOLES.astype("float64")) ** 2
    distances = np.nan_to_num(distances) + np.diag(np.full(12, np.inf))
    nearest = np.argsort(distances, axis=1)[:, :3]
    near = np.take_along_axis(distances, nearest, axis=1)
    latent = ((Z[:, None] - Z[nearest]) ** 2).sum(axis=2)
    expected = (np.exp(-near / near.mean()) * latent).sum(axis=1)
    np.testing.assert_allclose(losses.locality_preserving(Z, HOLES, 3), expected, rtol=1e-3)
