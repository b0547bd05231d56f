"""Tables without times: each row is a sample."""

from collections.abc import Sequence

import numpy as np

from kerasclust.data.arrow import numbers
from kerasclust.data.large_arrays import room_for
from kerasclust.data.tables.source import Source
from kerasclust.types import Array

BATCH = 100_000  # rows that are fetched at once


def fetch_numbers(source: Source, values: Sequence[str], n: int, dtype: str) -> Array:
    """Return the numbers of all rows (n, values), NaN where they are missing, in the order of the rows.

    Args:
        source: rows.
        values: SQL of each number.
        n: number of rows.
        dtype: "float32", or "float64" where float32 would merge values.
    """
    room = room_for(n, (len(values),), dtype)
    named = ", ".join(f"CAST({value} AS DOUBLE) AS c{place}" for place, value in enumerate(values))
    for batch in source.connection.sql(f"SELECT {named} FROM source").to_arrow_reader(BATCH):
        room.append(np.stack([numbers(column) for column in batch.columns], axis=1).astype(dtype))
    return room.array()


def fetch_texts(source: Source, value: str) -> Array:
    """Return a text of each row (n,), None where it is missing, in the order of the rows."""
    found = source.connection.execute(f"SELECT {value} AS text FROM source").fetchnumpy()["text"]
    texts: Array = np.array(np.ma.getdata(found), object)
    texts[np.ma.getmaskarray(found)] = None  # type: ignore[arg-type]
    return texts


def numbered(texts: Array) -> tuple[Array, tuple[str, ...]]:
    """Return texts (n,) as numbers of their names, -1 for None, and the names in order.

    Names that are all whole numbers are in the order of the numbers.

    Example:
        >>> numbered(np.array(["10", None, "9"], object))
        (array([ 1, -1,  0]), ('9', '10'))
    """
    known = np.array([text is not None for text in texts], bool)
    names, codes = np.unique(texts[known].astype(str), return_inverse=True)
    order = _order(names)
    numbers = np.full(len(texts), -1)
    numbers[known] = np.argsort(order)[codes]
    return numbers, tuple(names[order].tolist())


def _order(names: Array) -> Array:
    try:
        return np.argsort([int(name) for name in names], kind="stable")
    except ValueError:
        return np.arange(len(names))
