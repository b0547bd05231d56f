import numpy as np
import pytest

from kerasclust.datasets.cache import cache_directory, cached_arrays, parameter_hash, read_arrays, write_arrays
from kerasclust.errors import InputError


class Builder:
    """Builds arrays and counts how often it had to."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        noise = np.random.default_rng(0).normal(size=(50, 40)).astype(np.float32)
        return {"x": noise, "names": np.array(["macro", "WiFi"]), "empty": np.zeros((0, 3))}


@pytest.fixture
def build():
    return Builder()


def only_file(folder):
    (path,) = folder.iterdir()
    return path


def test_second_call_reads_what_the_first_one_built(tmp_path, build):
    first = cached_arrays("thing", {"n": 1}, build, tmp_path)
    second = cached_arrays("thing", {"n": 1}, build, tmp_path)
    assert build.calls == 1
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
        assert first[name].dtype == second[name].dtype


def test_other_parameters_are_another_file(tmp_path, build):
    cached_arrays("thing", {"n": 1}, build, tmp_path)
    cached_arrays("thing", {"n": 2}, build, tmp_path)
    assert build.calls == 2
    assert len(list(tmp_path.iterdir())) == 2


def test_hash_does_not_depend_on_the_order_of_parameters():
    assert parameter_hash({"a": 1, "b": 2}) == parameter_hash({"b": 2, "a": 1})
    assert parameter_hash({"a": 1, "b": 2}) != parameter_hash({"a": 2, "b": 1})


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


def flip_a_byte_of_the_data(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def replace_by_other_arrays(path):
    np.savez_compressed(path, x=np.zeros(3), sha256=np.array("0" * 64))


def replace_by_arrays_without_checksum(path):
    np.savez_compressed(path, x=np.zeros(3))


def replace_by_text(path):
    path.write_text("not a zip file")


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        empty,
        flip_a_byte_of_the_data,
        replace_by_other_arrays,
        replace_by_arrays_without_checksum,
        replace_by_text,
    ],
)
def test_damaged_file_is_reported_and_built_again(tmp_path, build, damage):
    expected = cached_arrays("thing", {}, build, tmp_path)
    damage(only_file(tmp_path))
    with pytest.warns(UserWarning, match="damaged.*built again"):
        rebuilt = cached_arrays("thing", {}, build, tmp_path)
    np.testing.assert_array_equal(rebuilt["x"], expected["x"])
    assert cached_arrays("thing", {}, build, tmp_path)["x"].shape == (50, 40)
    assert build.calls == 2


def test_same_arrays_give_the_same_bytes(tmp_path, build):
    paths = tmp_path / "a.npz", tmp_path / "b.npz"
    for path in paths:
        write_arrays(path, build())
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_interrupted_write_leaves_the_old_file_and_no_other(tmp_path, build, monkeypatch):
    path = tmp_path / "a.npz"
    write_arrays(path, build())

    def interrupt(file, **arrays):
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez_compressed", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_arrays(path, {"x": np.ones(3)})
    assert only_file(tmp_path) == path
    assert read_arrays(path)["x"].shape == (50, 40)


def test_folder_comes_from_the_argument_then_the_environment_then_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path / "environment"))
    assert cache_directory(tmp_path) == tmp_path
    assert cache_directory() == tmp_path / "environment"
    monkeypatch.delenv("KERASCLUST_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == tmp_path / ".cache" / "kerasclust"


def test_folder_that_cannot_be_made_is_an_input_error_before_the_work(tmp_path, build):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="KERASCLUST_CACHE"):
        cached_arrays("thing", {}, build, tmp_path / "file" / "cache")
    assert build.calls == 0


def test_python_objects_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(InputError, match="'names' holds Python objects"):
        write_arrays(tmp_path / "a.npz", {"names": np.array([{"a": 1}, None])})
    assert not list(tmp_path.iterdir())
