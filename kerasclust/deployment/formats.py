"""Deployment formats and their file names."""

import os
from pathlib import Path

SAVED_MODEL = "saved_model"
FORMATS = {SAVED_MODEL: "", "litert": ".tflite", "onnx": ".onnx"}  # {format: ending of the name}; "" for a directory
MARK = "saved_model.pb"  # file that makes a directory a SavedModel


def format_of(path: str | os.PathLike[str]) -> str | None:
    """Return the format of a file or directory, one of `FORMATS`, or None for anything else."""
    path = Path(path).expanduser()
    if (path / MARK).exists():
        return SAVED_MODEL
    return next((name for name, ending in FORMATS.items() if ending and path.suffix == ending), None)
