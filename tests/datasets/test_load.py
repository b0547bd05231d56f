"""One entrance for all data, that imports nothing large before it has to."""

import importlib
import subprocess
import sys

import numpy as np
import pytest

from kerasclust import datasets
from kerasclust.datasets import loading
from kerasclust.datasets.loading import COLLECTIONS, NAMES, has_name, may_download, options_of
from kerasclust.errors import InputError


@pytest.fixture
def recorded(monkeypatch):
    """Puts recorders in place of the loaders; returns what they were called with."""
    calls = []

    def record(name, home=datasets):
        original = getattr(home, name)

        def loader(*arguments, **options):
            calls.append((name, [str(argument) for argument in arguments], options))

        loader.__wrapped__, loader.__name__ = original, name  # inspect.signature reads the original's
        monkeypatch.setattr(home, name, loader, raising=False)

    for name in (*NAMES, *COLLECTIONS.values()):
        record(name)
    record("from_file", loading)
    return calls


@pytest.mark.parametrize(
    ("name", "options", "call"),
    [
        ("irish_5g", {"window": 64}, ("irish_5g", [], {"window": 64})),
        ("mnist", {"part": "all"}, ("mnist", [], {"part": "all"})),
        ("mobile_network", {"seed": 3}, ("mobile_network", [], {"seed": 3})),
        ("synth_25", {"n_extra": 3}, ("synth_25", [], {"n_extra": 3})),
        ("tfds:cifar10", {"split": "test"}, ("from_tfds", ["cifar10"], {"split": "test"})),
        ("time_series:GunPoint", {"data_dir": "a"}, ("time_series", ["GunPoint"], {"data_dir": "a"})),
        ("tractor", {"active": False}, ("tractor", [], {"active": False})),
        ("kpi.csv", {"window": 8}, ("from_file", ["kpi.csv"], {"window": 8})),
        ("KPI.NPZ", {}, ("from_file", ["KPI.NPZ"], {})),
        ("data/no_suffix", {}, ("from_file", ["data/no_suffix"], {})),
    ],
)
def test_names_and_paths_find_their_loader(recorded, name, options, call):
    datasets.load(name, **options)
    assert recorded == [call]


def test_a_path_is_read(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3))
    assert datasets.load(tmp_path / "a.npy").x.shape == (3, 3)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "irish5g",
            {},
            r"no data set 'irish5g'; did you mean 'irish_5g'\? There are cells, .*, mobile_network, .*usps, tfds:",
        ),
        ("MNIST", {}, "did you mean 'mnist'"),
        ("time_series", {}, "did you mean 'time_series:"),
        ("GunPoint", {}, r"did you mean 'time_series:GunPoint'\?"),
        ("timeseries:gunpoint", {}, "did you mean 'time_series:GunPoint'"),
        ("time_series:GunPoint", {"window": 3}, "time_series has no option 'window': it takes data_dir"),
        (
            "zzz",
            {},
            r"no data set 'zzz'\. .*, time_series:NAME, and files \(.npy, .npz, .csv, .tsv, .csv.gz, .parquet\)",
        ),
        ("none.csv", {}, "There is no file none.csv"),
        ("irish_5g", {"windows": 3}, "irish_5g has no option 'windows': it takes window, stride, data_dir"),
        ("a.csv", {"path": 3}, "from_file has no option 'path'"),
    ],
)
def test_unknown_names_and_options(name, options, message):
    with pytest.raises(InputError, match=message):
        datasets.load(name, **options)


def test_options_of_a_loader():
    assert options_of("synth_25") == ["n_samples", "n_extra", "seed"]
    assert options_of("tfds:cifar10") == ["split", "data_dir", "image_size"]
    assert options_of("time_series:GunPoint") == ["data_dir"]
    assert "window" in options_of("kpi.csv")


@pytest.mark.parametrize(
    ("name", "downloads"),
    [("mnist", True), ("tfds:mnist", True), ("time_series:OSULeaf", True), ("tractor", False), ("cicv5g", False)],
)
def test_names_that_may_be_downloaded(name, downloads):
    assert may_download(name) == downloads and has_name(name)


@pytest.mark.parametrize("name", (*NAMES, "time_series"))
def test_a_function_is_not_hidden_by_its_module(name):
    importlib.import_module(f"kerasclust.datasets.{name}")
    assert callable(getattr(datasets, name)) and getattr(datasets, name).__name__ == name


def test_public_names():
    assert all(callable(getattr(datasets, name)) for name in datasets.__all__)
    assert dir(datasets) == sorted(datasets.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nmist'"):
        _ = datasets.nmist


def test_the_import_is_light():
    code = (
        "import sys, kerasclust.datasets, kerasclust.data; kerasclust.datasets.load; kerasclust.data.from_file;"
        "print([m for m in ('pandas', 'tensorflow', 'keras', 'scipy', 'sklearn') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
