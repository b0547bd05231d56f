"""What a reader of files from outside has to do: work, or raise InputError, warn little, and leave nothing behind."""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kerasclust.errors import InputError

MOST_WARNINGS = 10


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
        Misbehavior: it warned often, or wrote something.
    """
    path = folder / f"input{target.suffix}"
    path.write_bytes(content)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            target.read(path)
            could = True
        except InputError:
            could = False
    if len(said) > MOST_WARNINGS:
        raise Misbehavior(f"{len(said)} warnings, the first: {said[0].message}")
    if os.listdir(folder) != [path.name]:
        raise Misbehavior(f"it left {sorted(os.listdir(folder))}")
    return could
