"""Settings in .keras files: only what kerasclust writes is loaded."""

import json
import os
import sys

import keras
import numpy as np
import pytest

from kerasclust import frontends, load_model
from kerasclust.augmentations.base import Chain
from kerasclust.augmentations.build import NAMED
from kerasclust.deployment.keras_config import KERAS_CLASSES, RANDOM_LAYERS, check_config
from kerasclust.deployment.keras_files import load_keras_file
from kerasclust.errors import InputError
from kerasclust.models import DEC, KMeans, autoencoders
from kerasclust.models.catalog import methods, settings_of
from kerasclust.models.representation import RepresentationModel
from kerasclust.models.settings import declared
from kerasclust.system.archives import UnreadableFile
from tests.deployment.keras_members import config_of, described, members_of, with_config, with_setting, written

TABLE, SEQUENCES, IMAGES = (5,), (24, 3), (8, 8, 3)
ALL = methods() | {name: getattr(autoencoders, name) for name in autoencoders.__all__}
FACTORS = {
    *("RandomRotation", "RandomContrast", "RandomBrightness", "RandomSaturation", "RandomHue", "RandomGrayscale"),
    *("RandomSharpness", "RandomColorDegeneration"),
}
ARGUMENTS = {
    **{name: {"factor": 0.1} for name in FACTORS},
    **{name: {"rate": 0.1} for name in RANDOM_LAYERS if "Dropout" in name},
    "RandomCrop": {"height": 8, "width": 8},
    "RandomPosterization": {"factor": 3},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
    "GaussianNoise": {"stddev": 0.1},
}
FRONT_ENDS = {
    "CategoricalColumns": lambda: frontends.CategoricalColumns(frontends.RobustScaling(), {1: 3, 4: 2}),
    "MissingFeatures": lambda: frontends.MissingFeatures(frontends.Combined([frontends.SequenceStatistics()])),
    "Combined": lambda: frontends.Combined([frontends.SequenceStatistics(), frontends.LogSpectrum()], compress=True),
    "Standardization": lambda: frontends.Standardization([(3, True), (2, False)]),
}
NAMED_FRONT_ENDS = ("auto", "raw", "statistics+spectrum", "multiscale", "convolutions", "variability")


def new_model(cls, **settings):
    """A small model of a class."""
    known = settings_of(cls)
    small = {name: value for name, value in {"units": (4,), "latent_dim": 3}.items() if name in known}
    return cls(*([3] if "n_clusters" in declared(cls.takes) else []), **small | settings)


def loaded(model, shape, folder):
    """The settings in the file of a model for samples of a shape, after it has been loaded."""
    model.build((None, *shape))
    model.save(folder / "m.keras")
    again = load_keras_file(folder / "m.keras", RepresentationModel)
    for weight, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(weight, other)
    return config_of(members_of(folder / "m.keras"))


def keras_classes(value):
    """{(module, name)} of the classes of Keras in settings."""
    found = set()
    if isinstance(value, dict):
        if "class_name" in value and value["module"].startswith("keras") and value["registered_name"] is None:
            found.add((value["module"], value["class_name"]))
        value = list(value.values())
    if isinstance(value, list):
        found.update(*map(keras_classes, value))
    return found


@pytest.mark.parametrize("name", ALL)
def test_a_model_of_every_class_is_loaded(name, tmp_path):
    shape = SEQUENCES if name in ("iic", "dccs", "depict") else TABLE
    assert not keras_classes(loaded(new_model(ALL[name]), shape, tmp_path))


@pytest.mark.parametrize("name", [name for name in frontends.__all__ if name[0].isupper() and name != "FrontEnd"])
def test_a_model_with_every_front_end_is_loaded(name, tmp_path):
    frontend = FRONT_ENDS.get(name, getattr(frontends, name))()
    shape = TABLE if name in ("Standardization", "CategoricalColumns") else SEQUENCES
    assert not keras_classes(loaded(new_model(KMeans, frontend=frontend), shape, tmp_path))


