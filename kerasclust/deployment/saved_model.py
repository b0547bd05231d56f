"""SavedModel: a directory with named signatures, for TensorFlow Serving and TensorFlow."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

import tensorflow as tf

from kerasclust.deployment.formats import MARK
from kerasclust.deployment.metadata import NAME, as_text, metadata_of, parsed
from kerasclust.deployment.signatures import archive
from kerasclust.errors import InputError
from kerasclust.inspection.fitted import FittedModel
from kerasclust.system.files import open_file, partial_path
from kerasclust.system.json_files import MOST
from kerasclust.system.signals import undisturbed

METADATA = f"assets.extra/{NAME}.json"  # folder of a SavedModel for files of its users
WRITTEN = (  # names in an export; keras_metadata.pb is of earlier versions of Keras
    rf"{re.escape(MARK)}|fingerprint\.pb|keras_metadata\.pb|assets|assets\.extra|{re.escape(METADATA)}"
    r"|variables|variables/variables\.(index|data-\d{5}-of-\d{5})"
)


def write(model: FittedModel, path: Path) -> None:
    """Write a fitted model as a SavedModel.

    Args:
        model: a fitted `DeepClusteringModel`.
        path: absolute path of the directory to write.

    Raises:
        InputError: `path` is not an earlier SavedModel, or cannot be written.
    """
    try:
        _check_replaceable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(path)
        try:
            archive(model).write_out(os.fspath(partial), verbose=False)
            (partial / METADATA).parent.mkdir()
            (partial / METADATA).write_text(as_text(metadata_of(model)), encoding="utf-8")
            with undisturbed():
                _put_in_place(partial, path)
        finally:
            with undisturbed():
                shutil.rmtree(partial, ignore_errors=True)
    except (OSError, tf.errors.OpError) as error:
        raise InputError(f"{path} cannot be written ({_reason(error)}).") from error


def read_metadata(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the metadata of a SavedModel directory, or None if kerasclust did not write it.

    Raises:
        ValueError: the metadata is damaged.
        OSError: the metadata cannot be read.
    """
    path = Path(path, METADATA)
    if not path.exists():
        return None
    with open_file(path) as file:
        return parsed(file.read(MOST + 1))


def _reason(error: OSError | tf.errors.OpError) -> str:
    """Return the cause of an error.

    TensorFlow puts names of its functions and files before it.
    """
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return (error.message or str(error)).rpartition("; ")[2].partition(" [Op:")[0]


def _check_replaceable(path: Path) -> None:
    """Raise InputError if the directory is not an earlier export."""
    if not path.exists():
        return
    if not path.is_dir():
        raise InputError(f"{path} is a file, and an export is a directory: choose another name.")
    found = sorted(os.listdir(path))
    if found and MARK not in found:
        raise InputError(
            f"{path} holds {', '.join(found[:3])}, but no {MARK}: only an earlier export is replaced. Choose another "
            "directory."
        )
    inside = [Path(folder, name) for folder, folders, files in os.walk(path) for name in (*folders, *files)]
    names = sorted(item.relative_to(path).as_posix() for item in inside)
    if foreign := [name for name in names if not re.fullmatch(WRITTEN, name)]:
        raise InputError(
            f"{path} holds {', '.join(foreign[:3])}, which no export wrote and which would be lost: move it away, or "
            "choose another directory."
        )


def _put_in_place(partial: Path, path: Path) -> None:
    """Move a directory to its name, and remove the earlier directory afterwards."""
    if not path.exists():
        os.replace(partial, path)
        return
    previous = partial_path(path)
    os.replace(path, previous)
    try:
        os.replace(partial, path)
    except OSError:
        os.replace(previous, path)
        raise
    shutil.rmtree(previous, ignore_errors=True)
