"""Files that appear complete or not at all, and reading of nothing but files."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kerasclust.errors import InputError
from kerasclust.system.signals import undisturbed

# Stands before the suffix, because Keras insists on the suffix of its files.
PARTIAL = ".partial"
KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFLNK: "a link",
}
OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # does not wait for a pipe's writer


class NotAFile(OSError):
    """Something other than a file, or a file larger than allowed."""


def kind_of(mode: int) -> str:
    """Return in words what a mode of `os.stat` says: "a file", "a directory", "a pipe" ..."""
    return KINDS.get(stat.S_IFMT(mode), "a file")


def open_file(path: str | os.PathLike[str], most: float = float("inf")) -> BinaryIO:
    """Open a file for reading, but no pipe and no device, which may have no end.

    A link to a file is followed.

    Args:
        path: path of the file.
        most: largest number of bytes.

    Returns:
        The file, open for reading bytes.

    Raises:
        NotAFile: There is something other than a file, or the file is larger.
        OSError: The file cannot be opened.
    """
    descriptor = os.open(path, OPENING)
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_size <= most:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISREG(found.st_mode):
        raise NotAFile(f"it has {found.st_size:,} bytes, more than {most:,.0f}")
    raise NotAFile(f"it is {kind_of(found.st_mode)}, not a file")


def check_no_links(path: Path) -> None:
    """Check that a file or folder and all in it are no links, pipes or devices.

    It need not exist. Otherwise writing there would change what a link names, or wait for the reader of a pipe.

    Raises:
        InputError: There is a link, a pipe or a device.
        OSError: A folder cannot be read.
    """
    if not os.path.lexists(path):
        return
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        for name in os.listdir(path):
            check_no_links(path / name)
    elif not stat.S_ISREG(mode):
        raise InputError(
            f"{path} is {kind_of(mode)}, and nothing is written through it: put a file or folder there, or delete it."
        )


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
        raise InputError(f"{path} is {kind_of(path.stat().st_mode)}: give the name of a file.")
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
