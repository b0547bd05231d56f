"""USPS from LIBSVM files that the tests write."""

import bz2

import numpy as np
import pytest

from kerasclust.datasets import sources, usps
from kerasclust.errors import InputError

PIXELS = np.linspace(-1, 1, 256)


def line(label, pixels=PIXELS):
    return f"{label} " + " ".join(f"{i + 1}:{value:.4f}" for i, value in enumerate(pixels))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes the two files where `KERASCLUST_DATA` points."""
    monkeypatch.setenv("KERASCLUST_DATA", str(tmp_path))
    (tmp_path / "usps").mkdir()

    def write(train=(1, 10, 3), test=(2,), content=None):
        for name, labels in (("usps.bz2", train), ("usps.t.bz2", test)):
            text = "\n".join(map(line, labels)) + "\n" if content is None else content
            (tmp_path / "usps" / name).write_bytes(bz2.compress(text.encode()))
        return tmp_path / "usps"

    return write


def test_training_images_come_first_and_label_1_is_the_digit_0(folder):
    folder()
    data = usps()
    assert data.x.shape == (4, 16, 16, 1) and data.x.dtype == np.float32 and data.y.tolist() == [0, 9, 2, 1]
    assert data.x.min() == 0 and data.x.max() == 1
    np.testing.assert_allclose(data.x[0].ravel(), (PIXELS + 1) / 2, atol=1e-4)


def test_files_directly_in_the_directory(folder):
    assert len(usps(data_dir=folder())) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no numbers here\n", "cannot be read as LIBSVM's file"),
        (line(11) + "\n", "is not LIBSVM's file of USPS, with pixels from -1 to 1 and labels from 1 to 10"),
        (line(1, 255 * PIXELS) + "\n", "is not LIBSVM's file"),
        ("1 300:0.5\n", "cannot be read"),
        ("", "is not LIBSVM's file|cannot be read"),
    ],
)
def test_other_files(folder, content, message):
    folder(content=content)
    with pytest.raises(InputError, match=message):
        usps()


def test_a_file_that_was_cut_short(folder):
    path = folder() / "usps.t.bz2"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match=r"usps\.t\.bz2 cannot be read"):
        usps()


def test_without_files_and_network_the_message_says_where_to_put_them(tmp_path, monkeypatch):
    def no_network(url, timeout):
        raise OSError("no route to host")

    monkeypatch.delenv("KERASCLUST_DATA", raising=False)
    monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path))
    monkeypatch.setattr(sources.urllib.request, "urlopen", no_network)
    with pytest.raises(InputError, match=r"Could not download .*no route.* put it in a directory as usps/usps.bz2"):
        usps()
