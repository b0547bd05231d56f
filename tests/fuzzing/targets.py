"""What reads files and arguments from outside.

Each target has good inputs, and a function that makes bad ones of them.
"""

import gzip
import io
import json
import tempfile
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from unittest import mock

import mutations
import numpy as np
from checking import Target
from command_lines import SERIES, changed_line, lines, run_line

from kerasclust.errors import InputError

FEATURES = "id,time,x,y\n1,2024-05-31T12:00:00,0.5,1\n2,2024-05-31T12:00:01+02:00,,2\n3,,1,3\n"
TRACE = (
    "Timestamp,RAWCELLID,Speed,State,RSRP,RSRQ,SNR,CQI,RSSI,DL_bitrate,UL_bitrate,NetworkMode,NRxRSRP,NRxRSRQ,Latitude,"
    "Longitude\n"
) + "".join(
    f"2019.12.16_13.40.{second:02},7,{second},D,-90,-12,3,9,-70,{100 * second},20,5G,-95,-14,51.9,-8.4\n"
    for second in range(9)
)
SETTINGS = {"options": {"window": 2, "id_column": "user", "channels": ["rsrp"]}, "channel_names": ["rsrp"], "data": "x"}
REFERENCE = {
    "centers": [[0.0, 1.0], [None, None]],
    "sizes": [5, 0, 0],
    "measured": {name: {"edges": [0.5], "sizes": [2, 3]} for name in ("confidence", "distance from the center")},
    "channels": {"level of rsrp": {"edges": [0.5], "sizes": [2, 3]}},
}
EVIDENCE = {"cluster_sizes": [3, 2], "seconds": 0.5, "entropy": None}
SCORES = {"runs": [EVIDENCE], "chosen_run": 0, "kept": EVIDENCE, "external": None}
COMMAND = {"data": "x.npy", "n_clusters": 3, "assignments": ["units=8"], "window": None, "epochs": 5, "channels": []}
ROWS = [{"experiment": "e", "method": "m", "data": "d", "seed": s, "settings": {}, "scores": {}} for s in (0, 1)]


def _random_of(path: Path) -> Random:
    """The same choices for the same content."""
    return Random(zlib.crc32(path.read_bytes()))


def _arrays():
    random = np.random.default_rng(0)
    return [
        random.normal(size=shape).astype(dtype) for shape, dtype in (((4, 3), "f4"), ((3, 4, 2), "f8"), ((5, 2), "i2"))
    ]


def _npy():
    contents = []
    for array in _arrays():
        file = io.BytesIO()
        np.save(file, array)
        contents.append(file.getvalue())
    return contents


def _npz(*contents):
    packed = []
    for arrays in contents:
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)
        packed.append(file.getvalue())
    return packed


def _data_sets():
    x = _arrays()[0]
    names = {"label_names": np.array(["a", "b"]), "channel_names": np.array(["p", "q", "r"])}
    more = {"groups": np.array(list("uuvv")), "step_seconds": 0.5, "place": np.arange(4)}
    return _npz({"x": x}, {"x": x, "y": np.array([0, 1, 1, 0]), **names}, {"x": x, "y": np.array(list("abab")), **more})


CLOCK = {
    "every": ("1d", "1h", 1, -1),
    "aggregate": ("sum", "last", "odd"),
    "align": ("day", "none"),
    "timezone": ("Europe/Dublin", "Mars"),
    "max_gap": ("6h", 2, "x"),
    "max_missing": (0.0, 0.9, "x"),
}


def _from_array(path):
    from kerasclust.data import from_file

    from_file(path)


def _from_table(path):
    from kerasclust.data import from_file

    random = _random_of(path)
    columns = ("id", "time", "x", "rsrp", "user", "a", None, None, None)
    options = {name: random.choice(columns) for name in ("id_column", "time_column", "label_column")}
    options |= {name: random.choice((None, None, 1, 2, 3, 10**18)) for name in ("window", "stride")}
    options["channels"] = random.choice((None, None, ["x"], ["rsrp"], ["a", "b"], "x"))
    options |= {name: random.choice((*[None] * 20, *clocks)) for name, clocks in CLOCK.items()}
    options |= {name: random.choice((*[None] * 9, "x", "rsrp", "-", -81)) for name in ("drop", "rate", "missing_value")}
    from_file(path, **{name: value for name, value in options.items() if random.random() < 0.4})


