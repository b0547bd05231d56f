"""How many clusters there are, by evidence that needs no labels."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from kerasclust.choosing.curves import CRITERIA, Curves, curves_in
from kerasclust.choosing.spaces import FEATURES, LATENT, feature_space, latent_space
from kerasclust.data.inputs import read_samples
from kerasclust.data.validation import check_whole
from kerasclust.errors import InputError

LEAST_CLARITY = 0.15  # of stability beyond that of data without groups, below which there are no groups
NEARLY = 0.9  # of the strength of the evidence for the best number, from which another one is nearly as good
HEADER = ("clusters", "standing", *CRITERIA)


@dataclass(frozen=True)
class NumberOfClusters:
    """The estimated number of clusters, and why.

    Args:
        curves: `Curves` of each space, the one that decides first.
    """

    curves: tuple[Curves, ...]

    @property
    def deciding(self):
        """`Curves` of the space that decides, see `in_order`."""
        return self.curves[0]

    @property
    def is_clear(self):
        """Whether clusters are more stable than in data without groups."""
        return self.deciding.clarity >= LEAST_CLARITY

    @property
    def best(self):
        """The number of clusters that most speaks for, whether or not that is much."""
        return self.deciding.ks[self.deciding.best]

    @property
    def n_clusters(self):
        """The estimated number of clusters; 1 where nothing speaks for groups."""
        return self.best if self.is_clear else 1

    @property
    def nearly(self):
        """Other numbers of clusters that nearly as much speaks for, ascending."""
        strength = self.deciding.strength
        enough = NEARLY * strength[self.deciding.best]
        return [k for k, s in zip(self.deciding.ks, strength, strict=True) if s >= enough and k != self.best]

    def sentences(self):
        """The estimate in plain words."""
        if not self.is_clear:
            return [
                "No number of clusters stands out: clusters are hardly more stable than in data without groups "
                f"(by {self.deciding.clarity:.2f} at {self.best}, where most speaks for them)."
            ]
        found = f"{self.best} clusters" + (
            f"; {in_ranges(self.nearly)} {'are' if len(self.nearly) > 1 else 'is'} nearly as good."
            if self.nearly
            else "; no other number is nearly as good."
        )
        stability = self.deciding.measured["stability"][self.deciding.best]
        expected = self.deciding.expected["stability"][self.deciding.best]
        said = [
            found,
            f"Found in the {self.deciding.space}: one half of the samples finds the clusters of the other half with an "
            f"adjusted Rand index of {stability:.2f}, in data without groups {expected:.2f}.",
        ]
        said += [
            f"In the {other.space} most speaks for {other.ks[other.best]}."
            for other in self.curves[1:]
            if other.clarity >= LEAST_CLARITY and other.ks[other.best] != self.best
        ]
        if any(curves.is_end and curves.clarity >= LEAST_CLARITY for curves in self.curves):
            said.append(f"{self.deciding.ks[-1]} is the largest number that was tried: try larger ones.")
        return said

    def rows(self):
        """(space, k, standing, stability, silhouette, eigengap) of every space and k, the last three as excess."""
        return [
            (curves.space, k, curves.standing[i], *(curves.excess(name)[i] for name in CRITERIA))
            for curves in self.curves
            for i, k in enumerate(curves.ks)
        ]

    def markdown(self):
        """The sentences, and the curves of the deciding space as a Markdown table."""
        lines = [f"| {' | '.join(HEADER)} |", "|" + "---|" * len(HEADER)]
        for space, k, *values in self.rows():
            if space == self.deciding.space:
                name = f"**{k}**" if k == self.n_clusters else k
                lines.append(f"| {name} | {' | '.join(f'{value:.3f}' for value in values)} |")
        explained = (
            "Standing: mean rank by the three that follow, 1 is first by all. Stability (adjusted Rand index of "
            "clusters found by halves of the samples), silhouette, and eigengap (between eigenvalues of the graph of "
            "neighbors, large where it falls into so many parts) are given less what data without groups has."
        )
        return "\n\n".join([" ".join(self.sentences()), "\n".join(lines), explained]) + "\n"

    def as_data(self):
        """The estimate and the curves of all spaces, for scripts."""
        curves = [dict(zip(("space", *HEADER), row, strict=True)) for row in self.rows()]
        found = {"n_clusters": self.n_clusters, "is_clear": self.is_clear, "nearly": self.nearly}
        return found | {"sentences": self.sentences(), "curves": curves}

    def csv(self):
        """All curves as CSV."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(("space", *HEADER))
        writer.writerows((space, k, *(f"{value:.6g}" for value in values)) for space, k, *values in self.rows())
        return buffer.getvalue()


