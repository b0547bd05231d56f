"""One clustering out of many: what most of them put together stays together."""

import numpy as np
from sklearn.cluster import SpectralClustering

SAMPLED = 2000  # points whose pairs are counted; the memory needed is this number squared
CONNECTED = 1e-4  # similarity of pairs that no clustering puts together: groups without any link cannot be compared


def consensus_labels(labellings, n_clusters, seed=0):
    """Clusters that agree best with many clusterings of the same points.

    The share of clusterings that put two points together is a similarity; spectral clustering cuts it into groups.
    Above 2,000 points this is done on a sample, and the others join the group that their clusters share most with, so
    that the cost is linear in n.

    Args:
        labellings: integer array (m, n), one clustering a row; the names of the clusters need not correspond.
        n_clusters: number of clusters k of the result.
        seed: of the sample and of the cut.

    Returns:
        Integer array (n,).

    Reference:
        A. Strehl, J. Ghosh, "Cluster ensembles", JMLR 2002: the cluster-based similarity partitioning (CSPA).

    Example:
        >>> together = consensus_labels(np.array([[0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 0, 1]]), 2)
        >>> bool(together[0] == together[1] != together[2] == together[3])
        True
    """
    labellings = np.asarray(labellings)
    n = labellings.shape[1]
    sample = np.sort(np.random.default_rng(seed).permutation(n)[:SAMPLED])
    sampled = labellings[:, sample]
    together = np.mean([row[:, None] == row[None, :] for row in sampled], axis=0, dtype="float32")
    together += CONNECTED
    cut = SpectralClustering(n_clusters, affinity="precomputed", assign_labels="cluster_qr", random_state=seed)
    groups = np.eye(n_clusters)[cut.fit_predict(together)]
    votes = np.zeros((n, n_clusters))
    for row, part in zip(labellings, sampled, strict=True):
        members = np.eye(row.max() + 1)[part]
        votes += (members.T @ groups / np.maximum(groups.sum(axis=0), 1.0))[row]
    return votes.argmax(axis=1)
