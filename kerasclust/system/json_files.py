"""JSON: what it can hold of ours, and what comes from outside, of bounded size and depth."""

import json
import math
import os

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile

MOST = 2**26  # bytes; a run writes some thousands, and a parsed one may take twenty times as much


def read_json(path: str | os.PathLike):
    """The content of a JSON file.

    Raises:
        UnreadableFile: it is too large or not JSON.
        OSError: the file cannot be read.
    """
    with open(path, "rb") as file:
        return parse_json(file.read(MOST + 1))


def has_form(value, form) -> bool:
    """Whether parsed JSON is what a reader expects.

    Args:
        value: parsed JSON.
        form: a type, or several, of a value; [form] of a list; {name: form} of an object with at least these names, or
            {str: form} of one with any names. Truth values count as numbers nowhere.

    Example:
        >>> has_form({"sizes": [1, 2], "more": None}, {"sizes": [int]}), has_form({"sizes": [True]}, {"sizes": [int]})
        (True, False)
    """
    if isinstance(form, list):
        return isinstance(value, list) and all(has_form(item, form[0]) for item in value)
    if not isinstance(form, dict):
        return isinstance(value, form) and not (isinstance(value, bool) and form is not bool)
    if not isinstance(value, dict):
        return False
    if str in form:
        return all(has_form(item, form[str]) for item in value.values())
    return all(name in value and has_form(value[name], inner) for name, inner in form.items())


def parse_json(content: bytes | str):
    """What JSON says.

    Raises:
        UnreadableFile: it is too large, nested too deeply, not UTF-8, or not JSON.

    Example:
        >>> parse_json(b'{"n": [1, 2]}')
        {'n': [1, 2]}
        >>> parse_json("[" * 100_000)
        Traceback (most recent call last):
            ...
        kerasclust.system.archives.UnreadableFile: its JSON is nested too deeply
    """
    if len(content) > MOST:
        raise UnreadableFile(f"it is larger than {MOST:,} bytes, which no such file is")
    try:
        text = content.decode() if isinstance(content, bytes) else content
        found = json.loads(text)
        if "\\u" in text:  # half of a pair of these is no text: it fails where it is written
            json.dumps(found, ensure_ascii=False).encode()
    except RecursionError as error:
        raise UnreadableFile("its JSON is nested too deeply") from error
    except ValueError as error:
        raise UnreadableFile(str(error)) from error
    return found


def plain(value):
    """A value as JSON holds it: numpy types as Python's, tuples as lists, numbers that are not finite as None.

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