@pytest.mark.parametrize("frontend", NAMED_FRONT_ENDS)
@pytest.mark.parametrize("network", ["auto", "dense", "dec", "conv1d"])
def test_a_model_with_every_network_and_named_front_end_is_loaded(frontend, network, tmp_path):
    if network == "conv1d" and frontend != "raw":
        pytest.skip("the front end gives feature vectors")
    assert not keras_classes(loaded(new_model(DEC, frontend=frontend, network=network), SEQUENCES, tmp_path))


def test_models_with_all_augmentations_hold_the_allowed_classes_of_keras(tmp_path):
    for axes, shape in ((1, TABLE), (2, SEQUENCES), (3, IMAGES)):
        config = loaded(new_model(DEC, augmentation="+".join(NAMED[axes])), shape, tmp_path)
        assert not keras_classes(config)
        own = Chain([make() for make in NAMED[axes].values()])
        assert not keras_classes(loaded(new_model(DEC, augmentation=own), shape, tmp_path))
    layers = {name: getattr(keras.layers, name)(**ARGUMENTS.get(name, {})) for name in RANDOM_LAYERS}
    found = keras_classes(loaded(new_model(DEC, augmentation=layers.pop("SpatialDropout1D")), SEQUENCES, tmp_path))
    sequential = keras.Sequential([keras.Input(IMAGES), keras.layers.RandomFlip()])
    several = Chain([*layers.values(), sequential])
    found |= keras_classes(loaded(new_model(DEC, augmentation=several), IMAGES, tmp_path))
    assert found == KERAS_CLASSES


def test_no_library_has_registered_classes():
    """A library that kerasclust imports could register what runs code."""
    registered = keras.saving.get_custom_objects().values()
    files = {sys.modules[found.__module__].__file__ for found in registered}
    assert not [file for file in files if "site-packages" in file and "kerasclust" not in file]


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """{name: content} of a good file."""
    model = DEC(2, units=(4,), latent_dim=2, random_state=0)
    model.build((None, 3))
    path = tmp_path_factory.mktemp("model") / "m.keras"
    model.save(path)
    return members_of(path)


@pytest.fixture(scope="module")
def events():
    """Events of Python's audit hooks and paths that are opened, while their list is there.

    Hooks cannot be removed.
    """
    seen = {"events": None}
    calling = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.", "marshal.", "pickle.")

    def hook(event, arguments):
        if seen["events"] is not None and event.startswith(calling):
            seen["events"].append(event)
        if seen["events"] is not None and event == "open" and not isinstance(arguments[0], int):
            seen["events"].append(os.fspath(arguments[0]))

    sys.addaudithook(hook)
    return seen


def all_of_keras():
    """(module, name) of everything public in Keras.

    Names with dots in a shorter module are among them.
    """
    for module in ("keras", *(f"keras.{name}" for name in dir(keras) if not name.startswith("_"))):
        found = keras if module == "keras" else getattr(keras, module.partition(".")[2])
        for name in dir(found):
            if not name.startswith("_"):
                yield module, name
                if module != "keras":
                    yield "keras", f"{module.partition('.')[2]}.{name}"


@pytest.mark.parametrize("as_function", [False, True])
def test_nothing_else_of_keras_is_allowed(as_function, members):
    config = config_of(members)
    tried = 0
    for module, name in all_of_keras():
        if (module, name) in KERAS_CLASSES and not as_function:
            continue
        part = described("function", name, module) if as_function else described(name, {}, module)
        config["config"]["augmentation"] = part
        with pytest.raises(UnreadableFile, match=r"names no class|nor registered"):
            check_config(config, RepresentationModel)
        tried += 1
    assert tried > 2000


