"""Variance of the features, the unit of weights between losses.

The loss of a critic has no unit, but the reconstruction loss has the unit of the squared features. A weight between
both therefore counts in units of the features' variance. Otherwise the same weight would mean another balance for each
front end: pixels from 0 to 1 have a variance below 0.1, and standardized features have a variance of 1.
"""

import numpy as np

from kerasclust.data.large_arrays import slabs
from kerasclust.types import Array


def mean_variance(x: Array) -> float:
    """Return the variance of what was observed of samples x (n, ...), the mean over their features.

    Example:
        >>> float(mean_variance(np.array([[0.0, 1.0], [2.0, 1.0]])))
        0.5
    """
    counts = np.maximum(1, sum(np.sum(~np.isnan(rows), axis=0) for _, rows in slabs(x)))
    mean = sum(np.nansum(rows, axis=0, dtype="float64") for _, rows in slabs(x)) / counts
    return sum(np.nansum((rows - mean) ** 2) for _, rows in slabs(x)) / np.sum(counts)
