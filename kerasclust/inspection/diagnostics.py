"""Label-free measurements of a clustering, and warnings in plain words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from kerasclust import metrics
from kerasclust.data.labels import labels_of
from kerasclust.types import Array, Labels

SCORED, MOST_SCORED = 2**24, 50_000  # most numbers, and most points, that the scores of distances read
SAMPLED = 2000  # points of a score whose cost grows with n squared
UNDECIDED = 1.5  # a sample is undecided if its best cluster is less than this many times as likely as the second
MOST_DIMS = 20  # dimensions of each part that a fresh critic sees: its number of products grows with their square


def measure(features: Array, z: Array, q: Array, seed: int = 0) -> dict[str, Any]:
    """Measure a clustering without labels.

    Missing features count as 0. Samples without an assignment (NaN) are left out.

    Args:
        features: input of the networks (n, ...).
        z: clustered space (n, d).
        q: soft assignments (n, k).
        seed: seed of the random samples that scores are computed on.

    Returns:
        {name: number}, and "cluster_sizes", a list of k counts. Silhouettes use at most `SAMPLED` points. The other
        scores of distances use at most `MOST_SCORED` points and at most `SCORED` numbers.
    """
    z, labels = np.asarray(z), labels_of(q)
    if (labels < 0).any():
        known = labels >= 0
        features, z, q, labels = features[known], z[known], q[known], labels[known]
    sizes = np.bincount(labels, minlength=q.shape[1])
    evidence: dict[str, Any] = {
        "cluster_sizes": sizes.tolist(),
        "conditional_entropy": float(metrics.conditional_entropy(q)),
        "undecided": float(np.mean(_margin(q) < UNDECIDED)),
        "label_entropy": float(metrics.label_entropy(sizes[None] / len(labels))),
    }
    if 1 < np.count_nonzero(sizes) < len(labels):
        enough = max(SAMPLED, min(MOST_SCORED, SCORED // features[0].size))
        if len(labels) > enough:
            some = _some(len(labels), enough, seed)
            features, z, labels = features[some], z[some], labels[some]
        flat = features.reshape(len(features), -1)
        flat = np.where(np.isnan(flat), 0.0, flat)
        evidence |= {
            "silhouette": float(metrics.silhouette(z, labels, max_samples=SAMPLED, seed=seed)),
            "davies_bouldin": float(metrics.davies_bouldin(z, labels)),
            "silhouette_features": float(metrics.silhouette(flat, labels, max_samples=SAMPLED, seed=seed)),
            "davies_bouldin_features": float(metrics.davies_bouldin(flat, labels)),
            "calinski_harabasz_features": float(metrics.calinski_harabasz(flat, labels)),
        }
    return evidence


def _some(n: int, enough: int, seed: int = 0) -> Labels:
    """Return the numbers of `enough` of n points in ascending order."""
    return np.sort(np.random.default_rng(seed).choice(n, enough, replace=False))


def _margin(q: Array) -> Array:
    """Return the ratio (n,) of the two largest soft assignments of each sample."""
    if q.shape[1] == 1:
        return np.full(len(q), np.inf)
    first_two = np.partition(q, -2, axis=1)[:, -2:]
    return first_two[:, 1] / np.maximum(first_two[:, 0], 1e-12)


def latent_correlation(z_c: Array, z_r: Array) -> float:
    """Return the largest absolute correlation between a dimension of Z_c and a dimension of Z_r.

    It is 0 where the decorrelation succeeded completely.

    Args:
        z_c: array (n, a).
        z_r: array (n, b).

    Returns:
        Number in [0, 1].
    """
    a, b = (z - z.mean(axis=0) for z in (z_c, z_r))
    scale = np.sqrt(np.outer((a**2).sum(axis=0), (b**2).sum(axis=0))) + 1e-12
    return float(np.abs(a.T @ b / scale).max())


def fresh_critic_accuracy(z_c: Array, z_r: Array, sigma: float, seed: int = 0) -> float:
    """Measure how well a new critic tells Z from Z' on held-out points.

    The accuracy is 0.5 where Z_r is Gaussian noise that is independent of Z_c. The critic of the training may be near
    chance because it lags behind the encoder. This critic, a logistic regression on all products of two dimensions,
    cannot lag behind. It detects shifts, a wrong spread and correlations. It hardly detects dependence of higher order,
    such as a spread of z_r that grows with z_c. Of a part with more than `MOST_DIMS` dimensions it sees a random
    projection to that many.

    Args:
        z_c: array (n, a).
        z_r: array (n, b).
        sigma: standard deviation of the Gaussian prior.
        seed: seed of the noise and of the split into halves.

    Returns:
        Share of right guesses; 0.5 is chance.
    """
    random = np.random.default_rng(seed)
    some = random.permutation(len(z_c))[:SAMPLED]
    z_c, z_r = (_few_dims(part[some], random) for part in (z_c, z_r))
    encoded = np.concatenate([z_c, z_r], axis=1)
    reference = np.concatenate([z_c, random.normal(0.0, sigma, z_r.shape)], axis=1)
    half = len(some) // 2
    x, y = np.concatenate([encoded, reference]), np.repeat([0, 1], len(some))
    train = np.tile(np.arange(len(some)) < half, 2)
    critic = make_pipeline(StandardScaler(), PolynomialFeatures(2), LogisticRegression(max_iter=500))
    return float(critic.fit(x[train], y[train]).score(x[~train], y[~train]))


def _few_dims(z: Array, random: np.random.Generator) -> Array:
    """Project points (n, d) to at most `MOST_DIMS` random orthonormal axes, which leave the prior as it is."""
    if z.shape[1] <= MOST_DIMS:
        return z
    axes, _ = np.linalg.qr(random.normal(size=(z.shape[1], MOST_DIMS)))
    return z @ axes


def tries_evidence(state: Mapping[str, Array]) -> dict[str, float]:
    """Measure how far the tries at starting clusters agree.

    Args:
        state: "tries" (m, n) of a run, best first, and "tries_scores" (m,).

    Returns:
        {"start_score": score of the best try (`kerasclust.initializers`), "tries_agreement": mean adjusted Rand index
        of the best try with the others on at most `MOST_SCORED` points}. A single try has no "tries_agreement".
    """
    tries = state["tries"]
    if tries.shape[1] > MOST_SCORED:
        tries = tries[:, _some(tries.shape[1], MOST_SCORED)]
    best, *others = tries
    found = {"start_score": float(state["tries_scores"][0])}
    if others:
        found["tries_agreement"] = float(np.mean([metrics.agreement(best, row) for row in others]))
    return found


JUDGED = (  # measurements below that are single numbers
    "agreement",
    "critic_accuracy",
    "expected_clusters",
    "fresh_critic_accuracy",
    "latent_correlation",
    "noise",
    "silhouette",
    "tries_agreement",
    "undecided",
)


def warnings_about(evidence: Mapping[str, Any], n_samples: int) -> list[str]:
    """Say in plain sentences what makes a clustering doubtful.

    Args:
        evidence: measurements of the kept run with "cluster_sizes"; missing measurements are not judged.
        n_samples: number of samples n.

    Returns:
        List of sentences; empty where nothing speaks against the clustering.
    """
    sizes = np.asarray(evidence["cluster_sizes"])
    k = len(sizes)
    found = []
    empty, small = int((sizes == 0).sum()), int(((sizes > 0) & (sizes < 0.1 * n_samples / k)).sum())
    if empty:
        found.append(
            f"{_count(empty, 'cluster')} of {k} stayed empty: "
            + (f"there may be fewer groups; try n_clusters={k - empty}." if k - empty > 1 else "no groups were found.")
        )
    if small:
        found.append(
            f"Fewer samples than a tenth of an even share are in {_count(small, 'cluster')} of {k}: outliers, or too "
            "many clusters."
        )
    expected = evidence.get("expected_clusters", k)
    if k == 1:
        found.append("No groups were found: everything is in one cluster.")
    elif k != expected:
        found.append(f"{k} clusters were found, not the {expected} that were expected.")
    noise = evidence.get("noise", 0.0)
    if noise > 0.25:
        found.append(f"{noise:.0%} of the samples lie in no dense group; each was given to the nearest cluster.")
    accuracy = evidence.get("critic_accuracy", 0.5)
    if accuracy > 0.6:
        found.append(
            f"The critic still tells Z_r from noise ({accuracy:.0%} right, chance is 50%): the cluster space is not "
            "fully separated from the rest. Train longer (pretrain_epochs) or start from a higher beta_cor."
        )
    if accuracy < 0.45:
        found.append(
            f"The critic is worse than chance ({accuracy:.0%} right): the adversarial game is unstable; lower the "
            "learning rate."
        )
    fresh = evidence.get("fresh_critic_accuracy", 0.5)
    if fresh > 0.7:
        found.append(
            f"A newly trained critic tells Z_r from noise in {fresh:.0%} of all cases (chance is 50%): Z_r is not yet "
            "independent Gaussian noise. Train longer (pretrain_epochs)."
        )
    if evidence.get("latent_correlation", 0.0) > 0.4:
        found.append(f"Z_c and Z_r are still correlated (up to {evidence['latent_correlation']:.2f}).")
    if evidence.get("undecided", 0.0) > 0.25:
        found.append(
            f"{evidence['undecided']:.0%} of the samples lie between two clusters: do not rely on single memberships."
        )
    if evidence.get("silhouette", 1.0) < 0.1:
        found.append(f"Clusters overlap in the clustered space (silhouette {evidence['silhouette']:.2f}).")
    if evidence.get("tries_agreement", 1.0) < 0.5:
        found.append(
            f"The tries of the initialization disagree (mean adjusted Rand index {evidence['tries_agreement']:.2f}): "
            "several cuts are about as good. Compare the runs (runs_) to see which cut comes back."
        )
    if evidence.get("agreement", 1.0) < 0.6:
        found.append(
            f"The runs disagree (mean adjusted Rand index {evidence['agreement']:.2f} with the one kept): "
            "do not rely on single memberships; try fewer clusters or more data."
        )
    return found


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
