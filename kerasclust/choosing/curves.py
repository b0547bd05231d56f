"""Evidence for each number of clusters in one space, beside what data without groups would show there."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from kerasclust.choosing.graph import eigengaps
from kerasclust.choosing.reference import without_groups
from kerasclust.choosing.stability import best_kmeans, split_stability
from kerasclust.metrics import silhouette

CRITERIA = ("stability", "silhouette", "eigengap")
MOST_POINTS = 4000  # that the criteria look at: enough for 15 groups, quick enough for a hundred k-means
N_REFERENCES = 3


@dataclass(frozen=True)
class Curves:
    """What speaks for each number of clusters in one space.

    Args:
        space: its name.
        ks: the numbers of clusters, ascending.
        measured: {criterion: array (len(ks),)}.
        expected: the same, the mean over data without groups.
    """

    space: str
    ks: tuple
    measured: dict
    expected: dict

    def excess(self, criterion):
        """By how much a criterion exceeds what data without groups shows: array (len(ks),)."""
        return self.measured[criterion] - self.expected[criterion]

    @property
    def standing(self):
        """How each number of clusters stands: its mean rank by the criteria, from 1 (first by all) to 0 (last by all).

        Ranks, because a criterion that goes astray then outvotes no other.
        """
        ranks = [rankdata(self.excess(name)) - 1.0 for name in CRITERIA]
        return np.mean(ranks, axis=0) / (len(self.ks) - 1)

    @property
    def strength(self):
        """The mean of what the criteria exceed data without groups by, each as a share of its largest: from 0 to 1."""
        return np.mean([_share_of_largest(self.excess(name)) for name in CRITERIA], axis=0)

    @property
    def best(self):
        """Place in `ks` of the number that stands first; of equals, the one with the greater strength."""
        return int(np.lexsort((self.strength, self.standing))[-1])

    @property
    def is_end(self):
        """Whether the best number of clusters is the largest one that was tried."""
        return self.best == len(self.ks) - 1

    @property
    def clarity(self):
        """By how much more stable the best number of clusters is than in data without groups: 1 at most."""
        return float(self.excess("stability")[self.best])


def curves_in(z, ks, space="", seed=0, verbose=0):
    """Stability, silhouette and eigengap for numbers of clusters in a space.

    Args:
        z: array (n, d); of more than `MOST_POINTS` points so many are drawn.
        ks: numbers of clusters, ascending.
        space: its name, for the bar and the figure.
        seed: of everything random.
        verbose: 0 is silent, anything else shows a bar.

    Returns:
        Curves.

    Reference:
        Dudoit and Fridlyand, "A prediction-based resampling method for estimating the number of clusters in a dataset",
        2002, for stability less that of data without groups; silhouette and eigengap are treated alike.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(150, 2)) + 9.0 * np.eye(3, 2)[np.arange(150) % 3]
        >>> curves = curves_in(z, (2, 3, 4))
        >>> curves.ks[curves.best]
        3
    """
    z = np.asarray(z, "float64")
    if len(z) > MOST_POINTS:
        z = z[np.sort(np.random.default_rng(seed).choice(len(z), MOST_POINTS, replace=False))]
    clouds = [z, *(without_groups(z, seed + i) for i in range(N_REFERENCES))]
    one_thread = threadpool_limits(1)  # k-means of so few points takes longer on several, above all on busy cores
    title, found = f"clusters in the {space or 'data'}", np.zeros((len(clouds), len(ks), len(CRITERIA)))
    with tqdm(total=len(clouds) * len(ks), desc=f"{title:<32}", unit="k-means", disable=not verbose) as bar, one_thread:
        for c, cloud in enumerate(clouds):
            found[c, :, -1] = eigengaps(cloud, ks)
            for i, k in enumerate(ks):
                found[c, i, :-1] = _of_kmeans(cloud, k, seed)
                bar.update()
    measured = dict(zip(CRITERIA, found[0].T, strict=True))
    return Curves(space, tuple(ks), measured, dict(zip(CRITERIA, found[1:].mean(axis=0).T, strict=True)))


def _of_kmeans(z, k, seed):
    """Stability and silhouette of k clusters of the points z (n, d)."""
    labels = best_kmeans(z, k, seed).labels_
    return split_stability(z, k, seed), silhouette(z, labels, max_samples=2000, seed=seed)


def _share_of_largest(excess):
    return np.maximum(excess, 0.0) / max(excess.max(), np.finfo("float64").tiny)
