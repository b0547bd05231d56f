"""The initializers that train no network: the same contract for all of them."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.initializers import INITIALIZERS, agglomerative, fit_gmm, fit_subkmeans
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import DEC

ALL = pytest.mark.parametrize("name", INITIALIZERS)


@ALL
def test_separated_groups_are_found_by_the_best_try(name, blobs):
    z, y = blobs
    labels, scores = INITIALIZERS[name](z, 3, 0, 4)
    assert labels.shape == (len(scores), len(z))
    assert clustering_accuracy(y, labels[scores.argmin()]) == 1.0


@ALL
def test_scores_compare_spaces_of_different_scale_and_place(name, blobs):
    z = blobs[0].astype("float64")
    labels, scores = INITIALIZERS[name](z, 4, 0, 3)
    moved_labels, moved_scores = INITIALIZERS[name](8.0 * z + 3.0, 4, 0, 3)
    np.testing.assert_array_equal(labels, moved_labels)
    np.testing.assert_allclose(scores, moved_scores, rtol=1e-5)


@ALL
def test_a_seed_gives_the_same_tries_and_few_distinct_points_are_no_failure(name):
    z = np.repeat(np.random.default_rng(0).normal(size=(4, 2)), 10, axis=0)
    for first, second in zip(INITIALIZERS[name](z, 3, 5, 2), INITIALIZERS[name](z, 3, 5, 2), strict=True):
        np.testing.assert_array_equal(first, second)
        assert np.isfinite(first).all()


@ALL
def test_centroid_models_start_from_it(name, blobs):
    model = DEC(3, initializer=name, n_tries=2, pretrain_epochs=1, epochs=1, units=(8,), random_state=0)
    model.fit(blobs[0], verbose=0)
    assert model.diagnostics()["start_score"] < 1.0


def test_another_initializer_is_refused():
    with pytest.raises(InputError, match="'magic': expected one of 'rim', 'kmeans', 'gmm', 'agglomerative', 'subk"):
        DEC(3, initializer="magic")


def test_bounds_change_how_many_points_are_used_but_not_what_is_found(blobs, monkeypatch):
    z, y = blobs
    monkeypatch.setattr(agglomerative, "SAMPLED", 60)
    monkeypatch.setattr("kerasclust.initializers.tries.ENOUGH", 100)
    for name in ("agglomerative", "kmeans"):
        labels, scores = INITIALIZERS[name](z, 3, 0, 3)
        assert clustering_accuracy(y, labels[scores.argmin()]) == 1.0


@pytest.mark.parametrize("fit", [fit_gmm, fit_subkmeans])
def test_of_many_points_a_sample_is_fitted_and_all_are_assigned(fit, monkeypatch):
    random = np.random.default_rng(0)
    y = np.arange(3000) % 3
    z = (9.0 * np.eye(3, 4)[y] + random.normal(size=(3000, 4))).astype("float32")
    whole, score = fit(z, 3, 1)
    monkeypatch.setattr("kerasclust.initializers.tries.ENOUGH", 300)
    estimator, sampled_score = fit(z, 3, 1)
    assert estimator.labels_.shape == (3000,)
    assert clustering_accuracy(whole.labels_, estimator.labels_) > 0.99
    assert sampled_score == pytest.approx(score, rel=0.1)
    assert np.array_equal(fit(z, 3, 1)[0].labels_, estimator.labels_)
