"""A comparison of methods in words and as CSV."""

import csv
import io
from typing import TYPE_CHECKING, Any

from kerasclust.choosing.ranking import CRITERIA, NEARLY
from kerasclust.choosing.told import Told
from kerasclust.reports.words import duration
from kerasclust.system.neutral import neutral_cell

if TYPE_CHECKING:
    from kerasclust.choosing.comparison import Comparison

AGREE, HALF_AGREE = 0.8, 0.5  # adjusted Rand index: clusterings that are nearly the same, and that share their outline
EXPLAINED = (
    "Neighbors: mutual information of the clusters of neighbors, 1 is the most that so many clusters can "
    f"have. It decides; between runs with {NEARLY:.0%} of the best, agreement does: the mean adjusted Rand "
    "index with runs of other seeds, each method counting the same. Neighbors and silhouette are those in the "
    "features and in the latent space of an autoencoder that no run starts from."
)
LEADING = " Runs on the front end that comes first, or of methods that were best on labelled sets, come before others."
KNOWN_GROUPS = " ACC, NMI and ARI compare with the known groups, which had no part in the ranking."


def sentences(comparison: "Comparison") -> list[str]:
    """Return which result to trust, and how far, in plain words."""
    said = [
        _choice(comparison),
        *_leading(comparison),
        _trust(comparison),
        *_alternative(comparison),
        *_views(comparison),
    ]
    return [*said, *_doubts(comparison), *comparison.left_out]


def _choice(comparison: "Comparison") -> str:
    run, runs = comparison.chosen, comparison.runs
    if len(runs) == 1:
        return f"{run.name} ({_named(comparison)}) is the only run: nothing tells how far to trust it."

    def place(criterion: str) -> int:
        return 1 + sum(other.scores[criterion] > run.scores[criterion] for other in runs)

    return (
        f"{run.name} ({_named(comparison)}) stands first of {len(runs)} runs: by what clusters of neighbors tell "
        f"about each other its place is {place('neighbors')}, by agreement with other runs "
        f"{place('agreement')}, by silhouette {place('silhouette')}."
    )


def _leading(comparison: "Comparison") -> list[str]:
    """Return why some runs rank first whatever their scores."""
    if comparison.reason:
        return [comparison.reason]
    leading = [run for run in comparison.runs if run.leads]
    if not leading:
        return []
    names = " and ".join(dict.fromkeys(run.method for run in leading))
    return [
        f"Runs of {names} on {leading[0].frontend} rank first, because they were best on labelled sets of sequences "
        "that share no clock; their scores decide among them."
    ]


def _named(comparison: "Comparison") -> str:
    return "method, seed and front end" if comparison.has_frontends else "method and seed"


def _trust(comparison: "Comparison") -> str:
    chosen = comparison.chosen
    if chosen.failed:
        return "No run found as many clusters as were asked for: trust none of them, and try another number."
    if len(comparison.runs) == 1:
        return "Train further methods or seeds to see whether they agree."
    agreeing = chosen.scores["agreement"]
    means = f"Other runs agree with it by an adjusted Rand index of {agreeing:.2f} on average"
    if agreeing >= AGREE:
        return f"{means}: the clusters are in the data, whatever finds them."
    if agreeing >= HALF_AGREE:
        return f"{means}: trust the outline, not the membership of single samples."
    return f"{means}: the methods see different groups. Take it as one view of several, and look at the others."


def _alternative(comparison: "Comparison") -> list[str]:
    """Return how the best run of another method relates to the chosen run."""
    for place, run in enumerate(comparison.runs):
        if run.method != comparison.chosen.method and not run.failed:
            shared = comparison.matrix[0, place]
            words = "nearly the same clusters" if shared >= AGREE else "clusters of its own"
            return [f"The best of another method, {run.name}, found {words} (adjusted Rand index {shared:.2f})."]
    return []


def _views(comparison: "Comparison") -> list[str]:
    """Return how the runs fall into views of the data, if they do."""
    others = comparison.views[1:]
    if not others:
        return []
    named = " and ".join(f"{view.names[0]} (agreement with the first: {view.with_first:.2f})" for view in others)
    best = "the best run of the other way is" if len(others) == 1 else "the best runs of the other ways are"
    return [f"The runs group the data in {1 + len(others)} ways: {best} {named}."]


def _doubts(comparison: "Comparison") -> list[str]:
    chosen = comparison.chosen
    said = [f"{chosen.method} itself warns: {sentence}" for sentence in chosen.warnings]
    failed = [run.name for run in comparison.runs if run.failed]
    if failed and not chosen.failed:
        said.append(f"Not ranked, with another number of clusters than was asked for: {', '.join(failed)}.")
    return said


def told(comparison: "Comparison") -> Told:
    """Return the sentences and the ranking, for people."""
    scores = list(comparison.external[0]) if comparison.external else []
    of_frontend = ["front end"] if comparison.has_frontends else []
    header = ["place", "method", "seed", *of_frontend, *CRITERIA, "warnings", "time", *map(str.upper, scores)]
    rows = []
    for row in comparison.rows():
        cells = [str(row["place"]), row["method"], str(row["seed"]), *([row["frontend"]] if of_frontend else [])]
        cells += [f"{row[name]:.3f}" for name in CRITERIA]
        cells.append(f"{row['warnings']}{', other number of clusters' if row['failed'] else ''}")
        cells.append(duration(row["seconds"]))
        rows.append(cells + [f"{row[name]:.3f}" for name in scores])
    leading = LEADING if any(run.leads for run in comparison.runs) else ""
    explained = EXPLAINED + leading + (KNOWN_GROUPS if scores else "")
    return Told("The method", sentences(comparison), header, rows, explained, 0)


def csv_table(comparison: "Comparison") -> str:
    """Return the ranking as CSV."""
    buffer, rows = io.StringIO(), comparison.rows()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: neutral_cell(_short(value)) for name, value in row.items()} for row in rows)
    return buffer.getvalue()


def _short(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