def _parquet():
    import pandas as pd

    contents = []
    for text in (SERIES, FEATURES):
        file = io.BytesIO()
        pd.read_csv(io.StringIO(text)).to_parquet(file)
        contents.append(file.getvalue())
    return contents


def _read_idx(path):
    from kerasclust.datasets.idx import read_idx

    read_idx(path)


def _zip(members):
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", 8) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _read_traces(path):
    from kerasclust.datasets.irish_5g_traces import read_traces

    read_traces(path)


def _from_directory(file_name, load):
    """A reader of a data set that looks for its file in a directory."""

    def read(path):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / file_name).write_bytes(path.read_bytes())
            load(folder)

    return read


def _load_tractor(folder):
    from kerasclust.datasets import tractor

    tractor(window=2, data_dir=folder)


def _tractor():
    from kerasclust.datasets.tractor import CHANNELS

    columns = ["Timestamp", *(channel.column for channel in CHANNELS)]
    rows = [",".join(str(number) for number in (1700171855347 + 250 * row, *range(17))) for row in range(3)]
    return [_zip({"a/SingleUE/Trial7/Raw/embb.csv": "\n".join([",".join(columns), *rows])})]


def _load_cicv5g(folder):
    from kerasclust.datasets import cicv5g

    cicv5g(window=2, data_dir=folder)


def _cicv5g():
    from kerasclust.datasets.cicv5g_runs import HEADER

    rows = [f"{1722417647100 + 55 * row} 0 20 1.5 2.5 3.1 4.0 5C42 {row} -86 7.5" for row in range(9)]
    return [_zip({"data/W2S/n8/V30/w2s.txt": "\n".join([HEADER, *rows])})]


def _load_series(folder):
    from kerasclust.datasets import time_series

    time_series("GunPoint", data_dir=folder)


def _series():
    x, labels = np.arange(12, dtype="float32").reshape(3, 4, 1), np.array(["gun", "point"])
    return _npz({"x": x, "y": [0, 1, 1], "lengths": [4, 4, 4], "label_names": labels, "n_train": 2})


def _read_signs(path):
    from kerasclust.datasets import gtsrb

    with mock.patch("kerasclust.datasets.gtsrb.find_file", lambda *_, **__: path):
        gtsrb(image_size=4)


def _cached():
    from kerasclust.datasets.cache import write_arrays

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.npz"
        write_arrays(path, {"x": _arrays()[0], "names": np.array(["a", "bc"])})
        return [path.read_bytes()]


def _read_cached(path):
    from kerasclust.datasets.cache import DamagedFile, read_arrays

    try:
        read_arrays(path)
    except DamagedFile as error:
        raise InputError(str(error)) from error


def _read_run(path):
    """Every JSON file of a run: that of the input has all of their names in turn."""
    from kerasclust.inspection import drift as monitoring
    from kerasclust.runs import FILES, RunDirectory, saved
    from kerasclust.runs.trained_on import TrainedOn
    from kerasclust.runs.training import CHOICES, read_history

    reading = {
        "settings": lambda run: TrainedOn.of(run.path).options_for("x.csv"),
        "scores": saved.read_result,
        "history": read_history,
        "choices": lambda run: run.read_json("choices", CHOICES),
        "reference": lambda run: _drift(monitoring, run.read_json("reference", monitoring.REFERENCE)),
    }
    name = _random_of(path).choice(sorted(reading))
    with mock.patch.dict(FILES, {name: path.name}):
        reading[name](RunDirectory(path.parent))


def _drift(monitoring, reference):
    from kerasclust.inspection.clustered_space import ClusteredSpace

    z = np.array([[0.0, 1.0], [0.5, 1.0], [2.0, 2.0]])
    q = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    space = ClusteredSpace(z, z, z[:, :0], q, z[:2])
    model = SimpleNamespace(cluster_names={}, decoder=None, training_samples=None, sample_shape=(2,))
    with mock.patch.object(monitoring, "clustered_space", lambda *_: space):
        monitoring.drift_from(reference, model, z)


