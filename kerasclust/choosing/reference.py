"""Data without groups, as a reference for evidence of groups."""

import numpy as np

from kerasclust.types import Array


def without_groups(z: Array, seed: int) -> Array:
    """Draw points from a single Gaussian with the mean and the covariance of other points.

    Args:
        z: array (n, d), the other points.
        seed: seed of the draw.

    Returns:
        Array (n, d).

    Reference:
        Dudoit and Fridlyand, "A prediction-based resampling method for estimating the number of clusters in a dataset",
        2002, for the comparison with data without groups. Their data is uniform; here it is Gaussian, because real
        measurements without groups form a cloud, which would have structure compared with a uniform box.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(1000, 2)) * [3.0, 1.0]
        >>> without_groups(z, seed=0).std(axis=0).round().tolist()
        [3.0, 1.0]
    """
    mean = z.mean(axis=0)
    _, values, directions = np.linalg.svd(z - mean, full_matrices=False)
    spread = values / np.sqrt(len(z))
    return np.random.default_rng(seed).normal(size=(len(z), len(spread))) * spread @ directions + mean