LAMBDA = {"function": {"class_name": "__lambda__", "config": {"value": "4wA="}}}
FETCH = described("function", "load_data", "keras.datasets.mnist", "load_data")
COND = {"function": described("function", "cond", "keras.ops"), "arguments": {"true_fn": FETCH, "false_fn": FETCH}}
SAMPLES = {"count": 3, "sha256": "", "channel_names": [], "categories": {}, "reading": None}
BUILT = {
    "input_shape": [None, 3],
    "training_samples": None,
    "typical_steps": None,
    "period": None,
    "weekend": [],
    "cluster_names": {},
}
FLIP = described("RandomFlip", {"name": "flip"})


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (described("Lambda", LAMBDA), "a Lambda of keras.layers, which is neither"),
        (described("layers.Lambda", LAMBDA, "keras"), "'layers.Lambda' of 'keras', which names no class"),
        (described("layers.Lambda", COND, "keras"), "names no class"),
        (described("layers\u2024Lambda", COND, "keras"), "names no class"),
        (described("Lambda", LAMBDA, "keras.layers", "kerasclust>DEC"), "a Lambda of keras.layers"),
        (described("Lambda", LAMBDA, "keras.layers.", None), "names no class"),
        (described("Lambda", LAMBDA, "keras.layers\n", None), "names no class"),
        (described("Lambda", LAMBDA, "keras.src.layers.core.lambda_layer"), "a Lambda of keras.src"),
        (described("RandomFlip", {}, "keras.layers", "Lambda"), "a RandomFlip of keras.layers"),
        (described("RandomFlip", {}, "keras.src.layers"), "a RandomFlip of keras.src.layers"),
        ({"class_name": "RandomFlip", "config": {}}, "of None, which names no class"),
        ({"class_name": "__lambda__", "config": {"value": "4wA="}}, "of None, which names no class"),
        (described("__lambda__", {"value": "4wA="}, "builtins"), "a __lambda__ of builtins"),
        (described("__typespec__", [], "tensorflow") | {"spec_name": "x"}, "a __typespec__ of tensorflow"),
        (described("__numpy__", {"value": ["a"], "dtype": "U999999999"}, "numpy"), "a __numpy__ of numpy"),
        (described("TFSMLayer", {"filepath": "x"}), "a TFSMLayer of keras.layers"),
        (described("Popen", {"args": "id"}, "subprocess"), "a Popen of subprocess"),
        (described("function", "system", "os", "system"), "the function 'system' of os"),
        (described("function", "system", "os", "kerasclust>DEC"), "the function 'system' of os"),
        (described("function", "get_file", "keras.utils"), "the function 'get_file' of keras.utils"),
        (described("function", "relu", "builtins"), "the function 'relu' of builtins"),
        (described("function", "kerasclust>DEC", "kerasclust"), "the function 'kerasclust>DEC'"),
        (FETCH, "the function 'load_data'"),
        (described("DEC", {"n_clusters": 2}, "kerasclust", "kerasclust>DEC"), "a DEC as a part of its model"),
        (described("FusedAdam", {}, "kerasclust", "kerasclust>FusedAdam"), "a FusedAdam as a part of its model"),
        (described("Chain", {"layers": [described("Lambda", COND)]}, "x", "kerasclust>Chain"), "a Lambda of"),
        (described("Chain", {"layers": ["kerasclust>DEC"]}, "x", "kerasclust>Chain"), "'kerasclust>DEC', which Keras"),
        (described("Sequential", {"layers": [FLIP, described("Lambda", COND)]}, "keras"), "a Lambda of"),
        (described("Sequential", {"layers": []}, "keras") | {"compile_config": {"loss": FETCH}}, "another way"),
        (described("Functional", {"layers": []}, "keras.src.models.functional"), "a Functional of"),
        (FLIP | {"build_config": {"input_shape": [None, -1]}}, "samples of shape"),
        (FLIP | {"config": {"dtype": described("Lambda", COND)}}, "a Lambda of"),
        (FLIP | {"config": {"seed": {"a": [described("Lambda", COND)]}}}, "a Lambda of"),
        (FLIP | {"build_config": {"input_shape": [described("Lambda", COND)]}}, "samples of shape"),
        (FLIP | {"inbound_nodes": []}, "another way"),
        ({name: value for name, value in FLIP.items() if name != "registered_name"}, "another way"),
        ("kerasclust>DEC", "which Keras would take for a class"),
        ({"class_name": ["DEC"], "config": {}}, "names no class"),
        ({"class_name": None, "config": {}}, "names no class"),
        ({"x": [[{"y": described("Lambda", COND)}]]}, "a Lambda of"),
        ([1] * 20_000, "more than 10,000 values"),
        ([FLIP] * 101, "more than 100 layers"),
        (FLIP | {"shared_object_id": 1}, "occurs twice"),
        (described("RandomFlip", {"activity_regularizer": "orthogonal_regularizer"}), "other arguments"),
        (described("RandomFlip", {"dtype": "int8_from_float32"}), "has the type 'int8_from_float32'"),
        (described("DTypePolicy", {"name": "int8_from_float32"}, "keras"), "has the type"),
        (described("Sequential", {"layers": [], "optimizer": "adam"}, "keras"), "other arguments"),
        (FLIP | {"build_config": {"input_shape": [None] + [2**30] * 9}}, "samples of shape"),
    ],
)
@pytest.mark.parametrize("setting", ["augmentation", "frontend", "network"])
def test_what_is_no_part_of_a_model_is_refused_and_nothing_called(setting, part, message, members, events, tmp_path):
    path = written(tmp_path, with_setting(members, **{setting: part}))
    events["events"] = found = []
    with pytest.raises(InputError) as refused:
        load_model(path)
    events["events"] = None
    assert message in str(refused.value)
    assert set(found) == {str(path)}


