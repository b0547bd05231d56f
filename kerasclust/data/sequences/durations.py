"""Durations as users write them: "1h", "15min", "7d"."""

import re
from datetime import timedelta
from typing import Any

import numpy as np

from kerasclust.errors import InputError

UNITS = {"us": 1, "ms": 10**3, "s": 10**6, "min": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6}  # microseconds
OTHER_NAMES = {"m": "min", "w": "7d"}
DAY = UNITS["d"]
WEEK = 7 * DAY


def microseconds(text: Any, name: str) -> int:
    """Return the microseconds of a duration.

    Args:
        text: number and unit (us, ms, s, min, h, d, w), or a timedelta of Python, NumPy or pandas.
        name: name of the argument, for the message.

    Raises:
        InputError: The text is not a positive duration.

    Example:
        >>> microseconds("15min", "every")
        900000000
    """
    if isinstance(text, np.timedelta64):
        text = timedelta(microseconds=int(text.astype("timedelta64[us]").astype(np.int64)))
    found = text // timedelta(microseconds=1) if isinstance(text, timedelta) else _parsed(str(text))
    if found <= 0:
        raise InputError(f"{name} is {text!r}: give a duration, such as '15min', '1h', '1d' or '7d'.")
    return found


def _parsed(text: str) -> int:
    """Return the microseconds of a text, or 0."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|m|h|d|w)\s*", text)
    if not match:
        return 0
    number, unit = match.groups()
    unit = OTHER_NAMES.get(unit, unit)
    return round(float(number) * (WEEK if unit == "7d" else UNITS[unit]))


def roughly(ticks: float) -> str:
    """Return microseconds for people, to three digits.

    Example:
        >>> roughly(302_924_133), roughly(3_600_000_000)
        ('5.05 min', '1 h')
    """
    unit = next((unit for unit in reversed(UNITS) if ticks >= UNITS[unit]), "us")
    return f"{ticks / UNITS[unit]:.3g} {unit}"


def duration(ticks: int) -> str:
    """Return microseconds as a text that `microseconds` reads.

    Example:
        >>> duration(3_600_000_000), duration(90_000_000)
        ('1h', '90s')
    """
    unit = next(unit for unit in reversed(UNITS) if ticks % UNITS[unit] == 0)
    return f"{ticks // UNITS[unit]}{unit}"
