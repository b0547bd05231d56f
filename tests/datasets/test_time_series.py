"""Sets of the UEA and UCR archive, from files that the tests write and from a stand-in of aeon."""

import os
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from kerasclust import datasets
from kerasclust.datasets import time_series
from kerasclust.errors import InputError

REAL = {
    "ACSF1": ((200, 1460, 1), 10),
    "ArrowHead": ((211, 251, 1), 3),
    "BasicMotions": ((80, 100, 6), 4),
    "GunPoint": ((200, 150, 1), 2),
    "ItalyPowerDemand": ((1096, 24, 1), 2),
    "JapaneseVowels": ((640, 29, 12), 9),
    "OSULeaf": ((442, 427, 1), 6),
}


def stored(n_channels=1, lengths=(5, 5, 5, 5)):
    """The arrays of a small set, its first sample for training."""
    lengths = np.array(lengths, "uint16")
    x = np.arange(len(lengths) * 5 * n_channels, dtype="float32").reshape(-1, 5, n_channels)
    x[np.arange(5) >= lengths[:, None]] = np.nan
    y = np.arange(len(lengths), dtype="uint8") % 2
    return {"x": x, "y": y, "lengths": lengths, "label_names": np.array(["gun", "point"]), "n_train": 1}


@pytest.fixture
def load(tmp_path):
    def load(name, arrays, **options):
        (tmp_path / "time_series").mkdir(exist_ok=True)
        np.savez(tmp_path / "time_series" / f"{name}.npz", **arrays)
        return time_series(name, data_dir=tmp_path, **options)

    return load


@pytest.fixture
def no_data(monkeypatch):
    monkeypatch.delenv("KERASCLUST_DATA", raising=False)


def test_a_set_of_equal_lengths(load):
    data = load("GunPoint", stored())
    assert repr(data) == "DataSet('GunPoint', 4 samples of shape (5, 1), 2 groups)" and data.x.dtype == np.float32
    assert data.y.tolist() == [0, 1, 0, 1] and data.label_names == ("gun", "point") and data.lengths is None
    assert data.context["part"].tolist() == ["train", "test", "test", "test"]


def test_unequal_lengths_are_padded_with_nan(load):
    data = load("JapaneseVowels", stored(12, lengths=(2, 5, 4, 1)))
    assert data.lengths.tolist() == [2, 5, 4, 1] and len(data.channel_names) == 12
    assert np.isfinite(data.x).sum(axis=1)[:, 0].tolist() == [2, 5, 4, 1]


def test_steps_have_a_duration_where_the_archive_says(load):
    assert load("ItalyPowerDemand", stored()).step_seconds == 3600 and load("OSULeaf", stored()).step_seconds is None
    assert load("BasicMotions", stored(6)).channel_names[3] == "rotation x"


def test_load_takes_the_name_after_a_prefix(tmp_path, load):
    load("GunPoint", stored())
    assert datasets.load("time_series:GunPoint", data_dir=tmp_path).name == "GunPoint"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": np.zeros((4, 5, 2), "float32")}, "other shapes or types"),
        ({"x": np.zeros((4, 5), "float32")}, "other shapes or types"),
        ({"x": np.zeros((4, 5, 1), int)}, "other shapes or types"),
        ({"y": np.array([0, 1])}, "other shapes or types"),
        ({"y": np.array([0.0, 1.0, 0.0, 1.0])}, "other shapes or types"),
        ({"y": np.array([0, 1, 2, 1])}, "counts beyond label_names"),
        ({"y": np.array([0, -1, 0, 1])}, "counts beyond label_names"),
        ({"n_train": 5}, "counts beyond label_names or the samples"),
        ({"lengths": np.array([5, 5, 5, 4])}, "its values end elsewhere than lengths says"),
        ({"x": np.full((4, 5, 1), np.nan)}, "its values end elsewhere"),
        (dict.fromkeys(("x", "y", "lengths"), np.zeros((0, 5, 1))), "other shapes or types"),
    ],
)
def test_arrays_that_are_no_such_set(load, changed, message):
    with pytest.raises(InputError, match=message):
        load("GunPoint", stored() | changed)