def _read_command(path):
    import click

    from kerasclust.cli.fitting import asked_for, fit
    from kerasclust.runs import FILES

    with mock.patch.dict(FILES, {"command": path.name}):
        asked_for(click.Context(fit), path.parent)


def _read_results(path):
    from kerasclust.records import results

    results.find(path, seed=0)
    results.done(path, experiment="e", settings={})


class _Model:
    """As much of a model as a backup needs."""

    def __init__(self):
        from keras import Variable

        self.variables = [Variable(np.zeros(shape, "f4")) for shape in ((3, 2), (2,))]

    def kept_variables(self):
        return self.variables


def _backups():
    state = {"state/tries": np.arange(3), "labels": np.arange(4), "progress": json.dumps({"phase": "refine", "n": 2})}
    return _npz({"variable/0": np.ones((3, 2), "f4"), "variable/1": np.ones(2, "f4"), **state})


@cache
def _model():
    return _Model()


def _read_backup(path):
    from kerasclust.training.backup import Backup

    Backup(path.parent, {}).read(path.stem, _model().kept_variables())


def _trainings():
    from kerasclust.system.versions import versions

    about = {"method": "DEC", "samples": [[4, 3], "0a"], "seed": 3, "versions": versions()}
    return [json.dumps(about).encode()]


def _read_training(path):
    from kerasclust.training import backup

    about = {"method": "DEC", "samples": [[4, 3], "0a"]}
    with mock.patch.object(backup, "TRAINING", path.name), backup.Backup(path.parent, about).opened() as opened:
        opened.first_seed(0)


def _parse_setting(path):
    from kerasclust.cli.settings import parse_value

    name, _, value = path.read_bytes().decode(errors="replace").partition("=")
    for default in (1.0, 3, True, None, "text", (8, 4)):
        with suppress(InputError):
            parse_value(name, value, default)


def _settings():
    return [
        b"latent_dim=3",
        b"units=64,32",
        b"learning_rate=1e-3",
        b"frontend=statistics+spectrum",
        b"augmentation=none",
    ]


def _make_model(path):
    from kerasclust.cli.settings import model_from_options

    text = path.read_bytes().decode(errors="replace")
    model_from_options(_random_of(path).choice(("dec", "dance", "kmeans", "ae_hdbscan")), 3, {}, [text])


def _keras_files():
    import keras

    from kerasclust import augmentations, frontends, models

    x, contents = np.random.default_rng(0).normal(size=(20, 3)).astype("float32"), []
    small = {"units": (4,), "latent_dim": 2, "pretrain_epochs": 1, "epochs": 1, "random_state": 0}
    augmentation = augmentations.Chain([augmentations.FeatureNoise(), keras.layers.GaussianNoise(0.1)])
    frontend = frontends.Standardization([(3, True)])
    made = (
        models.DEC(2, **small),
        models.DEC(2, augmentation=augmentation, frontend=frontend, **small),
        models.KMeans(2, random_state=0),
    )
    with tempfile.TemporaryDirectory() as folder:
        for model in made:
            model.fit(x, verbose=0)
            model.save(Path(folder) / "m.keras")
            contents.append((Path(folder) / "m.keras").read_bytes())
    return contents


def _check_model(path):
    from kerasclust.deployment.keras_files import check_keras_file
    from kerasclust.models import DeepClusteringModel
    from kerasclust.system.archives import UnreadableFile

    try:
        check_keras_file(path, DeepClusteringModel)
    except (OSError, UnreadableFile) as error:
        raise InputError(str(error)) from error


def _load_model(path):
    from kerasclust import load_model

    load_model(path)


