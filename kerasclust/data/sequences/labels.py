"""Labels of samples: the most frequent label of their rows."""

import numpy as np
import pyarrow

from kerasclust.data.arrow import numbers
from kerasclust.types import Array

MOST = 2**24  # different labels


class LabelCounts:
    """Numbers of rows by sample and label, counted in batches."""

    def __init__(self) -> None:
        self._code: dict[str, int] = {}
        self._keys: list[Array] = []
        self._counts: list[Array] = []

    def add(self, sample: Array, label: pyarrow.Array, part: Array | slice, weight: Array | None = None) -> None:
        """Count rows.

        Args:
            sample: integer array (m,), the samples of rows.
            label: labels of a batch, null where a label is unknown.
            part: rows of the batch that `sample` has.
            weight: integer array (rows of the batch,), the rows that each row stands for; default: 1.
        """
        encoded = label.dictionary_encode()
        codes = np.array([self._code.setdefault(name, len(self._code)) for name in encoded.dictionary.to_pylist()])
        places = numbers(encoded.indices.fill_null(-1))[part]
        known = places >= 0
        if not known.any():
            return
        keys, inverse = np.unique(sample[known] * MOST + codes[places[known]], return_inverse=True)
        counts = np.bincount(inverse, None if weight is None else weight[part][known])
        self._keys.append(keys)
        self._counts.append(counts.astype(np.int64))

    def most_frequent(self, n: int) -> tuple[Array, tuple[str, ...]]:
        """Return the most frequent label of n samples, of equally frequent ones the first by name.

        Returns:
            (array (n,) of places in the names, -1 where no row has a label; the names, sorted).
        """
        names = sorted(self._code)
        found = np.full(n, -1)
        if self._keys:
            keys, inverse = np.unique(np.concatenate(self._keys), return_inverse=True)
            counts = np.bincount(inverse, np.concatenate(self._counts))
            rank = np.empty(len(names), np.int64)
            rank[[self._code[name] for name in names]] = np.arange(len(names))
            sample, label = keys // MOST, rank[keys % MOST]
            order = np.lexsort((-label, counts, sample))
            found[sample[order]] = label[order]  # the last one of a sample stays
        return found, tuple(names)


def named(labels: Array) -> tuple[Array, tuple[str, ...]]:
    """Return texts, None where unknown, as (places in the names, -1 where unknown; the names, sorted)."""
    known = np.array(labels != None)  # noqa: E711
    names, places = np.unique(labels[known].astype(str), return_inverse=True)
    found = np.full(len(labels), -1)
    found[known] = places
    return found, tuple(names.tolist())


def compact(labels: Array, names: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    """Return labels and their names without the names that no sample has."""
    used = np.unique(labels[labels >= 0])
    places = np.full(len(names) + 1, -1)
    places[used] = np.arange(len(used))
    return places[labels], tuple(names[place] for place in used)
