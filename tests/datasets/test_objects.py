"""The rendered objects: shapes that everybody finds, lights that show in the pixels, pictures read back from disk."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score

from kerasclust.datasets import objects
from kerasclust.errors import InputError

SMALL = {"n_samples": 6, "progress": False}


@pytest.fixture(scope="module")
def renderer():
    """Skips where it is not installed. It is not imported: see `kerasclust.datasets.objects_process`."""
    if importlib.util.find_spec("mitsuba") is None:
        pytest.skip("needs mitsuba")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("objects")


@pytest.fixture(scope="module")
def data(folder, renderer):
    return objects(n_samples=120, cache_dir=folder, progress=False)


def test_shapes_and_names(data):
    assert data.x.shape == (120, 64, 64, 1) and data.x.dtype == np.float32
    assert 0 <= data.x.min() < 0.2 and 0.8 < data.x.max() <= 1
    assert np.bincount(data.y).tolist() == [40] * 3 and data.label_names == ("cube", "sphere", "cylinder")


def test_the_light_is_known(data):
    direction, intensity = data.context["light_direction"], data.context["light_intensity"]
    np.testing.assert_allclose(np.linalg.norm(direction, axis=1), 1, rtol=1e-6)
    assert direction.shape == (120, 3) and direction[:, 2].min() > 0.4 and (direction[:, :2] < 0).any(axis=0).all()
    assert 0.5 <= intensity.min() < 0.6 and 0.9 < intensity.max() <= 1


def test_spheres_are_bright_where_the_light_comes_from(data):
    spheres = data.x[data.y == 1, 16:42, 20:44, 0]  # the part of the picture that is sphere
    right = spheres[:, :, 12:].mean(axis=(1, 2)) - spheres[:, :, :12].mean(axis=(1, 2))
    front = spheres.mean(axis=(1, 2))
    direction = data.context["light_direction"][data.y == 1]
    assert np.corrcoef(right, direction[:, 0])[0, 1] > 0.9
    assert np.corrcoef(front, direction[:, 1])[0, 1] < -0.5


def test_a_stronger_and_steeper_light_makes_the_top_brighter(data):
    tops = data.x[data.y == 2, 8:12, 24:40].mean(axis=(1, 2, 3))  # of the cylinders
    light = data.context["light_intensity"] * data.context["light_direction"][:, 2]
    assert np.corrcoef(tops, light[data.y == 2])[0, 1] > 0.95


def test_pictures_of_one_shape_differ_by_their_light(data):
    for shape in range(3):
        pictures = data.x[data.y == shape]
        assert pictures.std(axis=0).mean() > 0.03
        assert len(np.unique(pictures.reshape(40, -1), axis=0)) == 40


def test_pictures_have_no_noise(data):
    background = data.x[:, :5, :, 0]
    assert np.abs(np.diff(background, axis=2)).max() < 0.02


def test_kmeans_finds_the_shapes(data):
    labels = KMeans(3, n_init=10, random_state=0).fit_predict(data.x.reshape(120, -1))
    assert normalized_mutual_info_score(data.y, labels) == pytest.approx(1)  # published: 1.00


def test_the_seed_decides(tmp_path, renderer):
    first, again, other = (
        objects(**SMALL, seed=seed, cache_dir=tmp_path / run) for run, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    np.testing.assert_array_equal(first.x, again.x)
    assert (first.x != other.x).any()


def test_stored_pictures_need_no_renderer(data, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "mitsuba", None)
    again = objects(n_samples=120, cache_dir=folder)
    np.testing.assert_array_equal(again.x, data.x)
    np.testing.assert_array_equal(again.context["light_direction"], data.context["light_direction"])


def test_a_missing_renderer_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mitsuba", None)
    with pytest.raises(InputError, match=r'mitsuba, which is not installed: pip install "kerasclust\[rendering\]"'):
        objects(**SMALL, cache_dir=tmp_path)


def test_a_progress_bar_can_be_hidden(tmp_path, capfd, renderer):
    objects(**SMALL, cache_dir=tmp_path / "hidden")
    assert capfd.readouterr().err == ""
    objects(n_samples=6, cache_dir=tmp_path / "shown")
    assert "objects" in capfd.readouterr().err


def test_python_ends_well_after_tensorflow_and_the_renderer(tmp_path, renderer):
    code = (
        "import tensorflow; from kerasclust.datasets import objects;"
        f"print(objects(n_samples=3, cache_dir={str(tmp_path)!r}, progress=False).x.shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "(3, 64, 64, 1)")


def test_a_renderer_that_fails_is_an_input_error(tmp_path, monkeypatch, capfd):
    (tmp_path / "mitsuba.py").write_text("import a_package_that_it_needs")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=r"mitsuba, which cannot be imported .*a_package_that_it_needs"):
        objects(**SMALL, cache_dir=tmp_path / "cache")
    (tmp_path / "mitsuba.py").write_text("raise SystemExit('out of luck')")
    with pytest.raises(InputError, match="failed with exit status 1"):
        objects(**SMALL, cache_dir=tmp_path / "cache")
    assert "out of luck" in capfd.readouterr().err


@pytest.mark.parametrize("bad", [{"n_samples": 2}, {"n_samples": 9.5}, {"seed": -1}])
def test_bad_sizes_are_named(bad, tmp_path):
    with pytest.raises(InputError, match=f"{next(iter(bad))} must be a whole number"):
        objects(**bad, cache_dir=tmp_path)