def estimate_n_clusters(x, least=2, most=15, *, frontend="auto", latent=True, random_state=0, verbose=1, settings=None):
    """Estimate the number of clusters of unlabeled samples.

    Numbers of clusters are compared by k-means: how well half of the samples predicts the clusters of the other half,
    and the silhouette; and by the eigengap of the graph of neighbors, for which clusters need not be balls. All three
    count less what data without groups, a Gaussian of the same covariance, shows.
    That is done in what the front end shows of the samples and in the latent space of an autoencoder. The space in
    which the clusters are clearest decides: either can hide them. One where most speaks for the largest number that was
    tried, which tells nothing of what is beyond, leaves that to the other, if its clusters are half as clear.

    Args:
        x: samples (n, ...), as models take them.
        least: smallest number of clusters to try, 2 or more.
        most: largest one, less than half of the samples.
        frontend: what is seen of a sample, as models take it.
        latent: whether an autoencoder is trained, too.
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
    ks = numbers_to_try(least, most)
    x = read_samples(x, warn_of_constants=True).array()
    check_enough(ks, x)
    spaces = {FEATURES: feature_space(x, frontend)}
    if latent:
        given = {"frontend": frontend} | dict(settings or {})
        spaces[LATENT] = latent_space(x, random_state, verbose, **given)
    found = [curves_in(z, ks, name, random_state, verbose) for name, z in spaces.items()]
    return NumberOfClusters(in_order(found))


def in_order(curves):
    """`Curves` of several spaces, the one that decides first: the clearest; if its best number is an end, one with half
    of its clarity or more whose best number is none."""
    clearest = max(c.clarity for c in curves)
    enough = max(LEAST_CLARITY, clearest / 2.0)
    return tuple(sorted(curves, key=lambda c: (c.clarity < enough, c.is_end, -c.clarity)))


def numbers_to_try(least, most):
    """The numbers of clusters from `least` to `most`.

    Raises:
        InputError: they are no range of numbers from 2.

    Example:
        >>> numbers_to_try(2, 4)
        (2, 3, 4)
    """
    least = check_whole(least, "The smallest number of clusters", least=2)
    most = check_whole(most, "The largest number of clusters", least=2)
    if most <= least:
        raise InputError(
            f"Numbers of clusters from {least} to {most} leave nothing to compare: the largest has to be above the "
            "smallest."
        )
    return tuple(range(least, most + 1))


def check_enough(ks, x):
    """Make sure that half of the samples x (n, ...) has more different ones than there are clusters.

    Raises:
        InputError: it has not.
    """
    distinct = len(np.unique(x.reshape(len(x), -1), axis=0)) if len(x) <= 4 * ks[-1] else len(x)
    if distinct // 2 <= ks[-1]:
        raise InputError(
            f"{ks[-1]} clusters are looked for in halves of the samples, but there are only {distinct} different "
            f"ones: try at most {max(distinct // 2 - 1, 0)} clusters, or give more samples."
        )


def in_ranges(numbers):
    """Ascending numbers as text, three and more that follow one another as a range.

    Example:
        >>> in_ranges([2, 4, 5, 6, 7]), in_ranges([3, 4])
        ('2 and 4 to 7', '3 and 4')
    """
    stretches = []
    for number in numbers:
        if stretches and number == stretches[-1][-1] + 1:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    texts = []
    for stretch in stretches:
        texts += [f"{stretch[0]} to {stretch[-1]}"] if len(stretch) > 2 else map(str, stretch)
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
