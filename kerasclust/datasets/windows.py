"""Cutting sequences into windows of equal length."""

import operator

import numpy as np

from kerasclust.errors import InputError


def check_window(window, stride=None) -> tuple[int, int]:
    """Window and stride as integers; the stride is the window (no overlap) where it is None.

    Raises:
        InputError: `window` is not an integer of at least 2, or `stride` not one of at least 1.

    Example:
        >>> check_window(128)
        (128, 128)
    """
    window = _whole("window", window, least=2)
    return window, window if stride is None else _whole("stride", stride, least=1)


def cut_windows(sequence: np.ndarray, window: int, stride: int) -> np.ndarray:
    """Windows of one sequence, each starting `stride` steps after the one before; a rest that is too short is left out.

    Args:
        sequence: array (steps, ...).
        window: steps in a window.
        stride: steps from the start of a window to the start of the next.

    Returns:
        Array (windows, window, ...), with no window where the sequence is shorter than one. It is a view.

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


def _whole(name: str, value, least: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise InputError(f"{name} must be a whole number of steps, {least} or more; found {value!r}.")
    return number
