"""Text in other encodings or with mixed line ends, rewritten as the UTF-8 that DuckDB reads."""

import codecs
import gzip
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kerasclust.errors import InputError

SAMPLE = 2**18  # bytes in which encoding, line ends and dialect are found
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CHUNK = 2**22


@dataclass(frozen=True)
class TextFile:
    """Text file as DuckDB can read it.

    Args:
        path: path of the file as it came, or of a rewritten copy.
        encoding: encoding in which it came.
        lines: its first lines with their line ends, for the dialect.
    """

    path: Path
    encoding: str
    lines: tuple[str, ...]


def open_text(path: Path, encoding: str | None, folder: Path) -> TextFile:
    """Find the encoding of a text file, and rewrite it if it is not UTF-8.

    Args:
        path: path of the file.
        encoding: encoding that the user gave, or None.
        folder: folder for a rewritten copy.

    Raises:
        InputError: The encoding is unknown, or the file is not in it.
    """
    with open_bytes(path) as file:
        start = file.read(SAMPLE)
    complete = len(start) < SAMPLE
    found = _checked(encoding) if encoding else detect_encoding(start, complete)
    text = _decoded(start, found, complete, path)
    lines = list(io.StringIO(text, newline=""))
    lines = lines if complete or len(lines) < 2 else lines[:-1]
    if found in ("utf-8", "utf-8-sig", "ascii") and len({_end(line) for line in lines} - {""}) < 2:
        return TextFile(path, found, tuple(lines))
    return TextFile(rewrite(path, found, folder), found, tuple(lines))


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, or the content of a compressed file (.gz), for reading bytes."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else open(path, "rb")  # type: ignore[return-value]


def detect_encoding(start: bytes, complete: bool = True) -> str:
    """Find an encoding from the first bytes of a file.

    Args:
        start: first bytes.
        complete: whether they are all.

    Example:
        >>> detect_encoding("Köln".encode()), detect_encoding("Köln".encode("latin-1")), detect_encoding(b"a,b")
        ('utf-8', 'cp1252', 'utf-8')
    """
    for mark, encoding in BOMS.items():
        if start.startswith(mark):
            return encoding
    zeros = [start[parity::2].count(0) / max(1, len(start) // 2) for parity in (0, 1)]
    if max(zeros) > 0.4 and min(zeros) < 0.1:  # every other byte of Latin letters in UTF-16
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(start, final=complete)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def rewrite(path: Path, encoding: str, folder: Path) -> Path:
    """Write a copy of a text file in UTF-8 with one kind of line ends, and return its path.

    Raises:
        InputError: The file is not in this encoding.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".csv", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as copy, open_bytes(path) as binary:
        try:
            with io.TextIOWrapper(binary, encoding=encoding, newline=None) as file:
                while chunk := file.read(CHUNK):
                    copy.write(chunk)
        except UnicodeError as error:
            raise _not_in(path, encoding, error) from error
    return Path(name)


def _checked(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            f"encoding {encoding!r} is unknown: give encoding='latin-1' or 'utf-16', for example."
        ) from None


def _decoded(start: bytes, encoding: str, complete: bool, path: Path) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(start, final=complete)
    except UnicodeError as error:
        raise _not_in(path, encoding, error) from error


def _not_in(path: Path, encoding: str, error: UnicodeError) -> InputError:
    return InputError(f"{path.name} is not in encoding {encoding} ({error}): give another encoding.")


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
