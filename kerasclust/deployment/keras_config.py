"""Checks of the settings in a .keras file, before Keras makes objects of them.

Keras resolves a class or function by names in the file, and calls what it finds. Here every name has to be an
identifier, and what it resolves to has to be on a list. `tests/deployment/test_keras_config.py` compares the list with
what every model, front end, augmentation and network of kerasclust writes.
"""

import inspect
import json
import math
import re
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

import keras

from kerasclust.compute.precision import POLICIES
from kerasclust.data.reading import OPTIONS
from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.clock import WEEK
from kerasclust.system.archives import UnreadableFile, first_line
from kerasclust.system.json_files import has_form
from kerasclust.system.memory import memory

PACKAGE = "kerasclust"
# The random layers of Keras that `augmentation` takes.
RANDOM_LAYERS = (
    *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D", "SpatialDropout2D"),
    *("AugMix", "AutoContrast", "CutMix", "Equalization", "MixUp", "RandAugment", "Solarization"),
    *("RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomCrop"),
    *("RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue"),
    *("RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation"),
    *("RandomSharpness", "RandomTranslation", "RandomZoom"),  # not RandomShear, which Keras 3.15 cannot read again
)
# All classes of Keras that may be in a file, as (module, name).
KERAS_CLASSES = {
    ("keras", "DTypePolicy"),
    ("keras", "Sequential"),
    ("keras.layers", "InputLayer"),
    *(("keras.layers", name) for name in RANDOM_LAYERS),
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
OBJECT = {"module", "class_name", "config", "registered_name"}
FURTHER = {"build_config", "compile_config", "shared_object_id"}  # the last of dtype policies alone
CLUSTER = re.compile(r"0|[1-9][0-9]{0,8}")
NUMBERS = ("float32", "float16", "bfloat16", "uint8", "int32")  # types of inputs
SAMPLES = {
    "count": int,
    "sha256": str,
    "channel_names": [str],
    "categories": {str: [str]},
    "reading": (dict, type(None)),
}
OPTION = (int, float, str, type(None))  # value of an option with which a table is read
BUILT = {  # form of what `build` gets; a model without clusters has no names of clusters
    "input_shape": list,
    "training_samples": (dict, type(None)),
    "typical_steps": (int, type(None)),
    "period": (int, type(None)),
    "weekend": [int],
    "cluster_names": {str: str},
}
MOST_SETTINGS, MOST_PARTS = 10_000, 100  # values and objects in the settings of a model
MOST_SIDES, LONGEST_SIDE = 8, 2**31  # of a shape
MOST_NAMES = 100_000  # of channels, as in tables
OF_LAYERS = {"name", "trainable", "dtype", "data_format"}  # arguments of every layer of Keras
OF_SEQUENTIAL = ("layers", "build_input_shape")
BYTES = 4  # of a float32 number


def check_config(config: Any, root: type) -> None:
    """Check that settings describe a model whose parts are safe to create.

    These are the front ends and augmentations of kerasclust, the Keras classes in `KERAS_CLASSES`, and the classes and
    functions that the user's own code has registered with Keras.

    Args:
        config: parsed content of config.json.
        root: expected class of the model.

    Raises:
        UnreadableFile: the settings describe anything else.
    """
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise UnreadableFile("its config.json describes no model")
    cls = _resolved(config)
    if not (isinstance(cls, type) and issubclass(cls, root)):
        raise UnreadableFile(f"it holds a {config['class_name']}, which is no model of kerasclust")
    _check_samples(config.get("build_config"))
    if not isinstance(config["config"], dict):
        raise UnreadableFile("its config.json describes no model")
    parts = 0
    for number, value in enumerate(_parts(config["config"])):
        if number == MOST_SETTINGS:
            raise UnreadableFile(f"its settings have more than {MOST_SETTINGS:,} values")
        if isinstance(value, str) and keras.saving.get_registered_object(value) is not None:
            raise UnreadableFile(f"one of its settings is {value!r}, which Keras would take for a class or a function")
        if isinstance(value, dict) and "class_name" in value:
            parts += 1
            if parts > MOST_PARTS:
                raise UnreadableFile(f"its settings have more than {MOST_PARTS} layers and functions")
            _check_part(value)
    network = config["config"].get("network")
    if not isinstance(network, str | None) and not (
        isinstance(network, dict) and network.get("class_name") == "function"
    ):
        raise UnreadableFile("its network is neither a name nor a function")


def unreadable_reason(model: Any) -> str | None:
    """Return the reason why a file of a model could not be loaded again, or None.

    Args:
        model: a model of kerasclust with the user's settings, fitted or not.
    """
    try:
        check_config(json.loads(json.dumps(keras.saving.serialize_keras_object(model))), type(model))
    except UnreadableFile as error:
        return str(error)
    except Exception as error:  # of a part of the user, which can be anything
        return first_line(error)
    return None


def _parts(value: Any) -> Iterator[Any]:
    """Yield a JSON value and all values in it, except for the names in descriptions of objects."""
    remaining = [value]
    while remaining:
        value = remaining.pop()
        yield value
        if isinstance(value, list):
            remaining += value
        elif isinstance(value, dict) and value.get("class_name") == "function":
            continue
        elif isinstance(value, dict):
            names = OBJECT - {"config"} if "class_name" in value else set()
            remaining += [inner for name, inner in value.items() if name not in names]


def _check_part(described: dict[str, Any]) -> None:
    """Check an object inside of a model: a layer, a dtype policy or a function."""
    found = _resolved(described)
    if isinstance(found, type) and found.__module__.partition(".")[0] == PACKAGE and not issubclass(found, FrontEnd):
        raise UnreadableFile(f"it holds a {described['class_name']} as a part of its model")
    built = described.get("build_config")
    if isinstance(found, type) and found.__module__.partition(".")[0] == "keras":
        _check_arguments(found, described)
    is_known = getattr(found, "__module__", "").partition(".")[0] in (PACKAGE, "keras")  # not a class of the user
    if is_known and built is not None:
        _check_shape(built.get("input_shape") if isinstance(built, dict) and len(built) == 1 else built)


def _check_arguments(cls: type, described: dict[str, Any]) -> None:
    """Check that a class of Keras gets its own arguments.

    None of them may be a name that Keras would resolve to another class.
    """
    config = described["config"]
    known = OF_LAYERS | set(OF_SEQUENTIAL if cls is keras.Sequential else inspect.signature(cls).parameters)
    if not isinstance(config, dict) or not set(config) <= known:
        raise UnreadableFile(f"its {described['class_name']} has other arguments than Keras writes")
    policy = config.get("name") if cls is keras.DTypePolicy else config.get("dtype")
    if isinstance(policy, str) and policy not in (*POLICIES, *NUMBERS):
        raise UnreadableFile(f"its {described['class_name']} has the type {policy[:100]!r}")
    if "shared_object_id" in described and cls is not keras.DTypePolicy:
        raise UnreadableFile(f"its {described['class_name']} occurs twice")


def _resolved(described: Mapping[str, Any]) -> Any:
    """Return the class or function that Keras finds for the names of an object.

    As in `keras.saving.deserialize_keras_object`, a registered class has priority over the module.

    Raises:
        UnreadableFile: the names are not written as Keras writes them, or what they stand for is not allowed.
    """
    name, module, registered = (described.get(key) for key in ("class_name", "module", "registered_name"))
    if not (isinstance(name, str) and NAME.fullmatch(name) and isinstance(module, str) and MODULE.fullmatch(module)):
        raise UnreadableFile(f"it holds a {_short(name)} of {_short(module)}, which names no class")
    if name == "function":
        registered, shown = described.get("config"), f"the function {_short(described.get('config'))} of {module}"
    else:
        shown = f"a {name} of {module}"
    found = _found(name, module, registered)
    if found is None:
        raise UnreadableFile(
            f"it holds {shown}, which is neither a part of models of kerasclust nor registered with Keras: import your "
            "own code that registers it first"
        )
    if not OBJECT <= set(described) <= OBJECT | FURTHER or described.get("compile_config"):
        raise UnreadableFile(f"it describes {shown} in another way than Keras does")
    return found


def _found(name: str, module: str, registered: Any) -> Any:
    """Return a class of `KERAS_CLASSES`, or what is registered.

    None stands for anything else.
    """
    if (module, name) in KERAS_CLASSES and registered is None:
        if keras.saving.get_registered_object(name) is not None:  # Keras would find that first
            return None
        return getattr(keras if module == "keras" else keras.layers, name)
    found = keras.saving.get_registered_object(registered) if isinstance(registered, str) else None
    if name == "function":
        return found if isinstance(found, FunctionType) else None
    return found if isinstance(found, type) and found.__name__ == name else None


def _short(value: Any) -> str:
    return repr(value)[:100]


def _check_samples(built: Any) -> None:
    """Check the facts about samples and clusters in a file.

    These are the shape of a sample, the fingerprint of the training samples and the names of clusters.
    """
    if built is None:  # of a model that is not fitted
        return
    if not isinstance(built, dict) or not set(BUILT) - {"cluster_names"} <= set(built) <= set(BUILT):
        raise UnreadableFile("its config.json describes samples and clusters in another way than kerasclust does")
    samples = built["training_samples"]
    good = all(has_form(value, BUILT[name]) for name, value in built.items())
    good = good and (samples is None or has_form(samples, SAMPLES))
    good = good and (samples is None or _is_sound(samples))
    if not good or not all(CLUSTER.fullmatch(name) for name in built.get("cluster_names", ())):
        raise UnreadableFile("its config.json describes samples and clusters in another way than kerasclust does")
    _check_shape(built["input_shape"], built["typical_steps"])
    period = built["period"]
    steps = built["input_shape"][1] if len(built["input_shape"]) == 3 else None
    if period is not None and not (steps is not None and 0 < period <= steps):
        raise UnreadableFile(f"its config.json has a period of {period} steps, but no sequences as long")
    if weekend := built["weekend"]:
        whole = period is not None and steps is not None and WEEK * period <= steps
        if not (whole and set(weekend) < set(range(WEEK))):
            raise UnreadableFile(f"its config.json has a weekend of the days {weekend}, but no such weeks")


def _is_sound(samples: dict[str, Any]) -> bool:
    """Return whether a description of samples of the form `SAMPLES` has sizes and options that a training has."""
    names, categories, reading = samples["channel_names"], samples["categories"], samples["reading"] or {}
    return (
        set(samples) == set(SAMPLES)
        and samples["count"] >= 0
        and len(names) + sum(map(len, categories.values())) <= MOST_NAMES
        and set(categories) <= set(names)
        and set(reading) <= set(OPTIONS)
        and all(map(_is_option, reading.items()))
    )


def _is_option(option: tuple[str, Any]) -> bool:
    name, value = option
    return (
        has_form(value, {str: [str]}) if name == "categories" else has_form(value, OPTION) or has_form(value, [OPTION])
    )


def _check_shape(shape: Any, typical_steps: int | None = None) -> None:
    """Check that a shape is one of samples, and that a sample fits in memory.

    Args:
        shape: shape of samples, with the batch axis; (None, None, channels) for series of unequal length.
        typical_steps: typical length of series of unequal length; None for other samples.
    """
    is_series = isinstance(shape, list) and len(shape) == 3 and shape[1] is None
    sides = [shape[0], 1 if typical_steps is None else typical_steps, shape[2]] if is_series else shape
    good = isinstance(sides, list) and 2 <= len(sides) <= MOST_SIDES and None not in sides[1:]
    good = good and all(side is None or (has_form(side, int) and 0 < side < LONGEST_SIDE) for side in sides)
    if not good or (typical_steps is not None and not is_series):
        raise UnreadableFile(f"its config.json has samples of shape {str(shape)[:100]}")
    if BYTES * math.prod(sides[1:]) > memory():
        raise UnreadableFile(f"a sample of its shape {str(shape[1:])[:100]} does not fit in memory")
