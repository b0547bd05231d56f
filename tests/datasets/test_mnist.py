"""MNIST from IDX files that the tests write, and TensorFlow Datasets from its own mock data."""

import os
import struct
from functools import partial

import numpy as np
import pytest
from idx_files import IMAGES, LABELS, idx, write_part

from kerasclust.datasets import from_tfds, mnist
from kerasclust.errors import InputError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes the files of a part of MNIST where `KERASCLUST_DATA` points."""
    monkeypatch.setenv("KERASCLUST_DATA", str(tmp_path))
    return partial(write_part, tmp_path / "mnist")


def test_pixels_and_labels(folder):
    folder()
    data = mnist()
    assert data.x.shape == (7, 28, 28, 1) and data.x.dtype == np.float32 and data.y.tolist() == [*range(7)]
    np.testing.assert_allclose(data.x[..., 0], IMAGES / 255, rtol=1e-6)


def test_parts(folder):
    folder()
    folder(images=idx(IMAGES[:2]), labels=idx(LABELS[:2]), prefix="train")
    assert [len(mnist(part)) for part in ("test", "train", "all")] == [7, 2, 9]
    with pytest.raises(InputError, match="part must be 'test', 'train' or 'all'; found 'tset'"):
        mnist("tset")


def test_files_directly_in_the_directory(folder):
    assert len(mnist(data_dir=folder())) == 7


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"images": idx(IMAGES)[:-1]}, r"damaged: its header promises shape \(7, 28, 28\), 5,488 bytes; found 5,487"),
        ({"images": idx(IMAGES) + b"\0"}, "found 5,489"),
        ({"images": idx(IMAGES)[:9]}, "damaged"),
        ({"images": b""}, "not an IDX file"),
        ({"images": b"PK\3\4 a zip archive"}, "not an IDX file of unsigned bytes"),
        ({"images": bytes([0, 0, 8, 3]) + struct.pack(">3I", 0, 2**31, 2**31)}, "damaged"),  # found by the soak
        ({"images": idx(IMAGES, type_code=13)}, "not an IDX file of unsigned bytes"),
        ({"labels": idx(LABELS[:3])}, r"shape \(7, 28, 28\) .* shape \(3,\): they do not belong together"),
    ],
)
def test_damaged_files(folder, files, message):
    folder(**files)
    with pytest.raises(InputError, match=message):
        mnist()


@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b"no gzip", lambda b: b[:60] + b"\xff" * 50 + b[110:]])
def test_damaged_compression(folder, damage):
    path = folder() / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match="not a readable gzip file"):
        mnist()


@pytest.mark.skipif(not os.environ.get("KERASCLUST_DATA"), reason="needs the real files: set KERASCLUST_DATA")
def test_the_real_test_images():
    data = mnist()
    assert data.x.shape == (10000, 28, 28, 1) and data.x.min() == 0 and data.x.max() == 1
    assert np.bincount(data.y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


class TestTensorFlowDatasets:
    """Names of the catalog, with the mock data that TensorFlow Datasets makes for tests."""

    @pytest.fixture(autouse=True)
    def mock(self, monkeypatch, tmp_path):
        tfds = pytest.importorskip("tensorflow_datasets")
        monkeypatch.setenv("KERASCLUST_DATA", str(tmp_path))
        with tfds.testing.mock_data(num_examples=6):
            yield

    def test_images(self):
        data = from_tfds("mnist", split="test")
        assert data.x.shape == (6, 28, 28, 1) and data.x.dtype == np.float32 and 0.5 < data.x.max() <= 1
        assert data.y.shape == (6,) and data.label_names == tuple("0123456789") and data.name == "mnist"

    def test_mnist_without_files_comes_from_there(self):
        assert mnist().x.shape == (6, 28, 28, 1)

    def test_images_of_different_sizes_are_brought_to_one(self):
        data = from_tfds("imagenette", image_size=20)
        assert data.x.shape[1:] == (20, 20, 3) and 0.5 < data.x.max() <= 1
        with pytest.raises(InputError, match="image_size is 20, but 'iris' holds no images"):
            from_tfds("iris", image_size=20)
        with pytest.raises(InputError, match="image_size must be a whole number"):
            from_tfds("imagenette", image_size=0)

    def test_vectors(self):
        data = from_tfds("iris")
        assert data.x.shape == (6, 4) and data.channel_names[3] == "features 3" and len(data.label_names) == 3

    def test_tables_keep_their_numbers(self):
        with pytest.warns(UserWarning, match=r"left out, because they are not numbers: .*cabin"):
            data = from_tfds("titanic")
        assert data.channel_names == ("age", "body", "fare", "parch", "sibsp") and data.x.shape == (6, 5)

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("mnits", r"cannot provide 'mnits', split 'all' \(Dataset mnits not found"),
            ("imagenette", "images of 'imagenette' differ in size: say with image_size"),
            ("ag_news_subset", "holds neither images nor numbers"),
        ],
    )
    def test_what_it_cannot_provide(self, name, message):
        with pytest.raises(InputError, match=message):
            from_tfds(name)
