"""Files that are there whole or not at all."""

import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path

from kerasclust.errors import InputError

# Before the ending, which Keras insists on; "partial" because a file with this name is one.
PARTIAL = ".partial"


@contextmanager
def complete_file(path: str | os.PathLike):
    """A path to write to instead of `path`, which appears under its name only when the writing has ended well.

    Raises:
        InputError: it cannot be written.
    """
    path = Path(path)
    partial = partial_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        _to_disk(partial)
        os.replace(partial, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        with suppress(OSError):  # such as none there: it was moved, or could not be made
            partial.unlink()


def _to_disk(path: Path) -> None:
    """Have the disk write a file before its name counts, or a power cut leaves the name without the content."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def partial_path(path: Path) -> Path:
    """Where to write what will be at `path`: beside it, with the same ending, under a name of this call alone."""
    return path.with_name(f".{path.stem}.{secrets.token_hex(4)}{PARTIAL}{path.suffix}")


def complete_files(folder: Path, ending: str) -> list[Path]:
    """The files in a folder whose names end so, without those that are being written, or were when a process ended."""
    return sorted(path for path in folder.glob(f"*{ending}") if not path.name.startswith("."))
