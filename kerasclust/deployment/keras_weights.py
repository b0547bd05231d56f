"""Checks of the weights in a .keras file.

A file also bounds the weights that Keras creates for it.
"""

import io
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import keras

from kerasclust.system.archives import UnreadableFile, first_line

# A model creates some weights twice, and some that it does not save, such as seeds and the means of losses.
TIMES, UNSAVED = 2, 100
MOST_NAMES = 10_000  # names of arrays and groups in a file; Keras writes some hundreds
MOST_VARIABLES = 4000  # that a model creates; each takes a millisecond
LONGEST_ATTRIBUTE = 4096  # bytes; Keras writes names
OVERHEAD = 256  # a variable takes as much memory and time as so many numbers


class TooManyWeights(MemoryError):
    """A model asks for more weights than its file holds."""


@dataclass(frozen=True)
class Weights:
    """Number of arrays in a file, and of numbers in all of them."""

    arrays: int
    numbers: int

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Stop a model that creates more weights than the file holds.

        It is stopped before their memory is taken. Keras tells nobody the size of a weight before it is there, so the
        constructor of `keras.Variable` is replaced for the time. Weights that other threads create are not counted.

        Raises:
            TooManyWeights: in place of a weight that is too much.
        """
        with _one_at_a_time:
            original = keras.Variable.__init__
            variables = min(TIMES * self.arrays + UNSAVED, MOST_VARIABLES)
            token = _left.set([TIMES * self.numbers + variables * OVERHEAD, variables])
            keras.Variable.__init__ = _counted(original)
            try:
                yield
            finally:
                keras.Variable.__init__ = original
                _left.reset(token)


_one_at_a_time = threading.RLock()
_left: ContextVar[list[int] | None] = ContextVar(
    "left", default=None
)  # numbers and variables that may still be created


def _counted(original: Any) -> Any:
    def init(self: Any, initializer: Any, shape: Any = None, *args: Any, **kwargs: Any) -> None:
        left = _left.get()
        if left is not None and shape is not None:
            left[1] -= 1
            left[0] -= OVERHEAD + math.prod([shape] if isinstance(shape, int) else (side or 1 for side in shape))
            if min(left) < 0:
                raise TooManyWeights
        original(self, initializer, shape, *args, **kwargs)

    return init


def check_weights(content: bytes) -> Weights:
    """Count the arrays of an HDF5 file, which have to be plain, complete and in the file.

    Keras writes no links, no virtual or external arrays, and no chunks that could unpack to more than the file holds.

    Args:
        content: content of the file.

    Raises:
        UnreadableFile: the file holds anything else.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            return _counted_arrays(file, len(content))
    except UnreadableFile:
        raise
    except Exception as error:  # h5py raises exceptions of many types for errors of the HDF5 library
        raise UnreadableFile(f"its weights are damaged: {first_line(error)}") from error


def _counted_arrays(file: Any, n_bytes: int) -> Weights:
    import h5py

    remaining, declared, sizes = [file], 0, []
    seen: set[Any] = set()
    while remaining:
        group = remaining.pop()
        for name in group:
            if group.get(name, getlink=True, getclass=True) is not h5py.HardLink:
                raise UnreadableFile(f"its weights {group.name}/{name} are a link")
            found = group[name]
            _check_attributes(found)
            place = h5py.h5o.get_info(found.id).addr
            if place in seen:
                raise UnreadableFile(f"its weights {group.name}/{name} are there under two names")
            seen.add(place)
            if len(seen) > MOST_NAMES:
                raise UnreadableFile(f"its weights have more than {MOST_NAMES:,} names")
            if isinstance(found, h5py.Group):
                remaining.append(found)
            elif isinstance(found, h5py.Dataset):
                declared += _plain_size(found)
                sizes.append(found.size)
            else:
                raise UnreadableFile(f"its weights {found.name} are no array")
    if declared > n_bytes:
        raise UnreadableFile(f"its weights promise {declared:,} bytes in a file of {n_bytes:,}")
    return Weights(len(sizes), sum(sizes))


def _check_attributes(found: Any) -> None:
    """Check that the attributes of a group or an array are short, without reading them.

    A long attribute can repeat a text of the file many times.
    """
    import h5py

    for name in found.attrs:
        attribute = h5py.h5a.open(found.id, name.encode())
        if attribute.shape != () or attribute.get_storage_size() > LONGEST_ATTRIBUTE:
            raise UnreadableFile(f"its weights {found.name} have a long attribute {name[:100]!r}")


def _plain_size(array: Any) -> int:
    """Return the number of bytes of an HDF5 array of plain numbers."""
    if array.external or array.is_virtual or array.chunks is not None or array.dtype.kind not in "biuf":
        raise UnreadableFile(f"its weights {array.name} are not plain numbers in this file")
    if array.id.get_storage_size() != array.nbytes:
        raise UnreadableFile(f"its weights {array.name} are not complete")
    return array.nbytes
