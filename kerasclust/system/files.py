"""Files that appear complete or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kerasclust.errors import InputError
from kerasclust.system.signals import undisturbed

# Stands before the suffix, because Keras insists on the suffix of its files.
PARTIAL = ".partial"


@contextmanager
def complete_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Write a file under a temporary name and rename it to `path` once it is complete.

    Args:
        path: path of the finished file. Missing directories are created.

    Yields:
        Path to write to.

    Raises:
        InputError: The file cannot be written, or `path` is a device, a pipe or a directory, which no file replaces.
    """
    path = Path(path)
    partial = partial_path(path)
    if path.exists() and not path.is_file():
        kind = "a directory" if path.is_dir() else "a device or a pipe"
        raise InputError(f"{path} is {kind}: give the name of a file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        _to_disk(partial)
        os.replace(partial, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        with undisturbed(), suppress(OSError):  # after the renaming there is no such file
            partial.unlink()


def _to_disk(path: Path) -> None:
    """Flush a file to the disk before its renaming.

    Otherwise a power cut could leave the name without the content.
    """
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def partial_path(path: Path) -> Path:
    """Return a unique temporary path in the directory of `path`, with the same suffix."""
    return path.with_name(f".{path.stem}.{secrets.token_hex(4)}{PARTIAL}{path.suffix}")


def complete_files(folder: Path, ending: str) -> list[Path]:
    """Return the files in a folder whose names have an ending.

    Partial files of `complete_file` are left out.
    """
    return sorted(path for path in folder.glob(f"*{ending}") if not path.name.startswith("."))
