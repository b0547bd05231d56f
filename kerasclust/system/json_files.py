"""JSON: conversion of results, and reading of untrusted files of bounded size and depth."""

import json
import math
import os
import sys
from typing import Any

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile
from kerasclust.system.files import open_file

MOST = 2**26  # bytes; a run writes some thousands, and parsed JSON may take twenty times as much memory


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read a JSON file.

    Raises:
        UnreadableFile: The file is too large or is not JSON.
        OSError: The file cannot be read.
    """
    with open_file(path) as file:
        return parse_json(file.read(MOST + 1))


def has_form(value: object, form: Any) -> bool:
    """Return whether parsed JSON has an expected structure.

    Args:
        value: parsed JSON.
        form: a type or a tuple of types; or [form] for a list; or {name: form} for an object with at least these
            names; or {str: form} for an object with any names. A Boolean is not a number here, and an integer that no
            float holds is not one where floats are expected.

    Example:
        >>> has_form({"sizes": [1, 2], "more": None}, {"sizes": [int]}), has_form({"sizes": [True]}, {"sizes": [int]})
        (True, False)
    """
    if isinstance(form, list):
        return isinstance(value, list) and all(has_form(item, form[0]) for item in value)
    if not isinstance(form, dict):
        return isinstance(value, form) and (form is bool or not isinstance(value, bool)) and not _overflows(value, form)
    if not isinstance(value, dict):
        return False
    if str in form:
        return all(has_form(item, form[str]) for item in value.values())
    return all(name in value and has_form(value[name], inner) for name, inner in form.items())


def _overflows(value: object, form: Any) -> bool:
    floats = isinstance(form, tuple) and float in form
    return floats and isinstance(value, int) and abs(value) > sys.float_info.max


def parse_json(content: bytes | str) -> Any:
    """Parse JSON.

    Raises:
        UnreadableFile: The content is too large, nested too deeply, not UTF-8, or not JSON.

    Example:
        >>> parse_json(b'{"n": [1, 2]}')
        {'n': [1, 2]}
        >>> parse_json("[" * 100_000)
        Traceback (most recent call last):
            ...
        kerasclust.system.archives.UnreadableFile: its JSON is nested too deeply
    """
    if len(content) > MOST:
        raise UnreadableFile(f"its JSON is larger than {MOST:,} bytes")
    try:
        text = content.decode() if isinstance(content, bytes) else content
        found = json.loads(text)
        if "\\u" in text:  # an unpaired surrogate is not text and would fail on output
            json.dumps(found, ensure_ascii=False).encode()
    except RecursionError as error:
        raise UnreadableFile("its JSON is nested too deeply") from error
    except ValueError as error:
        raise UnreadableFile(str(error)) from error
    return found


def plain(value: Any) -> Any:
    """Convert a value to JSON types.

    NumPy types become Python's, tuples become lists, and numbers that are not finite become None.

    Raises:
        InputError: JSON has no type for the value.

    Example:
        >>> plain({"sizes": np.array([1, 2]), "entropy": np.float32("nan"), 3: (True, "a")})
        {'sizes': [1, 2], 'entropy': None, '3': [True, 'a']}
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise InputError(f"A result cannot hold {value!r} ({type(value).__name__}); give numbers, text, lists or dicts.")
