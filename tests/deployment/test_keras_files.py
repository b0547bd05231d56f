"""Damaged and hostile .keras files: refused before Keras makes anything of them."""

import io
import json
import resource
import time
import zipfile

import h5py
import numpy as np
import pytest

from kerasclust import load_model
from kerasclust.deployment.keras_files import load_keras_file
from kerasclust.errors import InputError
from kerasclust.models import DEC, IIC, KMeans
from tests.deployment.keras_members import (
    CONFIG,
    WEIGHTS,
    config_of,
    described,
    members_of,
    with_config,
    with_setting,
    with_shape,
    written,
)

HUGE, MEGABYTES = 10**9, 100
MORE = "its settings ask for more weights than it holds"


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """{name: content} of a good file."""
    path = tmp_path_factory.mktemp("model") / "m.keras"
    model = DEC(2, units=(4,), latent_dim=2, pretrain_epochs=1, epochs=1, random_state=0)
    model.fit(np.random.default_rng(0).normal(size=(20, 3)).astype("float32"), verbose=0)
    model.save(path)
    return members_of(path)


def test_a_good_file_is_loaded(members, tmp_path):
    assert load_model(written(tmp_path, members)).n_clusters == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"assets/x": b""}, "which is no part of a model"),
        ({CONFIG: b"[" * 100_000}, "nested too deeply"),
        ({CONFIG: b"[]"}, "describes no model"),
        ({CONFIG: json.dumps(described("Sequential", {}, "keras")).encode()}, "no model of kerasclust"),
        ({WEIGHTS: b"\x89HDF\r\n\x1a\n"}, "weights are damaged"),
    ],
)
def test_archives_that_are_no_model_are_refused(changes, message, members, tmp_path):
    with pytest.raises(InputError, match=message):
        load_model(written(tmp_path, members | changes))


def test_compressed_members_are_refused(members, tmp_path):
    """A small file would unpack to as much as there is memory."""
    path = written(tmp_path, members | {WEIGHTS: bytes(10**7)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match="is compressed"):
        load_model(path)


def other(model, shape, folder):
    """Members of the file of another model, built for samples of a shape."""
    model.build((None, *shape))
    model.save(folder / "other.keras")
    return members_of(folder / "other.keras")


def of_frontend(name, **config):
    """A front end as a file describes it."""
    return described(name, {"name": "frontend"} | config, "kerasclust.frontends", f"kerasclust>{name}")


LARGE = {
    "clusters": lambda members, folder: with_setting(members, n_clusters=HUGE),
    "latent_dim": lambda members, folder: with_setting(members, latent_dim=HUGE),
    "units": lambda members, folder: with_setting(members, units=[10**4, 10**4]),
    "layers": lambda members, folder: with_setting(members, units=[1] * 5000),
    "columns": lambda members, folder: with_shape(members, [None, 10**8]),
    "sequences": lambda members, folder: with_shape(members, [None, 256, 10**6]),
    "images": lambda members, folder: with_shape(members, [None, 10**4, 10**4, 1]),
    "heads": lambda members, folder: with_setting(other(IIC(3, units=(4,)), (3,), folder), n_heads=HUGE),
    "clusters of k-means": lambda members, folder: with_setting(other(KMeans(3), (3,), folder), n_clusters=HUGE),
    "kernels": lambda members, folder: with_setting(
        with_shape(members, [None, 64, 3]), frontend=of_frontend("RandomConvolutions", n_kernels=HUGE)
    ),
    "bands": lambda members, folder: with_setting(
        with_shape(members, [None, 10**7, 3]), frontend=of_frontend("LogSpectrum", n_bands=10**5)
    ),
    "blocks": lambda members, folder: with_setting(
        with_shape(members, [None, HUGE]), frontend=of_frontend("Standardization", blocks=[[HUGE, True]])
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_small_file_of_a_large_model_takes_neither_memory_nor_time(what, members, tmp_path):
    path = written(tmp_path, LARGE[what](members, tmp_path))
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(InputError, match=f"{MORE}|not fit in memory|expected at most 100"):
        load_model(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    assert time.process_time() - start < 10


def test_a_sample_is_not_larger_than_memory(members, tmp_path):
    with pytest.raises(InputError, match="does not fit in memory"):
        load_model(written(tmp_path, with_shape(members, [None, 10**6, 10**6])))


def test_the_settings_of_a_large_model_do_not_stop_a_model_that_another_thread_makes(members, tmp_path, monkeypatch):
    """The bound is for the file that is read, and ends with it."""
    path = written(tmp_path, with_setting(members, n_clusters=HUGE))
    with pytest.raises(InputError, match=MORE):
        load_model(path)
    model = DEC(50, units=(200,), latent_dim=40)
    model.build((None, 500))
    assert model.built


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_are_finite(value, members, tmp_path):
    content = io.BytesIO(members[WEIGHTS])
    with h5py.File(content, "r+") as file:
        arrays = []
        file.visititems(lambda _, found: arrays.append(found) if isinstance(found, h5py.Dataset) else None)
        largest = max(arrays, key=lambda array: array.size)
        largest[...] = np.full(largest.shape, value)
    with pytest.raises(InputError, match="are not finite"):
        load_model(written(tmp_path, members | {WEIGHTS: content.getvalue()}))


def test_the_error_of_a_layer_is_the_message(members, tmp_path):
    with pytest.raises(InputError, match="network='conv2d' does not fit samples"):
        load_model(written(tmp_path, with_setting(members, network="conv2d")))


def test_a_model_of_another_kind_is_no_autoencoder(members, tmp_path):
    from kerasclust.models.autoencoders import Autoencoder
    from kerasclust.system.archives import UnreadableFile

    with pytest.raises(UnreadableFile, match="holds a DEC, which is no model"):
        load_keras_file(written(tmp_path, with_config(members, config_of(members))), Autoencoder)
