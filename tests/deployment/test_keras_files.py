"""Hostile .keras files: refused before Keras makes anything of them."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest

from kerasclust import load_model
from kerasclust.deployment.keras_files import check_weights
from kerasclust.errors import InputError
from kerasclust.models import DEC
from kerasclust.system.archives import UnreadableFile

CONFIG, WEIGHTS = "config.json", "model.weights.h5"


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """{name: content} of a good file."""
    path = tmp_path_factory.mktemp("model") / "m.keras"
    model = DEC(2, units=(4,), latent_dim=2, pretrain_epochs=1, epochs=1, random_state=0)
    model.fit(np.random.default_rng(0).normal(size=(20, 3)).astype("float32"), verbose=0)
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(folder, members):
    path = folder / "m.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_setting(members, **settings):
    config = json.loads(members[CONFIG])
    config["config"] |= settings
    return members | {CONFIG: json.dumps(config)}


def test_a_good_file_is_loaded(members, tmp_path):
    assert load_model(written(tmp_path, members)).n_clusters == 2


LAMBDA = {"class_name": "Lambda", "module": "keras.layers", "config": {"function": {"class_name": "__lambda__"}}}


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (LAMBDA, "holds a Lambda, which runs code"),
        (LAMBDA | {"registered_name": "kerasclust>DEC"}, "holds a Lambda, which runs code"),
        ({"class_name": "__lambda__", "config": {"value": "4wA="}}, "holds a __lambda__, which runs code"),
        ({"class_name": "TFSMLayer", "module": "keras.layers", "config": {"filepath": "x"}}, "holds a TFSMLayer"),
        ({"class_name": "Popen", "module": "subprocess", "config": {"args": "id"}}, "holds a Popen of subprocess"),
        ({"class_name": "function", "module": "os", "config": "system"}, "holds a function of os"),
        ({"class_name": "function", "module": "keras.utils", "config": "get_file"}, "holds a function of keras.utils"),
        (
            {"class_name": "function", "module": "os", "config": "system", "registered_name": "kerasclust>DEC"},
            "holds a function of os",
        ),
        ({"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U999999999"}}, "array of 'U999999999'"),
        ({"class_name": ["DEC"], "config": {}}, "names a class by something else"),
    ],
)
def test_classes_that_are_no_part_of_a_network_are_refused(layer, message, members, tmp_path):
    with pytest.raises(InputError, match=message):
        load_model(written(tmp_path, with_setting(members, augmentation=layer)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"assets/x": b""}, "which is no part of a model"),
        ({CONFIG: b"[" * 100_000}, "nested too deeply"),
        ({CONFIG: b"[]"}, "describes no model"),
        ({CONFIG: b'{"class_name": "Sequential", "module": "keras", "config": {}}'}, "no model of kerasclust"),
        ({WEIGHTS: b"\x89HDF\r\n\x1a\n"}, "weights are damaged"),
    ],
)
def test_archives_that_are_no_model_are_refused(changes, message, members, tmp_path):
    with pytest.raises(InputError, match=message):
        load_model(written(tmp_path, members | changes))


def test_a_network_that_does_not_fit_in_memory_is_not_made(members, tmp_path):
    path = written(tmp_path, with_setting(members, units=[10**6, 10**6]))
    with pytest.warns(UserWarning, match="cannot be built"), pytest.raises(InputError, match="cannot be loaded"):
        load_model(path)


def external(file):
    file.create_dataset("w", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/hosts", "x", (4,))
    file.create_virtual_dataset("w", layout)


def endless(file):
    file.create_group("a")["b"] = file["/"]


WRITERS = {
    "are a link": lambda file: file.__setitem__("w", h5py.ExternalLink("/etc/passwd", "/")),
    "w are a link": lambda file: file.__setitem__("w", h5py.SoftLink("/")),
    "are not plain numbers": external,
    "w are not plain numbers": virtual,
    "under two names": endless,
    "are not plain": lambda file: file.create_dataset("w", (10**6,), "f4", chunks=True, compression="gzip"),
    "are not complete": lambda file: file.create_dataset("w", (10**12,), "f4"),
    "/w are not plain": lambda file: file.create_dataset("w", data=["text"]),
}


@pytest.mark.parametrize("message", WRITERS)
def test_weights_are_plain_arrays_in_the_file(message):
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        WRITERS[message](file)
    with pytest.raises(UnreadableFile, match=message):
        check_weights(content.getvalue())
