"""Arrays larger than memory, mapped from a temporary file."""

import shutil
import tempfile
from collections.abc import Iterator

import numpy as np
from numpy.typing import DTypeLike

from kerasclust.errors import InputError
from kerasclust.system.memory import memory
from kerasclust.types import Array

SHARE = 8  # an array may take one part in so many of the memory; large data occurs several times, as copies
SLAB = 2**25  # numbers in a slab


def is_large(n_bytes: float) -> bool:
    """Return whether an array of this size belongs on the disk.

    The array takes a large part of the memory, and the disk has room for it.
    """
    return n_bytes > memory() / SHARE and (n_bytes > memory() / 2 or n_bytes < _free())


def _free() -> int:
    """Return the free bytes in the directory of temporary files."""
    return shutil.disk_usage(tempfile.gettempdir()).free


def slabs(x: Array) -> Iterator[tuple[int, Array]]:
    """Iterate over x (n, ...) in slabs of bounded size.

    Yields:
        (number of the first row, rows (m, ...)).
    """
    rows = max(1, SLAB // max(1, x[0].size)) if len(x) else 1
    return ((first, x[first : first + rows]) for first in range(0, len(x), rows))


class RowFile:
    """Array that grows by rows in a temporary file, which is deleted together with the array.

    The environment variable `TMPDIR` chooses the directory, as for all of Python's temporary files.

    Args:
        shape: shape of a row.
        dtype: type of the numbers.
    """

    def __init__(self, shape: tuple[int, ...], dtype: DTypeLike) -> None:
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.file = tempfile.TemporaryFile(prefix="kerasclust-")  # noqa: SIM115
        self.length = 0

    def append(self, rows: Array) -> None:
        """Add rows (m, ...).

        Raises:
            InputError: The disk is full.
        """
        try:
            self.file.write(np.ascontiguousarray(rows, self.dtype).tobytes())
            self.file.flush()
        except OSError as error:
            raise InputError(
                f"The data does not fit in memory, and {tempfile.gettempdir()} cannot take more of it "
                f"({error.strerror}, {_free() / 1e9:.1f} GB free): let TMPDIR name a folder with more room."
            ) from error
        self.length += len(rows)

    def array(self) -> Array:
        """Return all rows (n, ...), n > 0, as an array that is mapped from the file."""
        return np.memmap(self.file, self.dtype, "r+", shape=(self.length, *self.shape))


class RowArray:
    """Array that grows by rows in memory.

    Args:
        n: number of rows that will be added.
        shape: shape of a row.
        dtype: type of the numbers.
    """

    def __init__(self, n: int, shape: tuple[int, ...], dtype: DTypeLike) -> None:
        self.rows: Array = np.empty((n, *shape), dtype)
        self.length = 0

    def append(self, rows: Array) -> None:
        """Add rows (m, ...)."""
        self.rows[self.length : self.length + len(rows)] = rows
        self.length += len(rows)

    def array(self) -> Array:
        """Return all rows (n, ...)."""
        return self.rows


def room_for(n: int, shape: tuple[int, ...], dtype: DTypeLike) -> RowFile | RowArray:
    """Return a place for n rows: on the disk if they are too large for memory."""
    n_bytes = n * np.dtype(dtype).itemsize * int(np.prod(shape))
    return RowFile(shape, dtype) if is_large(n_bytes) else RowArray(n, shape, dtype)


def filled(n: int, shape: tuple[int, ...], dtype: DTypeLike, value: float) -> Array:
    """Return an array (n, ...) of one value: on the disk if it is too large for memory."""
    room = room_for(n, shape, dtype)
    if isinstance(room, RowArray):
        room.rows[:] = value
        return room.rows
    slab = np.full((max(1, SLAB // max(1, int(np.prod(shape)))), *shape), value, dtype)
    for first in range(0, n, len(slab)):
        room.append(slab[: n - first])
    return room.array()
