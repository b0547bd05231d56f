"""CIFAR-10 and STL-10 as features: TensorFlow Datasets' mock data through an untrained network."""

from types import SimpleNamespace

import numpy as np
import pytest

from kerasclust.datasets import cifar10, stl10
from kerasclust.datasets.draw import draw_samples
from kerasclust.datasets.resnet_features import resnet50_features
from kerasclust.errors import InputError

tfds = pytest.importorskip("tensorflow_datasets")


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path))
    with tfds.testing.mock_data(num_examples=6):
        yield


@pytest.fixture
def network(monkeypatch):
    """Puts the mean of each color in place of ResNet50; returns its weights and the images that it was shown."""
    import keras

    seen = SimpleNamespace(weights=[], batches=[])

    class Colors:
        def __init__(self, include_top, pooling, weights, input_shape):
            assert not include_top and pooling == "avg" and input_shape == (224, 224, 3)
            seen.weights.append(weights)

        def predict_on_batch(self, batch):
            seen.batches.append(np.array(batch))
            return np.tile(np.mean(batch, axis=(1, 2)), 683)[:, :2048]

    monkeypatch.setattr(keras.applications, "ResNet50", Colors)
    return seen


def test_cifar10_through_the_network():
    data = cifar10(n_samples=4, weights=None, progress=False)
    assert data.x.shape == (4, 2048) and data.x.dtype == np.float32 and data.x.min() >= 0
    assert data.y.shape == (4,) and len(data.label_names) == 10 and data.name == "cifar10"


def test_stl10_is_all_that_has_labels(network):
    data = stl10(progress=False)
    assert (
        data.x.shape == (6, 2048) and data.context["index"].tolist() == [*range(6)] and network.weights == ["imagenet"]
    )


def test_the_network_sees_what_it_was_trained_on(network):
    images = np.zeros((2, 32, 32, 3), "float32")
    images[1, ..., 0] = 1  # red
    resnet50_features(images, progress=False)
    (shown,) = network.batches
    assert shown.shape == (2, 224, 224, 3)
    np.testing.assert_allclose(shown[0, 0, 0], [-103.939, -116.779, -123.68], rtol=1e-5)  # blue, green, red
    np.testing.assert_allclose(shown[1, 0, 0], [-103.939, -116.779, 255 - 123.68], rtol=1e-5)


def test_more_images_than_a_batch_keep_their_order(network):
    images = np.random.default_rng(0).uniform(size=(70, 8, 8, 3)).astype("float32")
    together = resnet50_features(images, progress=False)
    assert together.shape == (70, 2048) and len(network.batches) == 3
    alone = resnet50_features(images[69:], progress=False)
    np.testing.assert_allclose(together[69], alone[0], rtol=1e-5)


def test_features_are_computed_once_for_each_choice(network):
    first, again = cifar10(n_samples=3, progress=False), cifar10(n_samples=3, progress=False)
    np.testing.assert_array_equal(first.x, again.x)
    assert network.weights == ["imagenet"]
    cifar10(n_samples=3, seed=1, progress=False)
    cifar10(n_samples=3, weights=None, progress=False)
    assert network.weights == ["imagenet", "imagenet", None]


def test_draws_differ_by_seed_and_repeat_nothing():
    first, again, other = (draw_samples(1000, 300, seed, "d") for seed in (0, 0, 1))
    assert first.tolist() == again.tolist() != other.tolist()
    assert len(set(first.tolist())) == 300 and (np.diff(first) > 0).all()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n_samples": 0}, "n_samples must be a whole number"),
        ({"n_samples": 30_000}, r"n_samples is 30,000, but cifar10 has 6 samples to draw from"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_bad_sizes_are_named(network, bad, message):
    with pytest.raises(InputError, match=message):
        cifar10(**bad, progress=False)


def test_weights_that_cannot_be_loaded(tmp_path):
    with pytest.raises(InputError, match=r"ResNet50 cannot be loaded with weights='.*none.h5' .* download"):
        cifar10(n_samples=2, weights=str(tmp_path / "none.h5"), progress=False)
