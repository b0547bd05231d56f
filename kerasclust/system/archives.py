"""Archives and arrays from outside: what they declare is checked before anything of that size is allocated."""

import math
import os
import posixpath
import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager

import numpy as np

from kerasclust.system.memory import memory

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what NumPy and Keras write; others unpack without a bound
DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, UnicodeDecodeError)
RATIO = 1100  # deflate makes no more than 1032 bytes of one
NUMBERS_AND_TEXTS = "biufcUSMm"  # kinds of NumPy types that hold no Python objects and no records
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0}
LAST_CHARACTER, SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)


class UnreadableFile(ValueError):
    """A file is damaged, or declares what cannot be: the message is the reason, to which the reader adds the path."""


@contextmanager
def open_archive(path: str | os.PathLike):
    """A zip archive of which every member can be read, or extracted, without harm.

    Names stay inside the archive, nothing is a link, encrypted or there twice, and what all members together unpack to
    is no more than their compression can make of the file, and than memory holds.

    Args:
        path: of the archive.

    Yields:
        zipfile.ZipFile, open for reading.

    Raises:
        UnreadableFile: it is not so, or the archive is damaged, also where that is found while it is read.
        OSError: the file cannot be opened.
    """
    with open(path, "rb") as file:
        with _unreadable("it is no zip archive"):
            archive = zipfile.ZipFile(file)
        with archive:
            _check_members(archive.infolist())
            try:
                yield archive
            except DAMAGES as error:
                raise UnreadableFile(f"the archive is damaged: {first_line(error)}") from error


def read_at_most(file, most: int) -> bytes:
    """The content of an unpacked file, which is refused where it is longer than `most` bytes, not read to its end.

    Raises:
        UnreadableFile: it is longer.
    """
    content = file.read(most + 1)
    if len(content) > most:
        raise UnreadableFile(f"it unpacks to more than {most:,} bytes")
    return content


def read_npz(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file by name, none of which is larger than what the file holds of it.

    Raises:
        UnreadableFile: the archive is damaged or holds something else than arrays of numbers and texts.
        OSError: the file cannot be opened.
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


def check_array_header(file, n_bytes: int) -> None:
    """Make sure that an `.npy` file has the numbers that its header declares.

    Args:
        file: open for reading, at its start.
        n_bytes: length of the file.

    Raises:
        UnreadableFile: it has not, or it holds Python objects.
    """
    with _unreadable("it does not start as a file of NumPy"):
        version = np.lib.format.read_magic(file)
        shape, _, dtype = HEADERS.get(version, np.lib.format.read_array_header_2_0)(file)
    if dtype.hasobject:
        raise UnreadableFile("it holds Python objects")
    if dtype.kind not in NUMBERS_AND_TEXTS or dtype.itemsize < 1:
        raise UnreadableFile(f"it holds neither numbers nor texts, but {dtype}")
    declared, found = math.prod(shape) * dtype.itemsize, n_bytes - file.tell()
    if any(isinstance(side, bool) or side < 0 for side in shape) or declared > found:
        raise UnreadableFile(f"its header promises shape {shape}, {declared:,} bytes; found {found:,}")


@contextmanager
def _unreadable(reason: str):
    """What is raised while a hostile file is read, in one class: parsers of others raise nearly everything."""
    try:
        yield
    except (UnreadableFile, OSError):
        raise
    except Exception as error:
        raise UnreadableFile(f"{reason}: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What an exception says, in one line: its class where it says nothing."""
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


def _check_texts(name: str, array: np.ndarray) -> None:
    """Refuse texts with characters that there are not, which fail where they are written."""
    if array.dtype.kind != "U" or not array.size:
        return
    codes = np.ascontiguousarray(array).view(array.dtype.byteorder.replace("|", "=") + "u4")
    if codes.max() > LAST_CHARACTER or ((codes >= SURROGATES[0]) & (codes <= SURROGATES[1])).any():
        raise UnreadableFile(f"the texts of {name!r} have characters that Unicode does not know")
