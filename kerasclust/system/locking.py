"""Locks that keep a folder to one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from kerasclust.errors import InputError
from kerasclust.system.signals import undisturbed

LOCK = ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes out of an existing folder.

    The system releases the lock when the process ends.

    Raises:
        InputError: Another process holds the lock, or the folder cannot be written to.
    """
    path = folder / LOCK
    lock = FileLock(path)
    with writable(folder):
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise InputError(
                f"Another process is writing to {folder}: wait until it has ended, or choose another directory."
            ) from error
    try:
        yield
    finally:
        with undisturbed(), suppress(OSError):
            path.unlink(missing_ok=True)  # before the release, so that no other process holds the removed file
        lock.release()


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Report errors of the system while writing to a folder as errors of input.

    Raises:
        InputError: The system raised an error.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder} cannot be written to ({error.strerror}): choose another directory.") from error