def test_a_good_file_opens_no_other(members, events, tmp_path):
    path = written(tmp_path, members)
    load_model(path)  # imports what it needs
    events["events"] = found = []
    load_model(path)
    events["events"] = None
    assert set(found) - {"/proc/meminfo"} == {str(path)}  # Keras asks for the memory of the machine


@pytest.mark.parametrize(
    "changes",
    [
        {"compile_config": {"optimizer": described("Lambda", COND)}},
        {"build_config": BUILT | {"shapes_dict": {}}},
        {"build_config": {"input_shape": [None, 3]}},
        {"build_config": {name: value for name, value in BUILT.items() if name != "typical_steps"}},
        {"build_config": BUILT | {"input_shape": [None, "3"]}},
        {"build_config": BUILT | {"input_shape": [None, True]}},
        {"build_config": BUILT | {"input_shape": None}},
        {"build_config": BUILT | {"input_shape": [None, None]}},
        {"build_config": BUILT | {"input_shape": [None, 3, None]}},
        {"build_config": BUILT | {"input_shape": [None, *[9] * 10**5]}},
        {"build_config": BUILT | {"typical_steps": 8}},
        {"build_config": BUILT | {"period": 3}},
        {"build_config": BUILT | {"input_shape": [None, 8, 3], "period": 9}},
        {"build_config": BUILT | {"weekend": [5, 6]}},
        {"build_config": BUILT | {"input_shape": [None, 14, 3], "period": 2, "weekend": [7]}},
        {"build_config": BUILT | {"input_shape": [None, 14, 3], "period": 2, "weekend": ["5"]}},
        {"build_config": BUILT | {"input_shape": [None, 13, 3], "period": 2, "weekend": [5, 6]}},
        {"build_config": BUILT | {"input_shape": [None, 8, 3], "period": 0}},
        {"build_config": BUILT | {"input_shape": [None, 8, 3], "period": "3"}},
        {"build_config": BUILT | {"input_shape": [None, None, 3], "typical_steps": 8, "period": 3}},
        {"build_config": BUILT | {"input_shape": [None, None, 3], "typical_steps": 0}},
        {"build_config": BUILT | {"input_shape": [None, None, 3], "typical_steps": 2**40}},
        {"build_config": BUILT | {"input_shape": [None, None, 3], "typical_steps": [8]}},
        {"build_config": BUILT | {"training_samples": {"count": "x"}}},
        {"build_config": BUILT | {"training_samples": SAMPLES | {"count": -1}}},
        {"build_config": BUILT | {"training_samples": SAMPLES | {"more": 1}}},
        {"build_config": BUILT | {"training_samples": SAMPLES | {"categories": {"a": ["x"]}}}},
        {"build_config": BUILT | {"training_samples": SAMPLES | {"reading": {"frame": "x"}}}},
        {"build_config": BUILT | {"training_samples": SAMPLES | {"reading": {"window": {"a": 1}}}}},
        {"build_config": BUILT | {"cluster_names": {"x": "a"}}},
        {"build_config": BUILT | {"cluster_names": {"0": 1}}},
        {"build_config": BUILT | {"cluster_names": {"01": "a"}}},
        {"build_config": BUILT | {"cluster_names": {"7": "a"}}},
        {"build_config": BUILT | {"cluster_names": {"0": "a\x1b"}}},
        {"build_config": []},
        {"config": []},
        {"config": None},
        {"registered_name": "kerasclust>Chain", "class_name": "Chain"},
        {"registered_name": ["kerasclust>DEC"]},
        {"module": None},
    ],
)
def test_a_model_is_described_as_kerasclust_does(changes, members, tmp_path):
    with pytest.raises(InputError, match="cannot be loaded"):
        load_model(written(tmp_path, with_config(members, config_of(members) | changes)))


