"""Deployment of fitted models as files, one format a module.

All exports take raw samples in batches of any size. Nothing here imports TensorFlow at module level, because the
command needs the formats at once.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from kerasclust.deployment.formats import FORMATS, SAVED_MODEL, format_of
from kerasclust.errors import InputError
from kerasclust.system.files import complete_file

if TYPE_CHECKING:  # it imports NumPy
    from kerasclust.inspection.fitted import FittedModel

__all__ = ["FORMATS", "SAVED_MODEL", "export_model", "format_of"]


def export_model(model: FittedModel, path: str | os.PathLike[str], format: str = SAVED_MODEL) -> None:
    """Write a fitted model for deployment; `DeepClusteringModel.export` documents the formats.

    The export is written next to `path` first, so that a failure leaves an earlier export unchanged.

    Args:
        model: a fitted `DeepClusteringModel`.
        path: directory or file to write; an earlier export there is replaced.
        format: one of `FORMATS`.

    Raises:
        InputError: the model is not fitted or cannot be converted, the format is unknown, a package for it is missing,
            `path` has another ending or is not an earlier export, or it cannot be written.
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


def _write_file(writer: ModuleType, model: FittedModel, path: Path, ending: str) -> None:
    """Write an export of a single file.

    The module of its format has `convert(model)` -> bytes and `read_metadata(path)`.
    """
    if path.suffix != ending:
        raise InputError(f"{path} has to end in {ending}.")
    if path.is_dir():
        raise InputError(f"{path} is a directory, and this format is a file: choose another name.")
    if path.exists() and not _is_export(writer, path):
        raise InputError(f"{path} was not written by kerasclust: only an earlier export is replaced. Choose another.")
    with complete_file(path) as partial:
        partial.touch()  # fails before the slow conversion if nothing can be written
        partial.write_bytes(writer.convert(model))


def _is_export(writer: ModuleType, path: Path) -> bool:
    try:
        return writer.read_metadata(path) is not None
    except (OSError, ValueError):
        return False
