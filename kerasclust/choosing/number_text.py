"""An estimated number of clusters in words and as CSV."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kerasclust.choosing.curves import CRITERIA
from kerasclust.choosing.told import Told

if TYPE_CHECKING:
    from kerasclust.choosing.number import NumberOfClusters

HEADER = ("clusters", "standing", *CRITERIA)
EXPLAINED = (
    "Standing: mean rank by the three that follow, 1 is first by all. Stability (adjusted Rand index of "
    "clusters found by halves of the samples), silhouette, and eigengap (between eigenvalues of the graph of "
    "neighbors, large where it falls into so many parts) are given less what data without groups has. The number is an "
    "estimate: of 15 data sets with known groups, 7 estimates were within 1 of their number, and 6 were too large."
)


def sentences(found: "NumberOfClusters") -> list[str]:
    """Return the estimate in plain words."""
    deciding, best, nearly = found.deciding, found.best, found.nearly
    if not found.is_clear:
        return [
            "No number of clusters stands out: clusters are hardly more stable than in data without groups "
            f"(by {deciding.clarity:.2f} at {best}, where most speaks for them)."
        ]
    other, share = found.runner_up
    next_best = f"next comes {other}, with {share:.0%} of its evidence"
    if nearly:
        next_best = f"{in_ranges(nearly)} {'are' if len(nearly) > 1 else 'is'} nearly as good"
    stability, expected = (of["stability"][deciding.best] for of in (deciding.measured, deciding.expected))
    said = [
        f"{best} clusters; {next_best}.",
        favorites_in_words(found),
        f"Found in the {deciding.space}: one half of the samples finds the clusters of the other half with an "
        f"adjusted Rand index of {stability:.2f}, in data without groups {expected:.2f}.",
    ]
    said += [f"In the {other.space} most speaks for {other.ks[other.best]}." for other in found.dissenting]
    low, high = found.range
    if low < high:
        said.append(f"Together, the evidence ranges from {low} to {high}.")
    if found.is_at_end:
        said.append(f"{deciding.ks[-1]} is the largest number that was tried: try larger ones.")
    return said


def favorites_in_words(found: "NumberOfClusters") -> str:
    """Return a sentence with the number of clusters that each criterion favors by itself."""
    favorites = found.favorites
    if set(favorites.values()) == {found.best}:
        return f"All criteria favor {found.best}."
    first, *others = (f"{name} favors {k}" for name, k in favorites.items())
    return f"By itself, {', '.join([first, *others[:-1]])} and {others[-1]}."


def told(found: "NumberOfClusters") -> Told:
    """Return the sentences, and the curves of the deciding space as a table."""
    curves = [row[1:] for row in found.rows() if row[0] == found.deciding.space]
    rows = [[str(k), *(f"{value:.3f}" for value in values)] for k, *values in curves]
    chosen = found.deciding.best if found.is_clear else None
    return Told("The number of clusters", sentences(found), HEADER, rows, EXPLAINED, chosen)


def csv_table(found: "NumberOfClusters") -> str:
    """Return the curves of all spaces as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("space", *HEADER))
    writer.writerows((space, k, *(f"{value:.6g}" for value in values)) for space, k, *values in found.rows())
    return buffer.getvalue()


def in_ranges(numbers: Iterable[int]) -> str:
    """Return ascending numbers as text; three and more consecutive numbers become a range.

    Example:
        >>> in_ranges([2, 4, 5, 6, 7]), in_ranges([3, 4])
        ('2 and 4 to 7', '3 and 4')
    """
    stretches: list[list[int]] = []
    for number in numbers:
        if stretches and number == stretches[-1][-1] + 1:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    texts: list[str] = []
    for stretch in stretches:
        texts += [f"{stretch[0]} to {stretch[-1]}"] if len(stretch) > 2 else map(str, stretch)
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
