"""The eigengap of the graph of neighbors, against eigenvalues by another way, and for clusters that are no balls."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from kerasclust.choosing import graph
from kerasclust.choosing.graph import eigengaps


def bent_groups(distance, n_each=250):
    """Three Gaussian groups in five dimensions, one of them longer, and space bent around them."""
    group = np.arange(3 * n_each) % 3
    z = np.random.default_rng(0).normal(size=(3 * n_each, 5))
    z[group == 0, 4] *= 1.5
    z += distance * np.eye(3, 5)[group]
    return np.column_stack([z[:, :2], z[:, 2] + 0.5 * z[:, 4] ** 2, z[:, 3:]])


def test_is_that_of_the_eigenvalues_of_i_minus_d_a_d():
    z = np.random.default_rng(0).normal(size=(80, 3))
    distance = cdist(z, z)
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1)[:, :10]
    a = np.zeros((80, 80))
    a[np.arange(80)[:, None], nearest] = 1.0
    a = np.maximum(a, a.T)
    root = np.diag(a.sum(axis=1) ** -0.5)
    values = np.sort(np.linalg.eigvals(np.eye(80) - root @ a @ root).real)
    np.testing.assert_allclose(eigengaps(z, (2, 3, 7)), [values[k] - values[k - 1] for k in (2, 3, 7)], atol=1e-10)


@pytest.mark.parametrize("distance", [4.0, 50.0])
def test_few_and_many_points_are_solved_alike_in_one_part_or_several(monkeypatch, distance):
    z = bent_groups(distance)
    monkeypatch.setattr(graph, "DENSE", 10_000)
    all_at_once = eigengaps(z, range(2, 9))
    monkeypatch.setattr(graph, "DENSE", 50)
    np.testing.assert_allclose(eigengaps(z, range(2, 9)), all_at_once, atol=1e-7)


def test_finds_groups_that_are_no_balls_wherever_and_however_large():
    z = bent_groups(4.0)
    gaps = eigengaps(z, range(2, 9))
    assert np.argmax(gaps) + 2 == 3
    order = np.random.default_rng(2).permutation(len(z))
    np.testing.assert_allclose(eigengaps(40.0 * z[order] + 7.0, range(2, 9)), gaps, atol=1e-7)


@pytest.mark.parametrize("n", [12, 700])
def test_equal_points_are_no_error(n):
    z = np.repeat(np.eye(4), n // 4, axis=0)
    assert np.isfinite(eigengaps(z, (2, 3, 4))).all()
