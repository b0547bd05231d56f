"""Columns of numbers of data frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasclust.errors import InputError
from kerasclust.types import Array

SHOWN = 5  # names in a message


def is_frame(x: Any) -> bool:
    """Return whether x is a data frame of pandas, without importing pandas."""
    return hasattr(x, "to_numpy") and hasattr(getattr(x, "dtypes", None), "items")


def columns_of(frame: Any, name: str) -> tuple[Array, list[str]]:
    """Return the numbers and the names of the columns of a data frame.

    Args:
        frame: a data frame.
        name: name of the samples in error messages.

    Returns:
        (array (n, columns), names).

    Raises:
        InputError: a name is there twice, or a column has no numbers.
    """
    names = [str(column) for column in frame.columns]
    twice = sorted({column for column in names if names.count(column) > 1} if len(set(names)) < len(names) else ())
    if twice:
        raise InputError(f"{name} has several columns with the name {some(twice)}: rename or remove them.")
    other = [f"{column} ({kind})" for column, kind in zip(names, frame.dtypes, strict=True) if kind.kind not in "biuf"]
    if other:
        raise InputError(f"{name} has columns that are not numbers: {some(other)}. Encode or remove them.")
    return frame.to_numpy(dtype="float64", na_value=np.nan), names


def some(names: Sequence[str]) -> str:
    """List the first names, and the number of the others.

    Example:
        >>> some(["a", "b"])
        'a, b'
    """
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
