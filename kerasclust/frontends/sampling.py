"""Uniform sample of a stream, for quantiles of data larger than memory."""

import numpy as np

from kerasclust.types import Array

# Enough for quantile levels that are exact to about 0.1 percentage points.
_MOST_ROWS = 200_000
# At most 128 MB of float32, for tables with thousands of columns.
_MOST_NUMBERS = 2**25


class RowSample:
    """Uniform random sample of at most `limit` rows of a stream.

    Every row draws a random key, and the rows with the smallest keys stay. Two passes over the same rows in the same
    order keep the same sample, even if the rows come in other batches.

    Args:
        width: numbers in a row.
        limit: largest number of rows to keep; None for 200,000 rows, or fewer if they exceed 128 MB.
        seed: seed of the keys.

    Reference:
        J. S. Vitter, "Random sampling with a reservoir", 1985; the variant with keys is bottom-k sampling.

    Example:
        >>> sample = RowSample(width=1, limit=3)
        >>> sample.add(np.arange(10.0)[:, None])
        >>> sample.rows().shape
        (3, 1)
    """

    def __init__(self, width: int, limit: int | None = None, seed: int = 0) -> None:
        self._limit = limit or max(1000, min(_MOST_ROWS, _MOST_NUMBERS // max(1, width)))
        self._random = np.random.default_rng(seed)
        self._keys = [np.zeros(0)]
        self._rows = [np.zeros((0, width), "float32")]
        self._held = 0
        self._highest_key = 1.0

    def add(self, rows: Array) -> None:
        """Offer rows (n, width) to the sample."""
        keys = self._random.random(len(rows))
        candidates = keys < self._highest_key
        self._keys.append(keys[candidates])
        self._rows.append(rows[candidates])
        self._held += int(candidates.sum())
        if self._held > 2 * self._limit:
            self._shrink()

    def rows(self) -> Array:
        """Return the sample (at most `limit`, width), in the order of the stream."""
        self._shrink()
        return self._rows[0]

    def _shrink(self) -> None:
        """Keep the rows with the smallest keys only."""
        keys, rows = np.concatenate(self._keys), np.concatenate(self._rows)
        if len(keys) > self._limit:
            self._highest_key = np.partition(keys, self._limit)[self._limit]
            kept = keys < self._highest_key
            keys, rows = keys[kept], rows[kept]
        self._keys, self._rows, self._held = [keys], [rows], len(keys)
