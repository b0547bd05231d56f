"""Description of the training samples, which a model saves with its weights."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from kerasclust.data.inputs import Rows, TableKind
from kerasclust.data.large_arrays import slabs
from kerasclust.types import Array


@dataclass(frozen=True)
class TrainingSamples:
    """Number, fingerprint and channel names of training samples.

    Args:
        count: number of samples n.
        sha256: `digest` of the values, as float32; of data with an origin of its channels, the values without it and
            the origin.
        channel_names: name of each channel; empty if the channels have no names.
        categories: categories of the columns of a table that hold any, {column: names in the order of their numbers}.
        reading: options with which a data frame is read the same way, {name: JSON value}, or None.
    """

    count: int
    sha256: str
    channel_names: tuple[str, ...] = ()
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reading: Mapping[str, Any] | None = None

    @property
    def table_kind(self) -> TableKind:
        """What is known of further tables of the same kind."""
        return TableKind(self.channel_names, self.categories, self.reading)

    @classmethod
    def of(cls, data: Rows) -> "TrainingSamples":
        """Return the description of checked samples."""
        x = data.array()
        parts = [x, data.origin] if data.origin.any() else [x]
        return cls(len(x), digest(parts), tuple(map(str, data.channel_names)), data.kind.categories, data.kind.reading)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "TrainingSamples":
        """Restore a description from the result of `as_dict`, also after a way through JSON."""
        return cls(**kept | {"channel_names": tuple(kept["channel_names"])})

    def as_dict(self) -> dict[str, Any]:
        """Return the description as {name: JSON value}."""
        categories = {column: list(names) for column, names in self.categories.items()}
        return asdict(self) | {"channel_names": list(self.channel_names), "categories": categories}


def digest(arrays: Iterable[Array]) -> str:
    """Compute the SHA-256 of the values of several arrays in order, as hexadecimal digits.

    All missing values (NaN) are the same value, whatever their bits.

    Example:
        >>> digest([np.zeros(2, "float32")])[:8]
        'af5570f5'
    """
    found = hashlib.sha256()
    for array in arrays:
        for _, rows in slabs(np.atleast_1d(array)):
            if rows.dtype.kind == "f" and (missing := np.isnan(rows)).any():
                rows = np.where(missing, rows.dtype.type(np.nan), rows)
            found.update(np.ascontiguousarray(rows))  # type: ignore[arg-type]  # no Buffer before Python 3.12
    return found.hexdigest()
