"""The number of clusters in the graph of neighbors, which does not suppose that clusters are balls."""

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import identity
from scipy.sparse.csgraph import connected_components, laplacian
from scipy.sparse.linalg import eigsh
from sklearn.neighbors import kneighbors_graph

N_NEIGHBORS = 10
DENSE = 500  # points, up to which all eigenvalues together are found faster than a few


def eigengaps(z, ks):
    """By how much the (k+1)-th eigenvalue of the graph of neighbors is above the k-th.

    A graph of k parts that hardly hang together has k eigenvalues near 0.

    Args:
        z: array (n, d), n above the largest k.
        ks: numbers of clusters k.

    Returns:
        Array (len(ks),), of the eigenvalues of the normalized Laplacian, which lie between 0 and 2.

    Reference:
        U. von Luxburg, "A tutorial on spectral clustering", 2007, section 8.3.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(150, 2)) + 9.0 * np.eye(3, 2)[np.arange(150) % 3]
        >>> int(np.argmax(eigengaps(z, (2, 3, 4, 5)))) + 2
        3
    """
    neighbors = kneighbors_graph(z, min(N_NEIGHBORS, len(z) - 1))
    graph = neighbors.maximum(neighbors.T)
    _, part_of = connected_components(graph, directed=False)
    parts = (np.flatnonzero(part_of == part) for part in np.unique(part_of))
    # Of each part by itself: the iterations would not find every 0 of a graph of several.
    values = np.sort(np.concatenate([_smallest(graph[part][:, part], max(ks) + 1) for part in parts]))
    return np.diff(values)[np.asarray(ks) - 1]


def _smallest(graph, n_wanted):
    """The smallest eigenvalues of the normalized Laplacian of a connected graph, as many as there are or are wanted."""
    n, matrix = graph.shape[0], laplacian(graph, normed=True)
    if n <= DENSE:
        return eigh(matrix.toarray(), eigvals_only=True, subset_by_index=(0, min(n, n_wanted) - 1))
    start, flipped = np.random.default_rng(0).random(n), 2.0 * identity(n) - matrix  # whose largest are found faster
    return 2.0 - eigsh(flipped, n_wanted, which="LA", return_eigenvectors=False, v0=start)
