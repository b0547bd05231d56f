"""A uniform sample of a stream, for the quantiles of data that does not fit in memory."""

import numpy as np

# Enough for a quantile that is wrong by less than about .1 percentage points.
_MOST_ROWS = 200_000
# At most 128 MB of float32, for tables with thousands of columns.
_MOST_NUMBERS = 2**25


class RowSample:
    """At most `limit` rows of a stream, each row equally likely, whatever the batching.

    Every row draws a random key and the rows with the smallest keys stay: two runs over the same rows in the same order
    keep the same sample, however the rows are cut into batches.

    Args:
        width: numbers in a row.
        limit: rows to keep, None for as many as 200,000 rows and 128 MB allow.
        seed: of the keys.

    Reference:
        J. S. Vitter, "Random sampling with a reservoir", 1985; the variant with keys is bottom-k sampling.

    Example:
        >>> sample = RowSample(width=1, limit=3)
        >>> sample.add(np.arange(10.0)[:, None])
        >>> sample.rows().shape
        (3, 1)
    """

    def __init__(self, width: int, limit: int | None = None, seed: int = 0):
        self._limit = limit or max(1000, min(_MOST_ROWS, _MOST_NUMBERS // max(1, width)))
        self._random = np.random.default_rng(seed)
        self._keys = [np.zeros(0)]
        self._rows = [np.zeros((0, width), "float32")]
        self._held = 0
        self._highest_key = 1.0

    def add(self, rows: np.ndarray) -> None:
        """Offer rows (n, width) to the sample."""
        keys = self._random.random(len(rows))
        candidates = keys < self._highest_key
        self._keys.append(keys[candidates])
        self._rows.append(rows[candidates])
        self._held += int(candidates.sum())
        if self._held > 2 * self._limit:
            self._shrink()

    def rows(self) -> np.ndarray:
        """The sample, (at most limit, width), in the order of the stream."""
        self._shrink()
        return self._rows[0]

    def _shrink(self) -> None:
        keys, rows = np.concatenate(self._keys), np.concatenate(self._rows)
        if len(keys) > self._limit:
            self._highest_key = np.partition(keys, self._limit)[self._limit]
            kept = keys < self._highest_key
            keys, rows = keys[kept], rows[kept]
        self._keys, self._rows, self._held = [keys], [rows], len(keys)
