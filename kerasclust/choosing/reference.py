"""Data without groups, to compare evidence for groups with."""

import numpy as np


def without_groups(z, seed):
    """Points of a single Gaussian with the mean and the covariance of others: alike in all but groups.

    Args:
        z: array (n, d).
        seed: of the points.

    Returns:
        Array (n, d).

    Reference:
        Dudoit and Fridlyand, "A prediction-based resampling method for estimating the number of clusters in a dataset",
        2002, who compare with data that has no groups; theirs is uniform. A uniform box is no cloud of points that real
        measurements without groups form: beside it, a Gaussian has structure.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(1000, 2)) * [3.0, 1.0]
        >>> without_groups(z, seed=0).std(axis=0).round().tolist()
        [3.0, 1.0]
    """
    mean = z.mean(axis=0)
    _, values, directions = np.linalg.svd(z - mean, full_matrices=False)
    spread = values / np.sqrt(len(z))
    return np.random.default_rng(seed).normal(size=(len(z), len(spread))) * spread @ directions + mean
