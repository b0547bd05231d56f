"""SubKmeans as an estimator."""

import numpy as np
import pytest
from scipy.stats import ortho_group
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from kerasclust.errors import InputError
from kerasclust.initializers import SubspaceKMeans
from kerasclust.metrics import clustering_accuracy


@pytest.fixture(scope="module")
def hidden():
    """Four groups in 2 of 10 dimensions, all rotated: x (2000, 10), y, the 2 directions (10, 2)."""
    random = np.random.default_rng(0)
    y = np.arange(2000) % 4
    x = random.normal(size=(2000, 10))
    x[:, :2] += 8.0 * np.array([[0, 0], [0, 1], [1, 0], [1, 1]])[y]
    rotation = ortho_group.rvs(10, random_state=0)
    return x @ rotation, y, rotation[:2].T


@pytest.fixture(scope="module")
def found(hidden):
    return SubspaceKMeans(4, random_state=0).fit(hidden[0])


def test_the_relevant_dimensions_and_the_groups_are_found(hidden, found):
    x, y, directions = hidden
    assert found.cluster_dim_ == 2
    basis = found.V_[:, :2]
    cosines = np.linalg.svd(directions.T @ basis, compute_uv=False)
    assert cosines.min() > 0.99
    assert clustering_accuracy(y, found.labels_) > 0.99
    np.testing.assert_allclose(found.transform(x), x @ basis)
    np.testing.assert_array_equal(found.predict(x), found.labels_)


def test_the_rotation_is_orthogonal(found):
    np.testing.assert_allclose(found.V_ @ found.V_.T, np.eye(10), atol=1e-10)


def test_the_rotation_has_the_eigenvectors_of_the_difference_of_scatter_matrices(hidden, found):
    x, m = hidden[0], found.cluster_dim_
    within = sum(np.cov(x[found.labels_ == j].T, bias=True) * np.sum(found.labels_ == j) for j in range(4))
    total = np.cov(x.T, bias=True) * len(x)
    eigenvalues = np.linalg.eigvalsh(within - total)
    assert np.sum(eigenvalues < -1e-6 * np.trace(total)) == 3  # k - 1, whatever the data
    rotated = found.V_.T @ (within - total) @ found.V_
    np.testing.assert_allclose(np.diag(rotated)[:m], eigenvalues[:m], rtol=1e-8)
    np.testing.assert_allclose(rotated[:m, m:], 0.0, atol=1e-8 * np.trace(total))


def test_the_inertia_is_the_objective_of_the_paper(hidden, found):
    x = hidden[0] @ found.V_
    m, centers, mean = found.cluster_dim_, found.cluster_centers_ @ found.V_, hidden[0].mean(axis=0) @ found.V_
    objective = ((x[:, :m] - centers[found.labels_, :m]) ** 2).sum() + ((x[:, m:] - mean[m:]) ** 2).sum()
    assert found.inertia_ == pytest.approx(objective)


@pytest.mark.parametrize("seed", range(5))
def test_the_objective_never_rises(seed):
    x = np.random.default_rng(seed).normal(size=(300, 12))  # no groups: many iterations
    objectives = SubspaceKMeans(6, n_init=1, tolerance=1e-2, random_state=seed).fit(x).objectives_
    assert len(objectives) > 5
    assert np.diff(objectives).max() < 1e-9 * objectives[0]


def test_rotated_and_moved_data_have_the_same_clusters(hidden, found):
    x = hidden[0]
    rotated = clone(found).fit(x @ ortho_group.rvs(10, random_state=1) + 100.0)
    assert rotated.cluster_dim_ == 2
    assert rotated.inertia_ == pytest.approx(found.inertia_)
    assert clustering_accuracy(found.labels_, rotated.labels_) == 1.0


def test_without_tolerance_the_cluster_space_has_k_minus_1_dimensions(hidden):
    assert SubspaceKMeans(4, tolerance=1e-10, random_state=0).fit(hidden[0]).cluster_dim_ == 3


def test_an_empty_cluster_gets_a_point():
    x = np.repeat([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0]], [20, 1, 1], axis=0)
    assert len(set(SubspaceKMeans(3, n_init=1, random_state=0).fit(x).labels_)) == 3


def test_more_clusters_than_samples_are_refused():
    with pytest.raises(InputError, match="n_samples=2 should be >= n_clusters=3"):
        SubspaceKMeans(3).fit([[0.0], [1.0]])


def test_it_is_a_scikit_learn_estimator():
    check_estimator(SubspaceKMeans(2, n_init=2))
