"""Computed data sets on disk: one compressed file per set of parameters, checked when it is read back."""

import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, read_npz
from kerasclust.system.files import complete_file

ENVIRONMENT_VARIABLE = "KERASCLUST_CACHE"
CHECKSUM = "sha256"  # the entry of a cache file that holds the digest of all the others

Arrays = dict[str, np.ndarray]


class DamagedFile(Exception):
    """A cache file is incomplete or its content is not what was written."""


def cache_directory(cache_dir: str | os.PathLike | None = None) -> Path:
    """Where cache files are kept.

    Args:
        cache_dir: a folder, or None for the environment variable `KERASCLUST_CACHE` and, where that is not set
            either, `~/.cache/kerasclust`.

    Returns:
        The folder as an absolute path. It need not exist yet.

    Example:
        >>> cache_directory("/data/cache").as_posix()
        '/data/cache'
    """
    chosen = cache_dir or os.environ.get(ENVIRONMENT_VARIABLE) or Path("~/.cache/kerasclust")
    return Path(chosen).expanduser().absolute()


def parameter_hash(parameters: dict) -> str:
    """A short name for a set of parameters: equal parameters give equal names, whatever their order.

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


def cached_arrays(name: str, parameters: dict, build: Callable[[], Arrays], cache_dir=None) -> Arrays:
    """The arrays that `build` computes for these parameters, from disk where they have been computed before.

    A file that is damaged or was only half written is reported by a warning and built again. The file appears under
    its final name only when it is complete, so an interrupted or a simultaneous run cannot leave a broken one.

    Args:
        name: the start of the file's name.
        parameters: everything that the result depends on, a version of the code that computes it included.
        build: computes the arrays; called only when no valid file is found.
        cache_dir: see `cache_directory`.

    Returns:
        The arrays by name.

    Raises:
        InputError: the cache folder cannot be written to.
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
    """Write arrays to a compressed .npz file with their checksum. The same arrays give the same bytes.

    Args:
        path: the file to write or to replace, in one step.
        arrays: arrays by name; no object arrays.

    Raises:
        InputError: an array holds Python objects, or the file cannot be written.
    """
    objects = [name for name, array in arrays.items() if array.dtype.hasobject]
    if objects:
        raise InputError(f"The array {objects[0]!r} holds Python objects: convert it to numbers or text to cache it.")
    with complete_file(path) as partial, open(partial, "wb") as file:
        np.savez_compressed(file, **arrays, **{CHECKSUM: np.array(_digest(arrays))})


def read_arrays(path: Path) -> Arrays:
    """Read what `write_arrays` wrote.

    Args:
        path: the file.

    Returns:
        The arrays by name.

    Raises:
        DamagedFile: the file is cut short, has changed bytes, or was not written by `write_arrays`.
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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"The cache folder {folder} cannot be written to ({error.strerror}). Pass another one as cache_dir or "
            f"set the environment variable {ENVIRONMENT_VARIABLE}."
        ) from error
