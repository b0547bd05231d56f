"""The default of `fit` on all labelled sequence sets, beside simple alternatives and a supervised ceiling."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict

from benchmarks.tables import picks
from benchmarks.tables.groups import n_groups
from benchmarks.tables.sequence_sets import SETS, load_set
from benchmarks.types import FilePath, Record, Report
from kerasclust.choosing.automatic import cluster
from kerasclust.data.dataset import DataSet
from kerasclust.defaults import AUTO, TIME_BUDGET
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.models.catalog import methods
from kerasclust.records import results
from kerasclust.system.lines import aligned
from kerasclust.system.optional import require
from kerasclust.types import Array, Labels

EXPERIMENT = "sequence sets"
CEILING = "ceiling"
FOLDS = 5
TREES = 300
SUBJECTS = (AUTO, "dance", *picks.PICKS, CEILING)


def run_sets(
    results_path: FilePath,
    seeds: Iterable[int],
    subjects: Iterable[str] = SUBJECTS,
    sets: Iterable[str] = tuple(SETS),
    time_budget: float = TIME_BUDGET,
    report: Report = print,
) -> list[Record]:
    """Cluster each set by each subject, told the number of groups, and append the scores to a results file.

    Runs that the file has are skipped.

    Args:
        results_path: the results file.
        seeds: whole numbers.
        subjects: "auto" for the default of `fit`, names of methods and of `PICKS`, "ceiling" for the supervised one.
        sets: names of `SETS`.
        time_budget: seconds of "auto".
        report: called with a line of text after each run.

    Returns:
        The rows of these runs, including rows that the file had.

    Raises:
        InputError: no such subject or set, or a pick needs a package that is missing.
    """
    subjects, sets, seeds = list(subjects), list(sets), list(seeds)
    if unknown := [name for name in subjects if name not in (*SUBJECTS, *methods())]:
        raise InputError(f"No subject {', '.join(unknown)}: there are {', '.join(SUBJECTS)}, and all methods.")
    if unknown := [name for name in sets if name not in SETS]:
        raise InputError(f"No set {', '.join(unknown)}: there are {', '.join(SETS)}.")
    if any(name in picks.PICKS for name in (*subjects, *([CEILING] if CEILING in subjects else []))):
        for package in picks.PACKAGES:
            require(package)
    rows: list[Record] = []
    for name in sets:
        data = load_set(name)
        for seed in seeds:
            for subject in subjects:
                rows.append(_row(results_path, data, name, subject, seed, time_budget, report))
    return rows


def _row(
    results_path: FilePath, data: DataSet, name: str, subject: str, seed: int, time_budget: float, report: Report
) -> Record:
    n_clusters = n_groups(data.y)
    settings = {"n_clusters": n_clusters} | ({"time_budget": time_budget} if subject == AUTO else {})
    key = {"experiment": EXPERIMENT, "method": subject, "data": name, "seed": seed, "settings": settings}
    if found := results.find(results_path, **key):
        return found[0]
    started = time.perf_counter()
    labels, extra = _function(subject)(data, n_clusters, seed, time_budget)
    row = results.new_row(key, _scores(subject, data.y, labels), time.perf_counter() - started, **extra)
    results.append(results_path, row)
    report(f"{name}, {subject}, seed {seed}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")
    return row


def _scores(subject: str, y: Any, labels: Labels) -> dict[str, float]:
    """Return the scores of labels; of predicted groups, the accuracy as it is."""
    if subject == CEILING:
        return {"acc": float((np.unique(np.asarray(y), return_inverse=True)[1] == labels).mean())}
    return external_scores(y, labels)


Clustered = tuple[Labels, dict[str, Any]]


def _function(subject: str) -> Callable[[DataSet, int, int, float], Clustered]:
    """Return what makes labels, and further values of a row, from a set, a number of clusters, a seed and a time."""
    if subject == AUTO:
        return _by_default
    if subject == CEILING:
        return lambda data, k, seed, seconds: (ceiling(data, seed), {})
    if subject in picks.PICKS:
        pick = picks.PICKS[subject]
        return lambda data, k, seed, seconds: (pick(picks.without_holes(data.x), k, seed), {})
    return lambda data, k, seed, seconds: (_by_method(subject, data, k, seed), {})


def _by_method(name: str, data: DataSet, n_clusters: int, seed: int) -> Labels:
    model = methods()[name](n_clusters, random_state=seed)
    model.fit(data.x, verbose=0)
    return model.result_.kept.labels


def _by_default(data: DataSet, n_clusters: int, seed: int, time_budget: float) -> Clustered:
    unlabelled = replace(data, y=None, groupings={})
    found = cluster(unlabelled, n_clusters, time_budget=time_budget, random_state=seed, verbose=0)
    assert found.comparison is not None
    runs = [
        {"method": run.method, "seed": run.seed, "frontend": run.frontend, "seconds": run.seconds}
        | run.scores
        | external_scores(np.asarray(data.y), run.labels)
        for run in found.comparison.runs
    ]
    return found.labels, {"candidates": runs, "chosen": found.method}


def ceiling(data: DataSet, seed: int) -> Array:
    """Predict the known groups (n,) of samples by a random forest that has learned from others.

    It learns from the statistics, the profile and the MiniRocket features of four fifths of the origins (`groups`), or
    of the samples, and predicts the last fifth.

    Args:
        data: sequences (n, steps, channels) with known groups.
        seed: seed of all random numbers.
    """
    x, y = picks.without_holes(data.x), np.unique(np.asarray(data.y), return_inverse=True)[1]
    parts = [picks.statistics(x), picks.profile(x)]
    if x.shape[1] >= picks.SHORTEST:
        parts.append(picks.minirocket_components(x, seed))
    folds: Any = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    if data.groups is not None and len(np.unique(data.groups)) >= FOLDS:
        folds = GroupKFold(FOLDS)
    forest = RandomForestClassifier(TREES, random_state=seed)
    return cross_val_predict(forest, np.concatenate(parts, axis=1), y, groups=data.groups, cv=folds)


def sets_table(rows: Sequence[Record], score: str = "acc") -> str:
    """Return the mean score of each subject on each set as text, their means, and the margins over the picks."""
    means = mean_scores(rows, score)
    columns = list(dict.fromkeys(subject for of_set in means.values() for subject in of_set))
    table = [("SET", *columns)]
    table += [(name, *(_text(of_set.get(column)) for column in columns)) for name, of_set in means.items()]
    complete = {c: [of_set[c] for of_set in means.values()] for c in columns if all(c in s for s in means.values())}
    table.append(("mean", *(_text(statistics.mean(complete[c])) if c in complete else "" for c in columns)))
    return "\n".join([*aligned(table), *_margins(means, complete)])


def mean_scores(rows: Iterable[Record], score: str) -> dict[str, dict[str, float]]:
    """Return {set: {subject: mean score over seeds}}."""
    values: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        if score in row["scores"]:
            values.setdefault(row["data"], {}).setdefault(row["method"], []).append(row["scores"][score])
    return {
        name: {subject: statistics.mean(found) for subject, found in of_set.items()} for name, of_set in values.items()
    }


def _margins(means: dict[str, dict[str, float]], complete: dict[str, list[float]]) -> list[str]:
    """Return, for each method, its distance from the best single pick and its worst one from k-means on statistics."""
    of_picks = {name: statistics.mean(found) for name, found in complete.items() if name in picks.PICKS}
    if not of_picks:
        return []
    best, lines = max(of_picks, key=of_picks.__getitem__), []
    for name in complete:
        if name in picks.PICKS or name == CEILING:
            continue
        lines.append(f"{name}: {statistics.mean(complete[name]) - of_picks[best]:+.3f} in the mean against {best}.")
        if "kmeans_statistics" in complete:
            worst = min(means, key=lambda of: means[of][name] - means[of]["kmeans_statistics"])
            margin = means[worst][name] - means[worst]["kmeans_statistics"]
            lines.append(f"{name}: worst set against kmeans_statistics is {worst}, {margin:+.3f}.")
    return lines


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
