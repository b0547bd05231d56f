"""Duties of a reader of files from outside.

It works or raises InputError, warns little, and leaves nothing behind. It starts no program and asks no network.
Python's audit hooks say so.
"""

import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kerasclust.errors import InputError

MOST_WARNINGS = 10
# Starts of the names of audit events: programs, network, code in a file.
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.", "marshal.", "pickle.find")
_watched = {"events": None}  # the events of a read; None outside of it, as hooks cannot be removed


def _hook(event, _):
    if _watched["events"] is not None and event.startswith(FORBIDDEN) and not _is_import():
        _watched["events"].append(event)


def _is_import():
    """True while a library is imported for the first time.

    It may ask for programs of the machine.
    """
    frame = sys._getframe(2)
    while frame is not None and "importlib._bootstrap" not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None


sys.addaudithook(_hook)


@dataclass(frozen=True)
class Target:
    """A reader of bytes.

    Args:
        suffix: of the file that they are written to.
        good: () -> list of bytes that it can read.
        mutate: (bytes, `random.Random`) -> bytes.
        read: (path) -> None, or InputError.
        share: of the inputs of a soak; slow targets get few.
        guided: whether inputs that reach new code are looked for: not where libraries have threads, which wait for
            each other then.
    """

    suffix: str
    good: Callable[[], list[bytes]]
    mutate: Callable[[bytes, Random], bytes]
    read: Callable[[Path], None]
    share: float
    guided: bool = False


class Misbehavior(AssertionError):
    """A target has done something that is no error, and not right either."""


def check(target: Target, content: bytes, folder: Path) -> bool:
    """Give bytes to a target in an empty folder.

    Returns:
        Whether it could read them.

    Raises:
        Exception: whatever it raises but InputError.
        Misbehavior: it warned often, wrote something, started a program or asked a network.
    """
    path = folder / f"input{target.suffix}"
    path.write_bytes(content)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        _watched["events"] = events = []
        try:
            target.read(path)
            could = True
        except InputError:
            could = False
        finally:
            _watched["events"] = None
    if events:
        raise Misbehavior(f"it has done {sorted(set(events))}")
    if len(said) > MOST_WARNINGS:
        raise Misbehavior(f"{len(said)} warnings, the first: {said[0].message}")
    if os.listdir(folder) != [path.name]:
        raise Misbehavior(f"it left {sorted(os.listdir(folder))}")
    return could
