"""Student's t assignment."""

import keras
import numpy as np

from kerasclust.layers import StudentTAssignment
from kerasclust.losses.distances import squared_distances


def assignment(centers, alpha=1.0):
    layer = StudentTAssignment(len(centers), alpha)
    layer.build((None, centers.shape[1]))
    layer.centers.assign(centers)
    return layer


def test_follows_eq_8():
    random = np.random.default_rng(0)
    z, centers, alpha = random.normal(size=(20, 3)), random.normal(size=(4, 3)), 2.5
    distance = ((z[:, None] - centers[None]) ** 2).sum(axis=2)
    q = (1 + distance / alpha) ** (-(alpha + 1) / 2)
    np.testing.assert_allclose(assignment(centers, alpha)(z), q / q.sum(axis=1, keepdims=True), rtol=1e-5)


def test_renamed_clusters_rename_the_columns():
    random = np.random.default_rng(1)
    z, centers, order = random.normal(size=(9, 2)), random.normal(size=(3, 2)), [2, 0, 1]
    np.testing.assert_allclose(
        assignment(centers[order])(z), np.asarray(assignment(centers)(z))[:, order], rtol=1e-5, atol=1e-7
    )


def test_distances_are_never_negative_even_far_from_the_origin():
    z = np.full((5, 3), 1e4, "float32")
    assert float(keras.ops.min(squared_distances(z, z))) >= 0.0


def test_is_float32_under_mixed_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        q = assignment(np.zeros((2, 2), "float32"))(np.zeros((1, 2), "float32"))
    finally:
        keras.config.set_dtype_policy("float32")
    assert keras.backend.standardize_dtype(q.dtype) == "float32"
