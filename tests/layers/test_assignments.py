"""Assignments that are fitted elsewhere."""

import keras
import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from kerasclust.layers import (
    GaussianMixtureAssignment,
    NearestMemberAssignment,
    ProjectedAssignment,
    StudentTAssignment,
    SubspaceAssignment,
)


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(0).normal(size=(400, 5)) * [1.0, 3.0, 0.1, 10.0, 1.0]


def test_the_posterior_is_that_of_the_mixture_far_from_the_origin_too(points):
    z = points + 1000.0
    mixture = GaussianMixture(3, random_state=0).fit(z)
    layer = GaussianMixtureAssignment(3)
    layer.build((None, 5))
    layer.place(mixture.weights_, mixture.means_, mixture.precisions_cholesky_)
    z = z.astype("float32")
    np.testing.assert_allclose(layer(z), mixture.predict_proba(z), atol=2e-3)
    np.testing.assert_allclose(
        keras.ops.logsumexp(layer.log_joint(z), axis=1), mixture.score_samples(z), rtol=1e-3, atol=1e-3
    )


def test_far_points_have_a_posterior_too(points):
    layer = GaussianMixtureAssignment(2)
    layer.build((None, 5))
    layer.place([0.5, 0.5], np.zeros((2, 5)), np.stack([np.eye(5), 2 * np.eye(5)]))
    q = np.asarray(layer(np.full((1, 5), 1e6, "float32")))
    assert np.isfinite(q).all() and q.sum() == pytest.approx(1.0)


def test_only_the_subspace_decides(points):
    centers = points[:3]
    layer, flat = SubspaceAssignment(3), StudentTAssignment(3)
    layer.build((None, 5))
    layer.place_in(np.eye(5)[:, :2], centers, points)
    flat.build((None, 2))
    flat.place(centers[:, :2], points[:, :2])
    np.testing.assert_allclose(layer(points), flat(points[:, :2]), rtol=1e-5)


def test_centers_lie_where_the_map_takes_them(points):
    projection = np.random.default_rng(1).normal(size=(5, 3))
    layer, flat = ProjectedAssignment(3), StudentTAssignment(3)
    layer.build((None, 5))
    np.testing.assert_array_equal(layer.project(points), points.astype("float32"))
    layer.place_in(projection, points[:3], points)
    flat.build((None, 3))
    flat.place(points[:3] @ projection, points @ projection)
    np.testing.assert_allclose(layer(points), flat(points @ projection), rtol=1e-3)


def test_members_keep_their_cluster_and_others_get_the_nearest(points):
    clusters = np.digitize(points[:, 3], [-5.0, 5.0])
    layer = NearestMemberAssignment()
    layer.build((None, 5))
    layer.place(points, clusters, unit=1.0)
    q = np.asarray(layer(points))
    assert layer.n_clusters == q.shape[1] == 3
    np.testing.assert_array_equal(q.argmax(axis=1), clusters)
    np.testing.assert_allclose(q.sum(axis=1), 1.0, rtol=1e-5)
    other = points[:50] + 0.3
    nearest = ((other[:, None] - points[None]) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(np.asarray(layer(other)).argmax(axis=1), clusters[nearest])
