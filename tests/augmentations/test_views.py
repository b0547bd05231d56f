"""Views in the training pipeline."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from kerasclust import load_model
from kerasclust.augmentations import build_augmentation
from kerasclust.augmentations.views import FreshViews, NeighborViews, PooledViews, views_of
from kerasclust.data.pipeline import Samples
from kerasclust.frontends import build_frontend
from kerasclust.metrics import adjusted_rand_index
from kerasclust.models import DEC, IMSAT


def parts(front_end, spec, x):
    frontend = build_frontend(front_end, x.shape[1:])
    frontend.adapt(x)
    augmentation = build_augmentation(spec, x.shape[1:])
    augmentation.adapt(x)
    return frontend, views_of(x, augmentation, frontend, seed=0)


def first(samples, seed, number=6):
    return [[a.numpy() for a in batch] for batch in itertools.islice(samples.training(seed), number)]


def test_a_view_belongs_to_its_sample():
    x = np.repeat(np.arange(40.0, dtype="float32")[:, None, None] ** 2, 32, axis=1) + np.zeros((1, 32, 2), "float32")
    frontend, views = parts("statistics", "crop", x)
    assert isinstance(views, PooledViews)
    features = frontend(x).numpy()
    for index, shown, view in first(Samples(features, 8, views), seed=1):
        np.testing.assert_array_equal(shown, features[index])
        np.testing.assert_allclose(view, features[index], atol=1e-5)  # a part of a constant is that constant


def test_pooled_and_fresh_views_differ_from_pass_to_pass_and_repeat_with_the_seed():
    x = np.random.default_rng(0).normal(size=(16, 32, 2)).astype("float32")
    for front_end, kind in (("statistics", PooledViews), ("raw", FreshViews)):
        frontend, views = parts(front_end, "crop", x)
        assert isinstance(views, kind)
        samples = Samples(frontend(x).numpy(), 16, views)
        one, again, other = (first(samples, seed, 3) for seed in (5, 5, 6))
        for a, b in zip(one, again, strict=True):
            np.testing.assert_array_equal(a[2], b[2])
        assert not np.array_equal(one[0][2], other[0][2])
        by_sample = [batch[2][np.argsort(batch[0])] for batch in one]
        assert not np.array_equal(by_sample[0], by_sample[1])


def test_an_augmented_model_repeats_itself_and_is_saved_with_its_augmentation(tmp_path):
    import keras

    x = np.random.default_rng(0).normal(size=(60, 32, 2)) * (1 + 5 * (np.arange(60) % 2))[:, None, None]
    models = [DEC(2, pretrain_epochs=3, epochs=2, n_tries=2, random_state=0) for _ in range(2)]
    for model in models:
        model.fit(x, verbose=0)
    np.testing.assert_array_equal(models[0].predict(x), models[1].predict(x))
    assert [type(layer).__name__ for layer in models[0].augmentation.layers] == ["TemporalCrop"]
    models[0].save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(x), models[0].predict(x), atol=1e-6)
    plain = DEC(2, pretrain_epochs=3, epochs=2, n_tries=2, augmentation=None, random_state=0)
    plain.fit(x, verbose=0)
    assert not np.allclose(plain.encode(x), models[0].encode(x))


@pytest.mark.parametrize(
    ("front_end", "inner", "shape"), [("statistics", PooledViews, (8, 2)), ("raw", FreshViews, (2,))]
)
def test_a_view_by_neighbors_is_one_of_the_ten_nearest_other_samples(front_end, inner, shape):
    x = np.random.default_rng(0).normal(size=(40, *shape)).astype("float32")
    frontend, views = parts(front_end, "neighbors", x)
    assert isinstance(views, NeighborViews) and isinstance(views.views, inner)
    features = frontend(x).numpy()
    nearest = np.argsort(np.linalg.norm(features[:, None] - features[None], axis=2), axis=1)[:, 1:11]
    seen = {}
    for index, _, view in first(Samples(features, 8, views), seed=1, number=60):
        distances = np.linalg.norm(view[:, None] - features[None], axis=2)
        np.testing.assert_allclose(distances.min(axis=1), 0.0, atol=1e-4)
        for one, other in zip(index.tolist(), distances.argmin(axis=1).tolist(), strict=True):
            seen.setdefault(one, set()).add(other)
    assert len(seen) == 40 and all(others <= set(nearest[one]) for one, others in seen.items())
    assert np.mean([len(others) for others in seen.values()]) > 5  # of twelve draws


def test_other_augmentations_change_the_neighbor():
    x = np.repeat(np.arange(12.0, dtype="float32"), 2)[:, None] + np.array([0.0, 100.0], "float32")
    frontend, views = parts("raw", "neighbors+noise", x)
    (_, _, view), *_ = first(Samples(frontend(x).numpy(), 8, views), seed=1, number=1)
    assert not np.isin(view[:, 0], frontend(x).numpy()[:, 0]).any()


def test_a_method_learns_from_neighbors_and_repeats_itself(tmp_path):
    x, y = make_blobs(n_samples=90, centers=3, n_features=6, random_state=0)
    models = [IMSAT(3, augmentation="neighbors", epochs=20, random_state=0, batch_size=32) for _ in range(2)]
    for model in models:
        model.fit(x, verbose=0)
    np.testing.assert_array_equal(models[0].predict(x), models[1].predict(x))
    assert adjusted_rand_index(y, models[0].predict_clusters(x)) > 0.9
    models[0].save(tmp_path / "m.keras")
    np.testing.assert_allclose(load_model(tmp_path / "m.keras").predict(x), models[0].predict(x), atol=1e-6)
