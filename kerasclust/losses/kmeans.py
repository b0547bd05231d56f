"""The k-means loss, which pulls points towards the center of their cluster."""

from keras import ops

from kerasclust.losses.distances import squared_distances
from kerasclust.types import Tensor


def kmeans_loss(z: Tensor, centers: Tensor, labels: Tensor | None = None) -> Tensor:
    """Compute the squared distance ||z_i - c_j||^2 of each point to the center of its cluster.

    No method of kerasclust uses this loss: DCN and ACe/DeC start from distances, by `assigned`.

    Args:
        z: points (n, d).
        centers: cluster centers (k, d).
        labels: cluster of each point, integers (n,); None for the nearest center.

    Returns:
        Tensor (n,), the loss of each point.

    Reference:
        Survey, eq. 4; ACe/DeC paper, eq. 3 and 4 (there the sum over the points).

    Example:
        >>> import numpy as np
        >>> np.asarray(kmeans_loss([[0.0], [3.0]], [[1.0], [5.0]])).tolist()
        [1.0, 4.0]
    """
    return assigned(squared_distances(z, centers), labels)


def assigned(distances: Tensor, labels: Tensor | None = None) -> Tensor:
    """Return the distance of each point to the center of its cluster.

    Args:
        distances: distances (n, k) of the points to all centers.
        labels: cluster of each point, integers (n,); None for the nearest center.

    Returns:
        Tensor (n,).
    """
    if labels is None:
        return ops.min(distances, axis=1)
    return ops.sum(ops.one_hot(labels, distances.shape[1], dtype=distances.dtype) * distances, axis=1)
