"""One process at a time in a folder."""

from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kerasclust.errors import InputError

LOCK = ".lock"


@contextmanager
def alone_in(folder: Path):
    """Keep other processes out of a folder, which exists; the lock goes with the process, however that ends.

    Raises:
        InputError: another process is in it, or it cannot be written to.
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
        path.unlink(missing_ok=True)  # while it is held, so that nobody else holds what goes
        lock.release()


@contextmanager
def writable(folder: Path):
    """Tell the user what the system says against writing to a folder.

    Raises:
        InputError: it said something.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder} cannot be written to ({error.strerror}): choose another directory.") from error
