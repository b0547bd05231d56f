"""Columns of Arrow as NumPy arrays; pyarrow's own conversion imports pandas, which takes longer than a small table."""

from typing import Any

import numpy as np

from kerasclust.types import Array


def numbers(column: Any) -> Array:
    """Return the numbers of a column of Arrow, NaN where they are missing, without a copy if none is.

    Args:
        column: a pyarrow.Array of integers or floats.

    Example:
        >>> import pyarrow
        >>> numbers(pyarrow.array([1.5, None, 2.5])).tolist()
        [1.5, nan, 2.5]
    """
    valid, data = column.buffers()
    start, n = column.offset, len(column)
    values: Array = np.frombuffer(data, column.type.to_pandas_dtype(), count=start + n)[start:]
    if not column.null_count:
        return values
    is_valid = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[start : start + n].astype(bool)
    return np.where(is_valid, values, np.nan)