def test_what_is_random_is_no_front_end_and_no_layer_is_a_network(members, tmp_path):
    chain = described("Chain", {"name": "a", "layers": [FLIP]}, "kerasclust.augmentations.base", "kerasclust>Chain")
    noise = described("FeatureNoise", {"name": "a"}, "kerasclust.augmentations.tables", "kerasclust>FeatureNoise")
    for settings, message in (
        ({"frontend": chain}, "Chain is no front end"),
        ({"frontend": noise}, "FeatureNoise is no front end"),
        ({"frontend": FLIP}, "Unknown front end"),
        ({"network": FLIP}, "its network is neither a name nor a function"),
        ({"network": noise}, "its network is neither a name nor a function"),
        ({"network": ["auto"]}, "its network is neither a name nor a function"),
    ):
        with pytest.raises(InputError, match=message):
            load_model(written(tmp_path, with_setting(members, **settings)))


def test_classes_and_functions_of_the_user_are_loaded(tmp_path):
    @keras.saving.register_keras_serializable(package="tests")
    class Doubled(frontends.FrontEnd):
        learns = False

        def transform(self, x):
            return 2.0 * x

        def compute_output_shape(self, input_shape):
            return input_shape

    @keras.saving.register_keras_serializable(package="tests")
    def linear(feature_shape, latent_dim, seed):
        sizes = (feature_shape[0], latent_dim)
        return tuple(
            keras.Sequential([keras.Input((size,)), keras.layers.Dense(other)]) for size, other in (sizes, sizes[::-1])
        )

    try:
        config = loaded(new_model(DEC, frontend=Doubled(), network=linear), TABLE, tmp_path)
    finally:
        for name in ("tests>Doubled", "tests>linear"):
            del keras.saving.get_custom_objects()[name]
    assert json.dumps(config).count("tests>") == 2
    with pytest.raises(InputError, match="nor registered with Keras: import your own code that registers it first"):
        load_model(tmp_path / "m.keras")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"network": lambda *_: None}, "it holds "),
        ({"augmentation": keras.layers.Lambda(lambda x: x)}, "a Lambda of keras.layers"),
        ({"augmentation": keras.layers.RandomShear(0.1)}, "a RandomShear of keras.layers"),
    ],
)
@pytest.mark.filterwarnings("error:A file of this model")
def test_what_could_not_be_loaded_again_is_said_before_training(settings, reason, blobs):
    with pytest.raises(UserWarning, match=f"could not be loaded again: .*{reason}"):
        new_model(DEC, pretrain_epochs=1, epochs=1, **settings).fit(blobs[0], verbose=0)


def test_a_model_that_could_be_loaded_again_says_nothing(recwarn, blobs):
    new_model(KMeans, frontend=frontends.RobustScaling()).fit(blobs[0], verbose=0)
    assert not [said for said in recwarn if "loaded again" in str(said.message)]
