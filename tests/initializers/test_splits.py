"""The start of a split latent space against direct minimization, and where it degenerates."""

import numpy as np
from scipy.optimize import minimize

from kerasclust.initializers import best_split, cluster_means, whitened


def clusters(seed=0):
    random = np.random.default_rng(seed)
    labels = np.arange(240) % 3
    means = np.zeros((3, 5))
    means[:, :2] = 6.0 * np.array([(0, 0), (1, 0), (0, 1)])
    rotation = np.linalg.qr(random.normal(size=(5, 5)))[0]
    return (means[labels] + random.normal(size=(240, 5))) @ rotation, labels


def loss(z, means, labels, v, beta):
    """Cluster and shared loss of eq. 5, the mean over the points."""
    own, common = (z - means[labels]) @ v, (z - z.mean(axis=0)) @ v
    return np.mean(np.sum(beta**2 * own**2 + (1 - beta) ** 2 * common**2, axis=1))


def test_the_split_is_the_minimum_of_eq_5_in_beta_and_no_rotation_is_better():
    z, labels = clusters()
    means = cluster_means(z, labels, 3).astype("float64")
    v, beta = best_split(z, means, labels)
    np.testing.assert_allclose(v.T @ v, np.eye(5), atol=1e-9)
    found = minimize(lambda b: loss(z, means, labels, v, b), np.full(5, 0.5))
    np.testing.assert_allclose(beta, found.x, atol=1e-3)
    assert np.round(beta).sum() >= 2 and np.all(beta[:2] > 0.8) and np.all(np.abs(beta[2:] - 0.5) < 0.05)
    lowest = loss(z, means, labels, v, beta)
    for seed in range(20):
        other = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))[0]
        best_beta = minimize(lambda b, other=other: loss(z, means, labels, other, b), np.full(5, 0.5)).x
        assert loss(z, means, labels, other, best_beta) > lowest


def test_the_scale_of_the_data_changes_no_weight():
    z, labels = clusters()
    betas = [best_split(scale * z, cluster_means(scale * z, labels, 3), labels)[1] for scale in (1e-3, 1.0, 1e3)]
    np.testing.assert_allclose(betas[0], betas[1], atol=1e-5)
    np.testing.assert_allclose(betas[2], betas[1], atol=1e-5)


def test_points_that_are_all_alike_split_evenly():
    z = np.ones((6, 3))
    assert best_split(z, z[:2], np.arange(6) % 2)[1].tolist() == [0.5, 0.5, 0.5]
    assert whitened(z).tolist() == np.zeros((6, 1)).tolist()


def test_whitened_points_have_unit_covariance_in_the_directions_they_vary_in():
    z = np.random.default_rng(0).normal(size=(500, 3)) @ np.array([[1.0, 0, 0, 2], [0, 50.0, 0, 0], [0, 3, 0.5, 0]])
    np.testing.assert_allclose(np.cov(whitened(z.astype("float32")), rowvar=False), np.eye(3), atol=0.01)
