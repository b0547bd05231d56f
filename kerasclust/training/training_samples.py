"""What a model remembers of the samples that it was fitted to."""

import hashlib
from dataclasses import asdict, dataclass

import numpy as np

from kerasclust.data.large_arrays import slabs


@dataclass(frozen=True)
class TrainingSamples:
    """The fingerprint of samples, and what their channels are called.

    Args:
        count: number of samples n.
        sha256: `digest` of their values, as float32.
        channel_names: one for each channel; empty where they have none.
    """

    count: int
    sha256: str
    channel_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, data):
        """Those of checked samples, `Rows`."""
        x = data.array()
        return cls(len(x), digest([x]), tuple(map(str, data.channel_names)))

    @classmethod
    def from_dict(cls, kept):
        """What `as_dict` gave, also after JSON."""
        return cls(kept["count"], kept["sha256"], tuple(kept["channel_names"]))

    def as_dict(self):
        """{name: value}, for JSON."""
        return asdict(self) | {"channel_names": list(self.channel_names)}


def digest(arrays):
    """SHA-256 of the values of arrays, one after the other, in hexadecimal.

    Example:
        >>> digest([np.zeros(2, "float32")])[:8]
        'af5570f5'
    """
    found = hashlib.sha256()
    for array in arrays:
        for _, rows in slabs(np.atleast_1d(array)):
            found.update(np.ascontiguousarray(rows))
    return found.hexdigest()
