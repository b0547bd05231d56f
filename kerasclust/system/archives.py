"""Untrusted archives and arrays: their headers are checked before memory is allocated."""

import math
import os
import posixpath
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

import numpy as np

from kerasclust.system.files import open_file
from kerasclust.system.memory import memory
from kerasclust.types import Array

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # NumPy and Keras write these; others expand without a bound
DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, UnicodeDecodeError)
RATIO = 1100  # deflate expands a byte to 1032 bytes at most
NUMBERS_AND_TEXTS = "biufcUSMm"  # kinds of NumPy types without Python objects or records
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0}
LAST_CHARACTER, SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)


class UnreadableFile(ValueError):
    """A file that is damaged or declares the impossible.

    The message is the reason; the caller adds the path.
    """


class Readable(Protocol):
    """A binary file, open for reading."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""


@contextmanager
def open_archive(path: str | os.PathLike[str]) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive after checking that every member can be read or extracted safely.

    Member names stay inside the archive. No member is a link, is encrypted or occurs twice. The declared sizes are
    possible for the compression, and all members together fit in memory.

    Args:
        path: path of the archive.

    Yields:
        zipfile.ZipFile, open for reading.

    Raises:
        UnreadableFile: A check fails, or the archive turns out to be damaged, here or while it is read.
        OSError: The file cannot be opened.
    """
    with open_file(path) as file:
        with _unreadable("it is no zip archive"):
            archive = zipfile.ZipFile(file)
        with archive:
            _check_members(archive.infolist())
            try:
                yield archive
            except DAMAGES as error:
                raise UnreadableFile(f"the archive is damaged: {first_line(error)}") from error


def read_at_most(file: Readable, most: int) -> bytes:
    """Read a decompressed file of limited size, without reading a larger one to its end.

    Args:
        file: binary file, open for reading.
        most: largest number of bytes.

    Raises:
        UnreadableFile: The file has more than `most` bytes.
    """
    content = file.read(most + 1)
    if len(content) > most:
        raise UnreadableFile(f"it unpacks to more than {most:,} bytes")
    return content


def read_npz(path: str | os.PathLike[str]) -> dict[str, Array]:
    """Read the arrays of an `.npz` file, by name.

    The size of the file is checked against the header of each array first.

    Raises:
        UnreadableFile: The archive is damaged, or holds anything but arrays of numbers and texts.
        OSError: The file cannot be opened.
    """
    arrays = {}
    with open_archive(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                check_array_header(file, member.file_size)
            with archive.open(member) as file, _unreadable(f"{member.filename} is no array"):
                arrays[member.filename.removesuffix(".npy")] = np.lib.format.read_array(file, allow_pickle=False)
    for name, array in arrays.items():
        _check_texts(name, array)
    return arrays


def check_array_header(file: IO[bytes], n_bytes: int) -> None:
    """Check that an `.npy` file is as long as its header declares.

    Args:
        file: binary file, open for reading, at its start.
        n_bytes: length of the file.

    Raises:
        UnreadableFile: The file is too short, or holds anything but numbers and texts.
    """
    with _unreadable("it does not start as a file of NumPy"):
        version = np.lib.format.read_magic(file)
        shape, _, dtype = HEADERS.get(version, np.lib.format.read_array_header_2_0)(file)
    if dtype.hasobject:
        raise UnreadableFile("it holds Python objects")
    if dtype.kind not in NUMBERS_AND_TEXTS or dtype.itemsize < 1:
        raise UnreadableFile(f"it holds neither numbers nor texts, but {dtype}")
    declared, found = math.prod(shape) * dtype.itemsize, n_bytes - file.tell()
    sides = math.prod(max(side, 1) for side in shape) * dtype.itemsize  # NumPy multiplies all
    if any(isinstance(side, bool) or side < 0 for side in shape) or declared > found or sides > sys.maxsize:
        raise UnreadableFile(f"its header promises shape {shape}, {declared:,} bytes; found {found:,}")


@contextmanager
def _unreadable(reason: str) -> Iterator[None]:
    """Turn every exception of a parser into `UnreadableFile`.

    On a hostile file, parsers raise nearly everything.
    """
    try:
        yield
    except (UnreadableFile, OSError):
        raise
    except Exception as error:
        raise UnreadableFile(f"{reason}: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return the first line of an exception's message, or the name of its class if it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        name = posixpath.normpath(member.filename.replace("\\", "/"))
        if name.startswith(("/", "..")) or ":" in name.partition("/")[0]:
            raise UnreadableFile(f"its member {member.filename!r} lies outside of the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise UnreadableFile(f"its member {member.filename!r} is a link")
        if member.flag_bits & 1 or member.compress_type not in METHODS:
            raise UnreadableFile(f"its member {member.filename!r} is encrypted, or neither stored nor deflated")
        if member.file_size > RATIO * (member.compress_size + 1):
            raise UnreadableFile(
                f"its member {member.filename!r} promises {member.file_size:,} bytes, which "
                f"{member.compress_size:,} cannot hold"
            )
    if len({member.filename for member in members}) < len(members):
        raise UnreadableFile("two of its members have the same name")
    total = sum(member.file_size for member in members)
    if total > memory():
        raise UnreadableFile(f"it unpacks to {total / 1e9:,.1f} GB, of {memory() / 1e9:,.1f} GB of memory")


def _check_texts(name: str, array: Array) -> None:
    """Reject strings with invalid Unicode code points; they would fail on output."""
    if array.dtype.kind != "U" or not array.size:
        return
    codes = np.ascontiguousarray(array).view(array.dtype.byteorder.replace("|", "=") + "u4")
    if codes.max() > LAST_CHARACTER or ((codes >= SURROGATES[0]) & (codes <= SURROGATES[1])).any():
        raise UnreadableFile(f"the texts of {name!r} have characters that Unicode does not know")
