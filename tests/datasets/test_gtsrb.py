"""GTSRB from an archive that the tests write, and from TensorFlow Datasets' mock data."""

import zipfile

import numpy as np
import pytest

from kerasclust.datasets import gtsrb
from kerasclust.errors import InputError

COLOR = np.array([250, 20, 130], "uint8")


def ppm(height=30, width=28, color=COLOR):
    return f"P6\n{width} {height}\n255\n".encode() + np.full((height, width, 3), color, "uint8").tobytes()


IMAGES = {
    "00000/00000_00000.ppm": ppm(),
    "00000/00000_00001.ppm": ppm(60, 64),
    "00042/00007_00000.ppm": ppm(15, 15, color=0),
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes the archive where `KERASCLUST_DATA` points."""
    monkeypatch.setenv("KERASCLUST_DATA", str(tmp_path))
    (tmp_path / "gtsrb").mkdir()

    def archive(images=IMAGES):
        path = tmp_path / "gtsrb" / "GTSRB_Final_Training_Images.zip"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("GTSRB/Readme-Images.txt", "about")
            for name, content in images.items():
                file.writestr(f"GTSRB/Final_Training/Images/{name}", content)
            file.writestr("GTSRB/Final_Training/Images/00000/GT-00000.csv", "Filename;Width")
        return path

    return archive


def test_images_signs_and_tracks(write):
    write()
    data = gtsrb()
    assert data.x.shape == (3, 32, 32, 3) and data.x.dtype == np.float32
    assert data.y.tolist() == [0, 0, 42] and len(data.label_names) == 43
    assert data.groups.tolist() == ["00000/00000", "00000/00000", "00042/00007"]
    np.testing.assert_allclose(data.x[:2], np.broadcast_to(COLOR / 255, (2, 32, 32, 3)), rtol=1e-5)
    assert data.x[2].max() == 0


def test_the_size_can_be_chosen(write):
    write()
    assert gtsrb(image_size=48).x.shape == (3, 48, 48, 3)
    with pytest.raises(InputError, match="image_size must be a whole number"):
        gtsrb(image_size=0)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ({}, "holds no images of 43 signs"),
        ({"00043/00000_00000.ppm": ppm()}, "holds no images of 43 signs"),
        ({"00000/00000_00000.ppm": ppm()[:-1]}, "damaged .an image of 28 x 30 pixels has 2,519 bytes"),
        ({"00000/00000_00000.ppm": b"\xff\xd8 a JPEG"}, "damaged .an image is not a binary PPM"),
    ],
)
def test_other_archives(write, images, message):
    write(images)
    with pytest.raises(InputError, match=message):
        gtsrb()


def test_an_archive_that_was_cut_short(write):
    path = write()
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"is damaged .* download it again"):
        gtsrb()


def test_without_the_archive_it_comes_from_tensorflow_datasets(tmp_path, monkeypatch):
    tfds = pytest.importorskip("tensorflow_datasets")
    monkeypatch.setenv("KERASCLUST_DATA", str(tmp_path))
    with tfds.testing.mock_data(num_examples=5):
        data = gtsrb(image_size=24)
    assert data.x.shape == (5, 24, 24, 3) and 0.5 < data.x.max() <= 1 and data.groups is None
    assert data.y.max() < 43 and data.name == "gtsrb"
