"""Rows that may be more than memory holds: beyond a share of it they lie in a temporary file, mapped from there."""

import shutil
import tempfile

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.memory import memory

SHARE = 8  # an array may take one part in so many of the memory; of large data there are a few, and copies
SLAB = 2**25  # numbers that are looked at together


def is_large(n_bytes):
    """Whether so many bytes are to lie on the disk: a large part of the memory, for which there is room."""
    return n_bytes > memory() / SHARE and (n_bytes > memory() / 2 or n_bytes < _free())


def _free():
    """Bytes that are free where temporary files lie."""
    return shutil.disk_usage(tempfile.gettempdir()).free


def slabs(x):
    """Parts of x (n, ...), one after the other: (first row, rows (m, ...)), each of bounded size."""
    rows = max(1, SLAB // max(1, x[0].size)) if len(x) else 1
    return ((first, x[first : first + rows]) for first in range(0, len(x), rows))


class RowFile:
    """Rows that are appended to a temporary file, which is gone when the array of them is.

    Its folder is that of Python's `tempfile`, which `TMPDIR` chooses.

    Args:
        shape: of a row.
        dtype: of a row.
    """

    def __init__(self, shape, dtype):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.file = tempfile.TemporaryFile(prefix="kerasclust-")  # noqa: SIM115
        self.length = 0

    def append(self, rows):
        """Add rows (m, ...).

        Raises:
            InputError: the disk is full.
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

    def array(self):
        """All rows (n, ...), n > 0, mapped from the file, which is read where they are looked at."""
        return np.memmap(self.file, self.dtype, "r+", shape=(self.length, *self.shape))


class RowArray:
    """Rows that are appended to an array in memory.

    Args:
        n: how many there will be.
        shape: of a row.
        dtype: of a row.
    """

    def __init__(self, n, shape, dtype):
        self.rows, self.length = np.empty((n, *shape), dtype), 0

    def append(self, rows):
        """Add rows (m, ...)."""
        self.rows[self.length : self.length + len(rows)] = rows
        self.length += len(rows)

    def array(self):
        """All rows (n, ...)."""
        return self.rows


def room_for(n, shape, dtype):
    """Where n rows of a shape and type are gathered: in memory, or on the disk if they are too many for it."""
    n_bytes = n * np.dtype(dtype).itemsize * int(np.prod(shape))
    return RowFile(shape, dtype) if is_large(n_bytes) else RowArray(n, shape, dtype)
