"""Parts of data sets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.types import Array, Labels


def taken(data: DataSet, index: Labels) -> DataSet:
    """Return some samples of a data set, with all that is known of each.

    Args:
        data: the data set.
        index: numbers of the samples, integers (m,).

    Example:
        >>> taken(DataSet("d", np.arange(3.0)[:, None], y=np.array([0, 1, 1])), np.array([2, 0])).y.tolist()
        [1, 0]
    """
    n = len(data)

    def of_each(values: Any) -> Any:
        return values[index] if np.ndim(values) and len(values) == n else values

    def of_all(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: of_each(values) for name, values in arrays.items()}

    return replace(
        data,
        x=data.x[index],
        y=None if data.y is None else np.asarray(data.y)[index],
        groups=None if data.groups is None else np.asarray(data.groups)[index],
        lengths=None if data.lengths is None else np.asarray(data.lengths)[index],
        context=of_all(data.context),
        groupings=of_all(data.groupings),
    )
