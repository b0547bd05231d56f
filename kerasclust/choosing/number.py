"""Estimate of the number of clusters, by evidence that needs no labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasclust.choosing import number_text
from kerasclust.choosing.curves import CRITERIA, Curves, curves_in
from kerasclust.choosing.spaces import FEATURES, LATENT, feature_space, latent_space
from kerasclust.choosing.told import Told
from kerasclust.data.inputs import read_samples
from kerasclust.data.validation import check_whole
from kerasclust.errors import InputError
from kerasclust.types import Array

LEAST_CLARITY = 0.15  # stability beyond that of data without groups; with less, there are no groups
MOST = 15  # clusters to try, unless the user says how many
NEARLY = 0.9  # share of the strength of the best number, from which another number is nearly as good


@dataclass(frozen=True)
class NumberOfClusters:
    """The estimated number of clusters, and the evidence for it.

    Args:
        curves: `Curves` of each space, the deciding space first.
    """

    curves: tuple[Curves, ...]

    @property
    def deciding(self) -> Curves:
        """`Curves` of the space that decides, see `in_order`."""
        return self.curves[0]

    @property
    def is_clear(self) -> bool:
        """True if clusters are more stable than in data without groups."""
        return self.deciding.clarity >= LEAST_CLARITY

    @property
    def best(self) -> int:
        """Number of clusters with the most evidence, however weak it is."""
        return self.deciding.ks[self.deciding.best]

    @property
    def n_clusters(self) -> int:
        """The estimated number of clusters; 1 if there is no evidence for groups."""
        return self.best if self.is_clear else 1

    @property
    def nearly(self) -> list[int]:
        """Other numbers of clusters with nearly as much evidence, ascending."""
        strength = self.deciding.strength
        enough = NEARLY * strength[self.deciding.best]
        return [k for k, s in zip(self.deciding.ks, strength, strict=True) if s >= enough and k != self.best]

    @property
    def runner_up(self) -> tuple[int, float]:
        """The other number of clusters with the most evidence, and its share of that of the best number."""
        strength = self.deciding.strength
        others = [(s, k) for k, s in zip(self.deciding.ks, strength, strict=True) if k != self.best]
        most, k = max(others)
        return k, float(most / max(strength[self.deciding.best], np.finfo("float64").tiny))

    @property
    def favorites(self) -> dict[str, int]:
        """The number of clusters that each criterion alone favors in the deciding space."""
        return {name: self.deciding.ks[int(self.deciding.excess(name).argmax())] for name in CRITERIA}

    @property
    def dissenting(self) -> list[Curves]:
        """`Curves` of spaces with clear clusters and another best number."""
        clear = [other for other in self.curves[1:] if other.clarity >= LEAST_CLARITY]
        return [other for other in clear if other.ks[other.best] != self.best]

    @property
    def range(self) -> tuple[int, int]:
        """The smallest and the largest number of clusters that evidence speaks for.

        They are the best number, the numbers that are nearly as good, the favorite of each criterion, and the best
        number of each other space with clear clusters.
        """
        others = [other.ks[other.best] for other in self.dissenting]
        numbers = [self.best, *self.nearly, *self.favorites.values(), *others]
        return min(numbers), max(numbers)

    @property
    def is_at_end(self) -> bool:
        """True if the best number in a space with clear clusters is the largest that was tried."""
        return any(curves.is_end and curves.clarity >= LEAST_CLARITY for curves in self.curves)

    def rows(self) -> list[tuple]:
        """Return (space, k, standing, stability, silhouette, eigengap) of every space and k.

        The last three are the excess over data without groups.
        """
        return [
            (curves.space, k, curves.standing[i], *(curves.excess(name)[i] for name in CRITERIA))
            for curves in self.curves
            for i, k in enumerate(curves.ks)
        ]

    def sentences(self) -> list[str]:
        """Return the estimate in plain words."""
        return number_text.sentences(self)

    def told(self) -> Told:
        """Return the sentences, and the curves of the deciding space as a table, for people."""
        return number_text.told(self)

    def markdown(self) -> str:
        """Return the sentences, and the curves of the deciding space as a Markdown table."""
        return self.told().markdown()

    def csv(self) -> str:
        """Return the curves of all spaces as CSV."""
        return number_text.csv_table(self)

    def as_data(self) -> dict[str, Any]:
        """Return the estimate and the curves of all spaces, for scripts."""
        curves = [dict(zip(("space", *number_text.HEADER), row, strict=True)) for row in self.rows()]
        found = {"n_clusters": self.n_clusters, "is_clear": self.is_clear, "nearly": self.nearly, "range": self.range}
        return found | {"sentences": self.sentences(), "curves": curves}


def estimate_n_clusters(
    x: Any,
    least: int = 2,
    most: int | None = None,
    *,
    frontend: Any = "auto",
    latent: bool = True,
    random_state: int = 0,
    verbose: int = 1,
    settings: Mapping[str, Any] | None = None,
) -> NumberOfClusters:
    """Estimate the number of clusters of unlabeled samples.

    Three criteria rank the numbers of clusters. Two of them use k-means: stability (one half of the samples predicts
    the clusters of the other half) and silhouette. The third is the eigengap of the graph of neighbors, for which
    clusters need not be balls. Each criterion counts by its excess over data without groups, a Gaussian of the same
    covariance.

    The criteria are computed in the features and in the latent space of an autoencoder, as either space can hide the
    clusters. The space with the clearest clusters decides. If it favors the largest number tried, the other space
    decides, provided that its clusters are at least half as clear.

    Args:
        x: samples (n, ...), as models take them.
        least: smallest number of clusters to try, 2 or more.
        most: largest number of clusters to try, less than half the number of different samples. None: 15, or as many as
            there are samples for.
        frontend: front end of the features and of the autoencoder, as models take it.
        latent: whether to train an autoencoder, and use its latent space.
        random_state: seed of everything random.
        verbose: 0 is silent, anything else shows bars.
        settings: {name: value} of the autoencoder.

    Returns:
        NumberOfClusters.

    Raises:
        InputError: bad samples, or numbers of clusters that cannot be tried.

    Reference:
        Tibshirani and Walther, 2005; Rousseeuw, 1987; von Luxburg, 2007; Dudoit and Fridlyand, 2002.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(150, 2)) + 9.0 * np.eye(3, 2)[np.arange(150) % 3]
        >>> found = estimate_n_clusters(x, most=5, latent=False, verbose=0)
        >>> found.n_clusters, found.nearly
        (3, [])
    """
    x = read_samples(x, warn_of_constants=True)
    ks = numbers_to_try(least, most, x.array())
    spaces = {FEATURES: feature_space(x, frontend)}
    if latent:
        given = {"frontend": frontend} | dict(settings or {})
        spaces[LATENT] = latent_space(x, random_state, verbose, **given)
    return estimated_in(spaces, ks, random_state, verbose)


def estimated_in(
    spaces: Mapping[str, Array], ks: Iterable[int], random_state: int = 0, verbose: int = 1
) -> NumberOfClusters:
    """Estimate the number of clusters in spaces that are computed already.

    Args:
        spaces: {name: array (n, d)}.
        ks: numbers of clusters, ascending, see `numbers_to_try`.
        random_state: seed of everything random.
        verbose: 0 is silent, anything else shows bars.
    """
    ks = tuple(ks)
    return NumberOfClusters(in_order(curves_in(z, ks, name, random_state, verbose) for name, z in spaces.items()))


def in_order(curves: Iterable[Curves]) -> tuple[Curves, ...]:
    """Return the `Curves` of several spaces, the deciding space first.

    The clearest space decides. If its best number is the largest that was tried, a space decides whose best number is
    not, provided that it is at least half as clear.
    """
    curves = tuple(curves)
    enough = max(LEAST_CLARITY, max(c.clarity for c in curves) / 2.0)
    return tuple(sorted(curves, key=lambda c: (c.clarity < enough, c.is_end, -c.clarity)))


def numbers_to_try(least: int, most: int | None, x: Array) -> tuple[int, ...]:
    """Return the numbers of clusters from `least` to `most`.

    Half of the samples has to have more different samples than clusters.

    Args:
        least: smallest number of clusters, 2 or more.
        most: largest number of clusters. None: `MOST`, or as many as there are samples for.
        x: samples (n, ...).

    Raises:
        InputError: `least` is below 2, `most` is not above `least`, or there are too few different samples.

    Example:
        >>> numbers_to_try(2, 4, np.arange(100.0)[:, None]), numbers_to_try(2, None, np.arange(8.0)[:, None])
        ((2, 3, 4), (2, 3))
    """
    least = check_whole(least, "The smallest number of clusters", least=2)
    wanted = MOST if most is None else check_whole(most, "The largest number of clusters", least=2)
    if most is not None and wanted <= least:
        raise InputError(
            f"Numbers of clusters from {least} to {most} leave nothing to compare: the largest has to be above the "
            "smallest."
        )
    distinct = len(np.unique(x.reshape(len(x), -1), axis=0)) if len(x) <= 4 * wanted else len(x)
    possible = distinct // 2 - 1
    if possible <= least:
        raise InputError(
            f"Clusters are looked for in halves of the samples, and {distinct} different ones are too few to compare "
            f"{least} and more clusters: give at least {2 * (least + 2)}."
        )
    if most is not None and wanted > possible:
        raise InputError(
            f"{most} clusters are looked for in halves of the samples, but there are only {distinct} different ones: "
            f"try at most {possible} clusters, or give more samples."
        )
    return tuple(range(least, min(wanted, possible) + 1))