@cache
def _exports():
    """{format: content} of the small exports of a model, and of the metadata of its SavedModel."""
    from kerasclust import models
    from kerasclust.deployment.saved_model import METADATA

    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    model = models.KMeans(2, random_state=0)
    model.fit(x, verbose=0)
    with tempfile.TemporaryDirectory() as folder:
        for format, name in (("saved_model", "a"), ("litert", "a.tflite"), ("onnx", "a.onnx")):
            model.export(Path(folder) / name, format)
        names = {"saved_model": f"a/{METADATA}", "litert": "a.tflite", "onnx": "a.onnx"}
        return {format: (Path(folder) / name).read_bytes() for format, name in names.items()}


def _read_metadata(path):
    from kerasclust.runs.saved import metadata

    metadata(path)


def _read_saved_model(path):
    """The input as the metadata of a SavedModel."""
    from kerasclust.deployment import saved_model

    try:
        with mock.patch.object(saved_model, "METADATA", path.name):
            saved_model.read_metadata(path.parent)
    except ValueError as error:
        raise InputError(str(error)) from error


def _as_json(*values):
    return lambda: [json.dumps(value).encode() for value in values]


TARGETS = {
    "npy": Target(".npy", _npy, mutations.npy, _from_array, 6, guided=True),
    "npz": Target(".npz", _data_sets, mutations.archive, _from_array, 2, guided=True),
    "csv": Target(".csv", lambda: [SERIES.encode(), FEATURES.encode()], mutations.csv, _from_table, 0.3),
    "parquet": Target(".parquet", _parquet, mutations.parquet, _from_table, 0.1),
    "idx": Target(
        ".gz",
        lambda: [gzip.compress(b"\0\0\x08\x02" + bytes((0, 0, 0, 2, 0, 0, 0, 3)) + b"abcdef")],
        mutations.gzipped,
        _read_idx,
        25,
        guided=True,
    ),
    "cache": Target(".npz", _cached, mutations.archive, _read_cached, 2, guided=True),
    "irish_5g": Target(
        ".zip", lambda: [_zip({"a/Netflix/Driving/b.csv": TRACE})], mutations.archive, _read_traces, 0.03
    ),
    "tractor": Target(
        ".zip", _tractor, mutations.archive, _from_directory("tractor_single_ue.zip", _load_tractor), 0.3
    ),
    "cicv5g": Target(".zip", _cicv5g, mutations.archive, _from_directory("cicv5g.zip", _load_cicv5g), 0.3),
    "time_series": Target(".npz", _series, mutations.archive, _from_directory("GunPoint.npz", _load_series), 1),
    "gtsrb": Target(
        ".zip", lambda: [_zip({"a/00001/00000_00000.ppm": b"P6 2 1 255 abcdef"})], mutations.archive, _read_signs, 0.1
    ),
    "run": Target(
        ".json", _as_json(SETTINGS, REFERENCE, SCORES, {"loss": [1, None]}), mutations.json_text, _read_run, 8
    ),
    "command": Target(".json", _as_json(COMMAND), mutations.json_text, _read_command, 4),
    "results": Target(
        ".jsonl",
        lambda: [b"\n".join(json.dumps(row).encode() for row in ROWS) + b"\n"],
        mutations.json_lines,
        _read_results,
        25,
        guided=True,
    ),
    "backup": Target(".npz", _backups, mutations.archive, _read_backup, 0.3),
    "training": Target(
        ".json",
        _trainings,
        mutations.json_text,
        _read_training,
        8,
    ),
    "setting": Target(".txt", _settings, mutations.assignment, _parse_setting, 25, guided=True),
    "model": Target(".txt", _settings, mutations.assignment, _make_model, 0.1),
    "keras_check": Target(".keras", _keras_files, mutations.keras_file, _check_model, 10, guided=True),
    "keras": Target(".keras", _keras_files, mutations.keras_file, _load_model, 0.5),
    "saved_model": Target(".json", lambda: [_exports()["saved_model"]], mutations.json_text, _read_saved_model, 4),
    "litert": Target(".tflite", lambda: [_exports()["litert"]], mutations.changed, _read_metadata, 2),
    "onnx": Target(".onnx", lambda: [_exports()["onnx"]], mutations.changed, _read_metadata, 2),
    "command_line": Target(".json", lines, changed_line, run_line, 0.05),
}
