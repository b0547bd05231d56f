"""Eigengap of the graph of neighbors: evidence for clusters of any shape."""

from collections.abc import Iterable

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_matrix, identity
from scipy.sparse.csgraph import connected_components, laplacian
from scipy.sparse.linalg import eigsh
from sklearn.neighbors import kneighbors_graph

from kerasclust.types import Array

N_NEIGHBORS = 10
DENSE = 500  # points, up to which computing all eigenvalues is faster than computing a few


def eigengaps(z: Array, ks: Iterable[int]) -> Array:
    """Compute the gaps between the k-th and the (k+1)-th eigenvalue of the graph of neighbors.

    A graph of k weakly connected parts has k eigenvalues near 0.

    Args:
        z: array (n, d), n above the largest k.
        ks: numbers of clusters k.

    Returns:
        Array (len(ks),). The eigenvalues of the normalized Laplacian are between 0 and 2.

    Reference:
        U. von Luxburg, "A tutorial on spectral clustering", 2007, section 8.3.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(150, 2)) + 9.0 * np.eye(3, 2)[np.arange(150) % 3]
        >>> int(np.argmax(eigengaps(z, (2, 3, 4, 5)))) + 2
        3
    """
    ks = np.asarray(list(ks))
    neighbors = kneighbors_graph(z, min(N_NEIGHBORS, len(z) - 1))
    graph = neighbors.maximum(neighbors.T)
    _, part_of = connected_components(graph, directed=False)
    parts = (np.flatnonzero(part_of == part) for part in np.unique(part_of))
    # Each part by itself, because the iterations miss some of the zeros of a graph with several parts.
    values = np.sort(np.concatenate([_smallest(graph[part][:, part], int(ks.max()) + 1) for part in parts]))
    return np.diff(values)[ks - 1]


def _smallest(graph: csr_matrix, n_wanted: int) -> Array:
    """Compute the smallest eigenvalues of a connected graph's normalized Laplacian.

    They are `n_wanted` eigenvalues, or all if the graph has fewer points.
    """
    n, matrix = graph.shape[0], laplacian(graph, normed=True)
    if n <= DENSE:
        return eigh(matrix.toarray(), eigvals_only=True, subset_by_index=(0, min(n, n_wanted) - 1))
    start, flipped = np.random.default_rng(0).random(n), 2.0 * identity(n) - matrix  # its largest are found faster
    return 2.0 - eigsh(flipped, n_wanted, which="LA", return_eigenvectors=False, v0=start)
