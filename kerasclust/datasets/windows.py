"""Windows of equal length, cut from sequences."""

import operator
from typing import Any

import numpy as np

from kerasclust.errors import InputError
from kerasclust.types import Array


def check_window(window: Any, stride: Any = None) -> tuple[int, int]:
    """Check a window and a stride and return them as integers.

    By default the stride is the window, no overlap.

    Raises:
        InputError: `window` is not an integer of at least 2, or `stride` is not an integer of at least 1.

    Example:
        >>> check_window(128)
        (128, 128)
    """
    window = _whole("window", window, least=2)
    return window, window if stride is None else _whole("stride", stride, least=1)


def cut_windows(sequence: Array, window: int, stride: int) -> Array:
    """Cut a sequence into windows. Steps after the last whole window are left out.

    Args:
        sequence: array (steps, ...).
        window: steps in a window.
        stride: steps from the start of a window to the start of the next.

    Returns:
        Array (windows, window, ...), a view of the sequence. There are no windows if the sequence is too short.

    Example:
        >>> cut_windows(np.arange(7), window=3, stride=2)
        array([[0, 1, 2],
               [2, 3, 4],
               [4, 5, 6]])
    """
    if len(sequence) < window:
        return np.empty((0, window, *sequence.shape[1:]), sequence.dtype)
    views = np.lib.stride_tricks.sliding_window_view(sequence, window, axis=0)[::stride]
    return np.moveaxis(views, -1, 1)


def windows_between_gaps(time: Array, max_gap: float, window: int, stride: int) -> Array:
    """Choose the rows of windows that no gap interrupts.

    Args:
        time: numbers (rows,), the time of each row.
        max_gap: longest time from a row to the next within a window. Where the time goes back, a window ends too.
        window: rows in a window.
        stride: rows from the start of a window to the start of the next, counted anew after each gap.

    Returns:
        Integers (windows, window): numbers of rows.

    Example:
        >>> windows_between_gaps(np.array([0, 1, 2, 3, 9, 10, 11]), max_gap=1, window=3, stride=3)
        array([[0, 1, 2],
               [4, 5, 6]])
    """
    steps = np.diff(time)
    stretches = np.split(np.arange(len(time)), np.flatnonzero((steps > max_gap) | (steps < 0)) + 1)
    return np.concatenate([cut_windows(stretch, window, stride) for stretch in stretches])


def _whole(name: str, value: Any, least: int) -> int:
    """Return a whole number of steps as an int."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise InputError(f"{name} must be a whole number of steps, {least} or more; found {value!r}.")
    return number
