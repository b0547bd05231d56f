"""Sequences of equal length from the rows of series."""

import numpy as np

from kerasclust.data.sequences.options import ClockOptions
from kerasclust.data.sequences.types import Rows, Sequences
from kerasclust.errors import InputError


def cut(rows: Rows, options: ClockOptions | None = None) -> Sequences:
    """Cut rows into sequences.

    Raises:
        InputError: No sample comes out.
    """
    options = options or ClockOptions()
    columns = [f"c{i}" for i in range(len(rows.channels))]
    found = rows.connection.execute(
        f"SELECT id, {'epoch_us(time)' if _has_dates(rows) else 'time'} AS time, {', '.join(columns)} "
        f"FROM {rows.view} ORDER BY id, time"
    ).fetchnumpy()
    ids, firsts, lengths = np.unique(found["id"].astype(object), return_index=True, return_counts=True)
    window = options.window or lengths.min()
    if not isinstance(window, (int, np.integer)) or window > lengths.max():
        raise InputError(f"{rows.name}: window is {window}, but the longest series has {lengths.max()} rows.")
    starts = [first + k * window for first, n in zip(firsts, lengths, strict=True) for k in range(n // window)]
    places = np.add.outer(np.array(starts), np.arange(window))
    values = np.stack([np.ma.filled(found[column], np.nan) for column in columns], axis=-1)
    times = np.asarray(found["time"])[starts]
    return Sequences(
        x=values[places].astype(rows.dtype),
        groups=np.repeat(ids, lengths // window),
        start_time=times.astype("datetime64[us]") if _has_dates(rows) else times,
    )


def _has_dates(rows: Rows) -> bool:
    described = rows.connection.execute(f"DESCRIBE {rows.view}").fetchall()
    return any(name == "time" and kind.startswith("TIMESTAMP") for name, kind, *_ in described)
