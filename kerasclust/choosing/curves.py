"""Evidence for each number of clusters in one space, compared with data without groups."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata
from threadpoolctl import threadpool_limits

from kerasclust.choosing.graph import eigengaps
from kerasclust.choosing.reference import without_groups
from kerasclust.choosing.stability import best_kmeans, split_stability
from kerasclust.metrics import silhouette
from kerasclust.system.progress import progress_of
from kerasclust.types import Array

CRITERIA = ("stability", "silhouette", "eigengap")
MOST_POINTS = 4000  # of the criteria: enough for 15 groups, quick enough for a hundred k-means
N_REFERENCES = 3


@dataclass(frozen=True)
class Curves:
    """Criteria of each number of clusters in one space.

    Args:
        space: name of the space.
        ks: numbers of clusters, ascending.
        measured: {criterion: array (len(ks),)}.
        expected: the same, as the mean over data without groups.
    """

    space: str
    ks: tuple[int, ...]
    measured: dict[str, Array]
    expected: dict[str, Array]

    def excess(self, criterion: str) -> Array:
        """Return a criterion minus its value on data without groups: array (len(ks),)."""
        return self.measured[criterion] - self.expected[criterion]

    @property
    def standing(self) -> Array:
        """Mean rank of each number of clusters, from 1 (first by all criteria) to 0 (last).

        Ranks keep a single misleading criterion from outvoting the others.
        """
        ranks = [rankdata(self.excess(name)) - 1.0 for name in CRITERIA]
        return np.mean(ranks, axis=0) / (len(self.ks) - 1)

    @property
    def strength(self) -> Array:
        """Mean share of each criterion's largest excess over data without groups, 0 to 1."""
        return np.mean([_share_of_largest(self.excess(name)) for name in CRITERIA], axis=0)

    @property
    def best(self) -> int:
        """Place in `ks` of the number that stands first; the greater strength decides a tie."""
        return int(np.lexsort((self.strength, self.standing))[-1])

    @property
    def is_end(self) -> bool:
        """True if the best number of clusters is the largest that was tried."""
        return self.best == len(self.ks) - 1

    @property
    def clarity(self) -> float:
        """Stability of the best number of clusters beyond that of data without groups: 1 at most."""
        return float(self.excess("stability")[self.best])


def curves_in(z: Array, ks: Iterable[int], space: str = "", seed: int = 0, verbose: int = 0) -> Curves:
    """Compute stability, silhouette and eigengap for numbers of clusters in a space.

    Args:
        z: array (n, d); if n is above `MOST_POINTS`, that many points are drawn.
        ks: numbers of clusters, ascending.
        space: name of the space, for the bar and the figure.
        seed: seed of everything random.
        verbose: 0 is silent, anything else shows a bar.

    Returns:
        Curves.

    Reference:
        Dudoit and Fridlyand, "A prediction-based resampling method for estimating the number of clusters in a dataset",
        2002, for the excess of stability over that of data without groups; here also of silhouette and eigengap.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(150, 2)) + 9.0 * np.eye(3, 2)[np.arange(150) % 3]
        >>> curves = curves_in(z, (2, 3, 4))
        >>> curves.ks[curves.best]
        3
    """
    z, ks = np.asarray(z, "float64"), tuple(ks)
    if len(z) > MOST_POINTS:
        z = z[np.sort(np.random.default_rng(seed).choice(len(z), MOST_POINTS, replace=False))]
    clouds = [z, *(without_groups(z, seed + i) for i in range(N_REFERENCES))]
    one_thread = threadpool_limits(1)  # k-means of so few points is slower with several
    title, found = f"clusters in the {space or 'data'}", np.zeros((len(clouds), len(ks), len(CRITERIA)))
    with progress_of(title, "number", total=len(clouds) * len(ks), shown=bool(verbose)) as bar, one_thread:
        for c, cloud in enumerate(clouds):
            found[c, :, -1] = eigengaps(cloud, ks)
            for i, k in enumerate(ks):
                found[c, i, :-1] = _of_kmeans(cloud, k, seed)
                bar.update()
    measured = dict(zip(CRITERIA, found[0].T, strict=True))
    return Curves(space, ks, measured, dict(zip(CRITERIA, found[1:].mean(axis=0).T, strict=True)))


def _of_kmeans(z: Array, k: int, seed: int) -> tuple[float, float]:
    """Return stability and silhouette of k-means with k clusters of the points z (n, d)."""
    labels = best_kmeans(z, k, seed).labels_
    return split_stability(z, k, seed), silhouette(z, labels, max_samples=2000, seed=seed)


def _share_of_largest(excess: Array) -> Array:
    return np.maximum(excess, 0.0) / max(excess.max(), np.finfo("float64").tiny)
