"""Fitted models as files to deploy, one format a module; all of them take raw samples, in batches of any size.

Nothing here imports TensorFlow at module level: the command has to know the formats at once.
"""

import importlib
import os
from pathlib import Path

from kerasclust.errors import InputError
from kerasclust.system.files import complete_file

SAVED_MODEL = "saved_model"
FORMATS = {SAVED_MODEL: "", "litert": ".tflite", "onnx": ".onnx"}  # how the name ends; "" for a directory


MARK = "saved_model.pb"  # the file that makes a directory a SavedModel


def format_of(path: str | os.PathLike) -> str | None:
    """Which of `FORMATS` a file or directory is in, None for anything else."""
    path = Path(path).expanduser()
    if (path / MARK).exists():
        return SAVED_MODEL
    return next((name for name, ending in FORMATS.items() if ending and path.suffix == ending), None)


def export_model(model, path: str | os.PathLike, format: str = SAVED_MODEL) -> None:
    """Write a fitted model; `DeepClusteringModel.export` documents the formats.

    It is written beside `path` first, so that a failure leaves what was there untouched.

    Args:
        model: a fitted `DeepClusteringModel`.
        path: directory or file to write; an earlier export there is replaced.
        format: one of `FORMATS`.

    Raises:
        InputError: the model is not fitted or cannot be converted, there is no such format, a package for it is
            missing, `path` has another ending or holds anything but an earlier export, or it cannot be written.
    """
    if format not in FORMATS:
        raise InputError(f"format={format!r}: expected one of {', '.join(FORMATS)}.")
    model.check_clusters()
    writer = importlib.import_module(f"{__name__}.{format}")
    path = Path(path).expanduser().resolve()
    if format == SAVED_MODEL:
        writer.write(model, path)
    else:
        _write_file(writer, model, path, FORMATS[format])


def _write_file(writer, model, path, ending):
    """Write a format that is one file, by its module: `convert(model)` -> bytes and `read_metadata(path)`."""
    if path.suffix != ending:
        raise InputError(f"{path} has to end in {ending}.")
    if path.is_dir():
        raise InputError(f"{path} is a directory, and this format is a file: choose another name.")
    if path.exists() and not _is_export(writer, path):
        raise InputError(f"{path} was not written by kerasclust: only an earlier export is replaced. Choose another.")
    with complete_file(path) as partial:
        partial.touch()  # where nothing can be written, before the time that a conversion takes
        partial.write_bytes(writer.convert(model))


def _is_export(writer, path):
    try:
        return writer.read_metadata(path) is not None
    except ValueError:
        return False
