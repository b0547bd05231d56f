"""Fashion-MNIST from IDX files that the tests write, and from TensorFlow Datasets' mock data."""

import numpy as np
import pytest
from idx_files import IMAGES, LABELS, idx, write_part

from kerasclust.datasets import fashion_mnist, mnist
from kerasclust.errors import InputError


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("KERASCLUST_DATA", str(tmp_path))
    return tmp_path


def test_both_parts_are_the_default(root):
    write_part(root / "fashion_mnist")
    write_part(root / "fashion_mnist", "train", idx(IMAGES[:4]), idx(LABELS[:4]))
    data = fashion_mnist()
    assert data.x.shape == (11, 28, 28, 1) and data.y.tolist() == [*range(4), *range(7)]
    assert data.label_names[9] == "Ankle boot" and data.name == "fashion_mnist"
    np.testing.assert_allclose(data.x[4:, ..., 0], IMAGES / 255, rtol=1e-6)
    assert len(fashion_mnist("test")) == 7


def test_files_of_the_same_name_outside_its_folder_are_mnists(root):
    tfds = pytest.importorskip("tensorflow_datasets")
    write_part(root)
    assert len(mnist()) == 7
    with tfds.testing.mock_data(num_examples=3):
        assert len(fashion_mnist("test")) == 3


def test_an_unknown_part_is_named(root):
    with pytest.raises(InputError, match="part must be 'test', 'train' or 'all'; found 'tset'"):
        fashion_mnist("tset")
