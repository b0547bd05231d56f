"""Arrays in files: what is read, what is inferred, and one clear error for each thing that can be wrong."""

import dataclasses

import numpy as np
import pytest

from kerasclust.data import DataSet, from_file
from kerasclust.data.array_files import write_archive
from kerasclust.errors import InputError

X = np.arange(24, dtype="float64").reshape(4, 3, 2) ** 1.5


def test_npy(tmp_path):
    np.save(tmp_path / "a.npy", X)
    data = from_file(tmp_path / "a.npy")
    assert data.x.dtype == np.float32 and data.y is None and data.name == "a"
    np.testing.assert_allclose(data.x, X, rtol=1e-6)


@pytest.mark.parametrize("content", [{"x": X}, {"only": X}, {"x": X, "y": np.array([2, 2, 7, 5])}, {"x": X, "z": X}])
def test_npz(tmp_path, content):
    np.savez_compressed(tmp_path / "a.npz", **content)
    data = from_file(str(tmp_path / "a.npz"))
    assert data.x.shape == X.shape
    if "y" in content:
        assert data.y.tolist() == [0, 0, 2, 1] and data.label_names == ("2", "5", "7")


@pytest.mark.parametrize(
    "about",
    [
        {},
        {
            "y": np.array([1, 0, -1, 1]),
            "label_names": ("walk", "drive"),
            "groups": np.array(["a", "a", "b", "b"]),
            "channel_names": ("rsrp", "cqi"),
            "channel_units": ("dBm", ""),
            "step_seconds": 0.5,
            "context": {"speed": np.ones((4, 3))},
        },
    ],
)
def test_a_data_set_survives_an_archive(tmp_path, about):
    data = DataSet("kept", X.astype("float32"), **about)
    write_archive(tmp_path / "kept.npz", data)
    again = from_file(tmp_path / "kept.npz")
    for field in dataclasses.fields(DataSet):
        np.testing.assert_equal(getattr(again, field.name), getattr(data, field.name))


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"channel_names": ["rsrp"]}, r"2 channels, but channel_names has shape \(1,\)"),
        ({"groups": [1, 2]}, r"4 samples, but groups has shape \(2,\)"),
        ({"y": [0, 1, 2, 0], "label_names": ["a", "b"]}, r"names 2 labels, but y is not made of the numbers 0 to 1"),
    ],
)
def test_an_archive_that_contradicts_itself(tmp_path, wrong, message):
    np.savez(tmp_path / "a.npz", x=X, **wrong)
    with pytest.raises(InputError, match=message):
        from_file(tmp_path / "a.npz")


def test_bad_arrays(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="it holds Python objects"):
        from_file(tmp_path / "objects.npy")
    np.savez(tmp_path / "two.npz", a=X, b=X)
    with pytest.raises(InputError, match=r"two.npz holds a, b: name the samples 'x'"):
        from_file(tmp_path / "two.npz")
    np.savez(tmp_path / "y.npz", x=X, y=[1, 2])
    with pytest.raises(InputError, match=r"4 samples, but y has shape \(2,\)"):
        from_file(tmp_path / "y.npz")
    np.save(tmp_path / "inf.npy", X * np.inf)
    with pytest.raises(InputError, match=r"inf.npy has 2\d infinite values, the first at sample 0, step 0"):
        from_file(tmp_path / "inf.npy")
    np.save(tmp_path / "text.npy", np.array([["a", "b"]]))
    with pytest.raises(InputError, match="must hold numbers"):
        from_file(tmp_path / "text.npy")
    np.save(tmp_path / "a.npy", X)
    with pytest.raises(InputError, match="window only apply to tables"):
        from_file(tmp_path / "a.npy", window=3)


def test_missing_values_are_kept(tmp_path):
    x = X.copy()
    x[1, 2, 0] = np.nan
    np.save(tmp_path / "holes.npy", x)
    data = from_file(tmp_path / "holes.npy")
    assert np.isnan(data.x[1, 2, 0]) and np.isnan(data.x).sum() == 1
    assert "1 missing value (NaN)" in str(data.findings[0])


def test_numbers_far_from_0_stay_float64(tmp_path):
    np.save(tmp_path / "far.npy", 3e9 + X)
    assert from_file(tmp_path / "far.npy").x.dtype == np.float64


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00nonsense\x81" * 9, None], ids=["nonsense", "truncated"])
def test_damaged_arrays(tmp_path, suffix, content):
    path = tmp_path / f"a{suffix}"
    (np.save if suffix == ".npy" else np.savez)(path, X)
    path.write_bytes(content or path.read_bytes()[:-40])
    with pytest.raises(InputError, match=rf"a\{suffix} cannot be read as an array"):
        from_file(path)


def test_a_damaged_member_of_an_archive(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, x=X)
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        from_file(path)
