"""SYNTH-25: clear clusters in two dimensions, among dimensions without clusters."""

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole

CENTERS = 4.0 * np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])  # of clusters with standard deviation 1
# Standard deviation of a dimension without clusters. Slightly below that of a dimension with clusters, so that k-means
# mostly finds the clusters and sometimes ends in a poor local optimum, as published.
SPREAD = 3.95


def synth_25(n_samples: int = 12_000, n_extra: int = 25, seed: int = 0) -> DataSet:
    """Draw four separated Gaussian clusters in 2 dimensions, and extra dimensions.

    An extra dimension has a single Gaussian.

    The paper does not give its scales. These scales are chosen so that one start of k-means on the raw data has about
    the published normalized mutual information.

    Args:
        n_samples: number of points, at least 4; the clusters have equal sizes.
        n_extra: number of dimensions without clusters, the x axis of the paper's figure 1a.
        seed: seed of the points. More extra dimensions leave the other dimensions as they are.

    Returns:
        A `DataSet`: x float32 (n_samples, 2 + n_extra), the dimensions with clusters first; y (n_samples,) 0 to 3.

    Raises:
        InputError: An argument is not a whole number or is too small.

    Source:
        The ACe/DeC paper, section 4 and figure 1a.

    Example:
        >>> synth_25().x.shape, synth_25(n_extra=0).x.shape
        ((12000, 27), (12000, 2))
    """
    n_samples = check_whole(n_samples, "n_samples", len(CENTERS))
    n_extra = check_whole(n_extra, "n_extra", 0)
    clusters, extra = np.random.default_rng(check_whole(seed, "seed", 0)).spawn(2)
    y = clusters.permutation(np.arange(n_samples) % len(CENTERS))
    x = [CENTERS[y] + clusters.normal(size=(n_samples, 2)), SPREAD * extra.normal(size=(n_extra, n_samples)).T]
    return DataSet(
        name=f"synth_{n_extra}",
        x=np.concatenate(x, axis=1).astype("float32"),
        y=y,
        label_names=tuple(f"cluster {i}" for i in range(len(CENTERS))),
        channel_names=("clustered 0", "clustered 1", *(f"extra {i}" for i in range(n_extra))),
        channel_units=("",) * (2 + n_extra),
    )
