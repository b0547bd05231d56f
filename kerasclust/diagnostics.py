"""How far a clustering can be trusted, measured without labels and said in plain words."""

import numpy as np

from kerasclust import metrics

SAMPLED = 2000  # points for the scores whose cost grows with n squared


def measure(features, z, q, seed=0):
    """Label-free measurements of a clustering.

    Args:
        features: what the networks saw (n, ...).
        z: the space that is clustered (n, d).
        q: soft assignments (n, k).
        seed: of the sample that silhouettes are computed on.

    Returns:
        {name: number}, and "cluster_sizes": a list of k counts.
    """
    labels = q.argmax(axis=1)
    sizes = np.bincount(labels, minlength=q.shape[1])
    evidence = {
        "cluster_sizes": sizes.tolist(),
        "conditional_entropy": float(metrics.conditional_entropy(q)),
        "label_entropy": float(metrics.label_entropy(np.eye(q.shape[1])[labels])),
    }
    if 1 < np.count_nonzero(sizes) < len(labels):
        flat = features.reshape(len(features), -1)
        evidence |= {
            "silhouette": float(metrics.silhouette(z, labels, max_samples=SAMPLED, seed=seed)),
            "davies_bouldin": float(metrics.davies_bouldin(z, labels)),
            "silhouette_features": float(metrics.silhouette(flat, labels, max_samples=SAMPLED, seed=seed)),
            "davies_bouldin_features": float(metrics.davies_bouldin(flat, labels)),
            "calinski_harabasz_features": float(metrics.calinski_harabasz(flat, labels)),
        }
    return evidence


def latent_correlation(z_c, z_r):
    """Largest absolute correlation between a dimension of Z_c and one of Z_r: 0 when the decorrelation succeeded.

    Args:
        z_c: array (n, a).
        z_r: array (n, b).

    Returns:
        Number in [0, 1].
    """
    a, b = (z - z.mean(axis=0) for z in (z_c, z_r))
    scale = np.sqrt(np.outer((a**2).sum(axis=0), (b**2).sum(axis=0))) + 1e-12
    return float(np.abs(a.T @ b / scale).max())


def tries_evidence(state):
    """What the tries of RIM say about each other.

    Args:
        state: a run's "rim_labels" (tries, n), "rim_entropies" (tries,) and "rim_best".

    Returns:
        {"rim_entropy": of the best try, "tries_agreement": mean adjusted Rand index of the best try with the others}.
    """
    best, labels = state["rim_best"], state["rim_labels"]
    others = [metrics.adjusted_rand_index(labels[best], row) for t, row in enumerate(labels) if t != best]
    return {
        "rim_entropy": float(state["rim_entropies"][best]),
        "tries_agreement": float(np.mean(others)) if others else 1.0,
    }
