"""The choice of the default front end of sequences: each data set is left out once, and the others choose for it."""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.tables.fits import fit_and_keep, settings_of
from benchmarks.tables.groups import n_groups
from benchmarks.tables.sequence_sets import SETS, load_set
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.models.catalog import methods
from kerasclust.models.catalog import settings_of as settings_taken
from kerasclust.records import results
from kerasclust.system.lines import aligned

EXPERIMENT = "defaults"
NO_CLOCK, REPEATED, ONE_COURSE = "no clock", "a repeated clock", "one course"
# Kind of a set, as `shared_clock` finds it without labels; the first sets share no clock.
KINDS = dict.fromkeys(tuple(SETS)[:5], NO_CLOCK) | dict.fromkeys(("cells, whole", "ArrowHead", "ACSF1"), REPEATED)
_WITH_CLOCK = (
    "profile",
    "profile+spectrum",
    "profile+variability",
    "profile+statistics",
    "variability",
    "convolutions",
)
FRONTENDS = {
    NO_CLOCK: ("variability", "statistics", "variability+spectrum", "statistics+spectrum", "convolutions"),
    REPEATED: _WITH_CLOCK,
    ONE_COURSE: _WITH_CLOCK,
}


def run_defaults(
    results_path: FilePath,
    seeds: Iterable[int],
    names: Sequence[str] = ("kmeans",),
    sets: Iterable[str] = tuple(SETS),
    frontends: Sequence[str] = (),
    settings: Settings | None = None,
    report: Report = print,
) -> list[Record]:
    """Fit methods with each front end to each set, and append their scores to a results file.

    Runs that the file has are skipped.

    Args:
        results_path: the results file.
        seeds: whole numbers.
        names: names of methods.
        sets: names of `SETS`.
        frontends: names of front ends; none for those of `FRONTENDS`.
        settings: settings of all methods that have them.
        report: called with a line of text after each run.

    Returns:
        The rows of these runs, including rows that the file had.
    """
    rows: list[Record] = []
    for data_name in sets:
        data = load_set(data_name)
        x, y = data.x, np.asarray(data.y)
        candidates = frontends or FRONTENDS[kind_of(data_name)]
        for seed, name, frontend in itertools.product(seeds, names, candidates):
            cls = methods()[name]
            given = dict(settings or {}) | {"frontend": frontend, "random_state": seed}
            model = cls(n_groups(y), **{key: value for key, value in given.items() if key in settings_taken(cls)})
            key = {"experiment": EXPERIMENT, "method": name, "data": data_name, "seed": seed}
            key["settings"] = settings_of(model)
            if not results.done(results_path, **key):
                row = fit_and_keep(results_path, key, model, x, y)
                report(f"{data_name}, {name} on {frontend}, seed {seed}: ACC {row['scores']['acc']:.3f}")
            rows += results.find(results_path, **key)
    return rows


def left_out(rows: Iterable[Record], method: str, score: str = "acc") -> list[dict[str, Any]]:
    """Choose a front end for each set by the mean score on the other sets of its kind.

    Args:
        rows: rows of `run_defaults`.
        method: name of the method.
        score: "acc", "nmi" or "ari".

    Returns:
        For each set {"data", "chosen": what the other sets choose, or None without others, "score": of that on this
        set, "best": the best front end of this set by its own labels, "best_score", "scores": {front end: mean score}}.
    """
    means = mean_scores(rows, method, score)
    found = []
    for data_name, own in means.items():
        others = [scores for name, scores in means.items() if name != data_name and kind_of(name) == kind_of(data_name)]
        common = [frontend for frontend in own if others and all(frontend in scores for scores in others)]
        means_of_others = {frontend: statistics.mean(scores[frontend] for scores in others) for frontend in common}
        chosen = max(means_of_others, key=means_of_others.__getitem__, default=None)
        best = max(own, key=own.__getitem__)
        result = {
            "data": data_name,
            "chosen": chosen,
            "score": chosen and own[chosen],
            "best": best,
            "best_score": own[best],
        }
        found.append(result | {"scores": own})
    return found


def mean_scores(rows: Iterable[Record], method: str, score: str) -> dict[str, dict[str, float]]:
    """Return {set: {front end: mean score over seeds}} of a method."""
    values: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        if row["method"] == method:
            values.setdefault(row["data"], {}).setdefault(row["settings"]["frontend"], []).append(row["scores"][score])
    return {
        name: {frontend: statistics.mean(found) for frontend, found in of_set.items()}
        for name, of_set in values.items()
    }


def defaults_table(rows: Sequence[Record], score: str = "acc") -> str:
    """Return the scores of each method and front end as text, with what the other sets choose for each set."""
    lines = []
    for method in dict.fromkeys(row["method"] for row in rows):
        for kind in FRONTENDS:
            of_kind = [row for row in rows if kind_of(row["data"]) == kind]
            found = left_out(of_kind, method, score)
            if not found:
                continue
            columns = list(dict.fromkeys(frontend for one in found for frontend in one["scores"]))
            header = (f"{method}, {kind}", *columns, "chosen by the others", "score")
            table = [header]
            for one in found:
                cells = (f"{one['scores'][name]:.3f}" if name in one["scores"] else "" for name in columns)
                table.append((one["data"], *cells, one["chosen"] or "", _mean([one["score"]])))
            means = (_mean(one["scores"].get(name) for one in found) for name in columns)
            table.append(("mean", *means, "", _mean(one["score"] for one in found)))
            lines += [*aligned(table), ""]
    return "\n".join(lines)


def kind_of(data_name: str) -> str:
    """Return whether the samples of a set share a clock, and how."""
    return KINDS.get(data_name, ONE_COURSE)


def _mean(values: Iterable[float | None]) -> str:
    known = list(values)
    return f"{statistics.mean(v for v in known if v is not None):.3f}" if None not in known else ""
