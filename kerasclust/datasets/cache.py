"""Cache of computed data sets: a compressed file with a checksum for each."""

import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, read_npz
from kerasclust.system.files import complete_file
from kerasclust.types import Array

ENVIRONMENT_VARIABLE = "KERASCLUST_CACHE"
CHECKSUM = "sha256"  # entry of a cache file that holds the digest of the other entries

Arrays = dict[str, Array]


class DamagedFile(Exception):
    """A cache file that is incomplete or has changed."""


def cache_directory(cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Return the directory of cache files.

    Args:
        cache_dir: a folder. None: the environment variable `KERASCLUST_CACHE`, by default `~/.cache/kerasclust`.

    Returns:
        The folder as an absolute path. It need not exist yet.

    Example:
        >>> cache_directory("/data/cache").as_posix()
        '/data/cache'
    """
    chosen = cache_dir or os.environ.get(ENVIRONMENT_VARIABLE) or Path("~/.cache/kerasclust")
    return Path(chosen).expanduser().absolute()


def parameter_hash(parameters: dict[str, Any]) -> str:
    """Return a short name for a set of parameters. The order of the parameters does not matter.

    Args:
        parameters: names and values that JSON can hold.

    Returns:
        16 hexadecimal digits.

    Example:
        >>> parameter_hash({"a": 1, "b": 2.0}) == parameter_hash({"b": 2.0, "a": 1})
        True
        >>> parameter_hash({"a": 1}) == parameter_hash({"a": 2})
        False
    """
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cached_arrays(
    name: str,
    parameters: dict[str, Any],
    build: Callable[[], Arrays],
    cache_dir: str | os.PathLike[str] | None = None,
) -> Arrays:
    """Read arrays from the cache, or compute and store them.

    A damaged file causes a warning and is replaced. Files appear under their name only when they are complete, so
    interrupted and simultaneous runs leave no broken files.

    Args:
        name: start of the file's name.
        parameters: everything that the result depends on, including a version of the code.
        build: function that computes the arrays; called only if there is no valid file.
        cache_dir: directory of the cache, see `cache_directory`.

    Returns:
        The arrays by name.

    Warns:
        UserWarning: The file is damaged.

    Raises:
        InputError: The cache folder cannot be written to.
    """
    path = cache_directory(cache_dir) / f"{name}-{parameter_hash(parameters)}.npz"
    if path.exists():
        try:
            return read_arrays(path)
        except DamagedFile as damage:
            warnings.warn(f"The cached data in {path} is damaged ({damage}): it is built again.", stacklevel=3)
    _check_writable(path.parent)  # before the work, not after it
    arrays = build()
    write_arrays(path, arrays)
    return arrays


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays and their checksum to a compressed .npz file.

    The same arrays give the same bytes.

    Args:
        path: path of the file. An existing file is replaced in one step.
        arrays: arrays by name; no object arrays.

    Raises:
        InputError: An array holds Python objects, or the file cannot be written.
    """
    objects = [name for name, array in arrays.items() if array.dtype.hasobject]
    if objects:
        raise InputError(f"The array {objects[0]!r} holds Python objects: convert it to numbers or text to cache it.")
    members: dict[str, Any] = {**arrays, CHECKSUM: np.array(_digest(arrays))}
    with complete_file(path) as partial, open(partial, "wb") as file:
        np.savez_compressed(file, **members)


def read_arrays(path: Path) -> Arrays:
    """Read a file of `write_arrays`.

    Args:
        path: path of the file.

    Returns:
        The arrays by name.

    Raises:
        DamagedFile: The file is cut short, has changed bytes, or was not written by `write_arrays`.
    """
    try:
        arrays = read_npz(path)
    except (OSError, UnreadableFile) as error:
        raise DamagedFile(str(error) or type(error).__name__) from error
    expected = arrays.pop(CHECKSUM, None)
    if expected is None:
        raise DamagedFile("it has no checksum")
    if str(expected) != _digest(arrays):
        raise DamagedFile("its checksum does not match")
    return arrays


def _digest(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape};".encode())
        digest.update(array.tobytes() if array.dtype.kind in "USMm" else array.data)
    return digest.hexdigest()


def _check_writable(folder: Path) -> None:
    """Check that a folder can be created and written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"The cache folder {folder} cannot be written to ({error.strerror}). Pass another one as cache_dir or "
            f"set the environment variable {ENVIRONMENT_VARIABLE}."
        ) from error
