"""Checks of a .keras file before Keras reads it: it may hold weights, and settings of known classes.

Keras resolves a class by the module that the file names, so that a hostile file could run code.
"""

import io
import os
from typing import Any

import keras

from kerasclust.system.archives import UnreadableFile, first_line, open_archive
from kerasclust.system.json_files import parse_json

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
# Classes of these modules are parts of a network. Classes of other modules read files, download or run code.
MODULES = {
    "builtins",  # module of Keras's own functions, such as relu
    "keras",
    *(
        f"keras.{name}"
        for name in (
            "activations",
            "constraints",
            "dtype_policies",
            "initializers",
            "layers",
            "losses",
            "metrics",
            "models",
            "optimizers",
            "optimizers.schedules",
            "random",
            "regularizers",
        )
    ),
    "keras.src.models.functional",
    "keras.src.models.sequential",
}
OPERATIONS = "keras.src.ops."  # operations of a functional network
VALUES = {"__keras_tensor__", "__numpy__", "__tensor__", "__bytes__", "__ellipsis__", "__slice__"}  # values, no classes
TYPES = ("float", "bfloat", "int", "uint", "bool")  # starts of the names of number types
REFUSED = {  # layers that run code or read other files
    "FlaxLayer",
    "IntegerLookup",
    "JaxLayer",
    "Lambda",
    "StringLookup",
    "TextVectorization",
    "TFSMLayer",
    "TorchModuleWrapper",
}


def load_keras_file(path: str | os.PathLike[str], root: type) -> Any:
    """Load the model in a .keras file after `check_keras_file`.

    Args:
        path: path of the file.
        root: expected class of the model.

    Returns:
        The model.

    Raises:
        UnreadableFile: the file is damaged, or has content that is no part of a model.
        OSError: the file cannot be read.
    """
    import tensorflow as tf

    check_keras_file(path, root)
    try:
        return keras.models.load_model(path, safe_mode=True)
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise UnreadableFile("its layers are larger than memory") from error
    except OSError:
        raise
    except Exception as error:  # settings can be anything, and constructors of layers raise nearly everything
        raise UnreadableFile(first_line(error)) from error


def check_keras_file(path: str | os.PathLike[str], root: type) -> None:
    """Check that a .keras file holds a model of known layers with plain weights.

    Arguments and errors are those of `load_keras_file`.
    """
    with open_archive(path) as archive:
        names = set(archive.namelist())
        if lacking := {CONFIG, WEIGHTS} - names:
            raise UnreadableFile(f"it has no {', '.join(sorted(lacking))}")
        if further := names - {CONFIG, WEIGHTS, METADATA}:
            raise UnreadableFile(f"it holds {', '.join(sorted(further)[:3])}, which is no part of a model")
        config = parse_json(archive.read(CONFIG))
        if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
            raise UnreadableFile("its config.json describes no model")
        _check_classes(config)
        cls = _registered(config)
        if not (isinstance(cls, type) and issubclass(cls, root)):
            raise UnreadableFile(f"it holds a {config['class_name']}, which is no model of kerasclust")
        check_weights(archive.read(WEIGHTS))


def _check_classes(config: Any) -> None:
    """Refuse a config with a class that is neither registered nor a part of Keras's networks."""
    remaining = [config]
    while remaining:
        value = remaining.pop()
        if isinstance(value, list):
            remaining += value
        elif isinstance(value, dict):
            remaining += value.values()
            if "class_name" in value:
                _check_class(value)


def _check_class(described: dict[str, Any]) -> None:
    name, module = described["class_name"], described.get("module")
    if not isinstance(name, str) or not (module is None or isinstance(module, str)):
        raise UnreadableFile("its config.json names a class by something else than text")
    if name in VALUES:
        _check_value(described.get("config"))
    elif name in REFUSED or name.startswith("__"):
        raise UnreadableFile(f"it holds a {name}, which runs code or reads other files")
    elif _registered(described) is None and not (module in MODULES or str(module).startswith(OPERATIONS)):
        raise UnreadableFile(
            f"it holds a {name} of {module}, which is not registered: import what defines it before it is loaded"
        )


def _check_value(value: Any) -> None:
    dtype = value.get("dtype", "float32") if isinstance(value, dict) else "float32"
    if not isinstance(dtype, str) or not dtype.startswith(TYPES):
        raise UnreadableFile(f"it holds an array of {dtype!r}, which are no numbers")


def _registered(described: dict[str, Any]) -> Any:
    """Return the class or function that is registered with Keras under a described name, or None."""
    if described["class_name"] == "function":
        name = described.get("config")
    else:
        name = described.get("registered_name", described["class_name"])
    return keras.saving.get_registered_object(name) if isinstance(name, str) else None


def check_weights(content: bytes) -> None:
    """Check that an HDF5 file holds plain, complete arrays of numbers within the file.

    Keras writes no links, no virtual or external arrays, and no chunks that could unpack to more than the file holds.

    Args:
        content: content of the file.

    Raises:
        UnreadableFile: the file holds anything else.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            _check_groups(file, len(content))
    except UnreadableFile:
        raise
    except Exception as error:  # h5py raises exceptions of many types for errors of the HDF5 library
        raise UnreadableFile(f"its weights are damaged: {first_line(error)}") from error


def _check_groups(file: Any, n_bytes: int) -> None:
    import h5py

    remaining, declared = [file], 0
    seen: set[Any] = set()
    while remaining:
        group = remaining.pop()
        for name in group:
            if group.get(name, getlink=True, getclass=True) is not h5py.HardLink:
                raise UnreadableFile(f"its weights {group.name}/{name} are a link")
            found = group[name]
            place = h5py.h5o.get_info(found.id).addr
            if place in seen:
                raise UnreadableFile(f"its weights {group.name}/{name} are there under two names")
            seen.add(place)
            if isinstance(found, h5py.Group):
                remaining.append(found)
            elif isinstance(found, h5py.Dataset):
                declared += _plain_size(found)
            else:
                raise UnreadableFile(f"its weights {found.name} are no array")
    if declared > n_bytes:
        raise UnreadableFile(f"its weights promise {declared:,} bytes in a file of {n_bytes:,}")


def _plain_size(array: Any) -> int:
    """Return the number of bytes of an HDF5 array of plain numbers."""
    if array.external or array.is_virtual or array.chunks is not None or array.dtype.kind not in "biuf":
        raise UnreadableFile(f"its weights {array.name} are not plain numbers in this file")
    if array.id.get_storage_size() != array.nbytes:
        raise UnreadableFile(f"its weights {array.name} are not complete")
    return array.nbytes