def test_a_file_that_lacks_arrays_or_is_damaged(load, tmp_path):
    with pytest.raises(InputError, match="has no array y, n_train: it needs x, y, lengths, label_names, n_train"):
        load("GunPoint", {name: array for name, array in stored().items() if name not in ("y", "n_train")})
    (tmp_path / "time_series" / "GunPoint.npz").write_bytes(b"PK\3\4")
    with pytest.raises(InputError, match="is damaged"):
        time_series("GunPoint", data_dir=tmp_path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("gunpoint", "; did you mean 'GunPoint'"), ("JapanVowels", ".*'JapaneseVowels'"), ("iris", r"\.")],
)
def test_an_unknown_name(name, hint):
    with pytest.raises(InputError, match=f"no time series set '{name}'{hint}.* There are ACSF1, ArrowHead, .*OSULeaf"):
        datasets.load(f"time_series:{name}")


class TestAeon:
    """The package that provides the archive, where there is no file."""

    @pytest.fixture
    def aeon(self, monkeypatch, no_data):
        """Takes the place of aeon, with the samples that a test gives it, {part: (samples, labels)}."""
        parts = {}

        def load_classification(name, split):
            if name not in parts:
                raise ValueError(f"{name} is not on the server")
            return parts[name][split]

        package, module = types.ModuleType("aeon"), types.ModuleType("aeon.datasets")
        module.load_classification = load_classification
        monkeypatch.setitem(sys.modules, "aeon", package)
        monkeypatch.setitem(sys.modules, "aeon.datasets", module)
        return parts

    def test_its_parts_are_joined_and_turned(self, aeon):
        aeon["GunPoint"] = {
            "train": (np.arange(8.0).reshape(2, 1, 4), np.array(["2", "1"])),
            "test": (np.ones((1, 1, 4)), np.array(["2"])),
        }
        data = time_series("GunPoint")
        assert data.x.shape == (3, 4, 1) and data.x[1, :, 0].tolist() == [4, 5, 6, 7] and data.lengths is None
        assert data.y.tolist() == [1, 0, 1] and data.label_names == ("1", "2")
        assert data.context["part"].tolist() == ["train", "train", "test"]

    def test_sequences_of_unequal_length_are_padded(self, aeon):
        one, other = np.ones((12, 3)), np.ones((12, 5))
        aeon["JapaneseVowels"] = {"train": ([one], np.array(["1"])), "test": ([other], np.array(["2"]))}
        data = time_series("JapaneseVowels")
        assert data.x.shape == (2, 5, 12) and data.lengths.tolist() == [3, 5]
        assert np.isnan(data.x[0, 3:]).all() and np.isfinite(data.x[0, :3]).all()

    def test_its_errors_are_passed_on(self, aeon):
        with pytest.raises(InputError, match=r"aeon cannot provide the time series set OSULeaf \(OSULeaf is not on"):
            time_series("OSULeaf")

    def test_without_it_the_error_says_what_to_install(self, monkeypatch, no_data):
        monkeypatch.setitem(sys.modules, "aeon", None)
        with pytest.raises(
            InputError, match=r'without a file in KERASCLUST_DATA, need aeon.*"kerasclust\[benchmark\]"'
        ):
            time_series("GunPoint")


@pytest.mark.skipif(not os.environ.get("KERASCLUST_DATA"), reason="needs the real sets: set KERASCLUST_DATA")
@pytest.mark.parametrize("name", REAL)
def test_the_real_sets(name):
    if not Path(os.environ["KERASCLUST_DATA"], "time_series", f"{name}.npz").is_file():
        pytest.skip(f"KERASCLUST_DATA has no {name}")
    data = time_series(name)
    assert (data.x.shape, len(data.label_names)) == REAL[name] and len(np.unique(data.y)) == REAL[name][1]
    assert (data.lengths is not None) == (name == "JapaneseVowels") == bool(np.isnan(data.x).any())
