"""Comparison of several methods on the same samples, ranked without labels."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from kerasclust.choosing import comparison_text
from kerasclust.choosing.planned import Planned, by_seed, check_methods, fingerprint
from kerasclust.choosing.ranking import CRITERIA, ComparedRun, judge, ranked
from kerasclust.choosing.spaces import JudgingSpaces, judging_spaces
from kerasclust.choosing.told import Told
from kerasclust.choosing.training import ComparisonRuns
from kerasclust.choosing.views import View, views_of
from kerasclust.data.dataset import DataSet
from kerasclust.data.inputs import MAX_MISSING, Rows, read_samples
from kerasclust.data.validation import check_n_clusters, check_whole
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.types import Array, Labels

SPACE_SEED = 2**31 - 1  # of the autoencoder whose latent space judges: no run starts from it


@dataclass
class Comparison:
    """Clusterings of the same samples, ranked without labels.

    Args:
        runs: list of `ComparedRun`, best first.
        matrix: adjusted Rand index of each pair of runs, in their order.
        n_clusters: number of clusters that was asked for.
        left_out: sentences about runs that were not trained.
        external: {"acc": ..., "nmi": ..., "ari": ...} of each run against known groups, in their order, or None. They
            are computed after the ranking.
        reason: sentence, why runs on another front end than the default come first, or "".
    """

    runs: list[ComparedRun]
    matrix: Array
    n_clusters: int
    left_out: list[str] = field(default_factory=list)
    external: list[dict[str, float]] | None = None
    reason: str = ""

    @property
    def chosen(self) -> ComparedRun:
        """The best run."""
        return self.runs[0]

    @cached_property
    def views(self) -> list[View]:
        """The ways in which the runs group the data, that of the best run first."""
        return views_of(self.runs, self.matrix)

    @property
    def labels(self) -> Labels:
        """Clusters (n,) of the chosen run."""
        return self.chosen.labels

    @property
    def has_frontends(self) -> bool:
        """True if runs have different front ends."""
        return any(run.frontend is not None for run in self.runs)

    def rows(self) -> list[dict[str, Any]]:
        """Return {column: value} of each run, best first."""
        rows = []
        for place, run in enumerate(self.runs):
            row = {"place": place + 1, "method": run.method, "seed": run.seed}
            row |= {"frontend": run.frontend} if self.has_frontends else {}
            row |= {name: run.scores[name] for name in CRITERIA}
            row |= {"warnings": len(run.warnings), "failed": run.failed, "seconds": run.seconds}
            rows.append(row | (self.external[place] if self.external else {}))
        return rows

    def sentences(self) -> list[str]:
        """Return which result to trust, and how far, in plain words."""
        return comparison_text.sentences(self)

    def told(self) -> Told:
        """Return the sentences and the ranking, for people."""
        return comparison_text.told(self)

    def markdown(self) -> str:
        """Return the sentences and the ranking as Markdown."""
        return self.told().markdown()

    def csv(self) -> str:
        """Return the ranking as CSV."""
        return comparison_text.csv_table(self)

    def as_data(self) -> dict[str, Any]:
        """Return the ranking for scripts: {"chosen": row, "sentences": texts, "runs": rows, "views": views}.

        A view is {"place": place of its best run, "runs": names, "within": agreement, "with_first": agreement}.
        """
        rows = self.rows()
        views = [
            {"place": view.place + 1, "runs": view.names, "within": view.within, "with_first": view.with_first}
            for view in self.views
        ]
        return {"chosen": rows[0], "sentences": self.sentences(), "runs": rows, "views": views}


def compare(
    x: Any,
    n_clusters: int,
    methods: Iterable[str] | None = None,
    *,
    runs: int = 3,
    budget: float | None = None,
    out: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    verbose: int = 1,
) -> Comparison:
    """Train several methods on unlabeled samples, and rank their clusterings without labels.

    Runs are ranked by the mutual information between the clusters of neighbors, in spaces that belong to none of the
    methods. Among nearly equal runs, the agreement with other runs decides. It also tells how far to trust a result.
    Methods that begin with a plain autoencoder share one for each seed.

    Args:
        x: samples (n, ...), or a `DataSet`. Labels of a data set are compared with the runs after the ranking.
        n_clusters: number of clusters, see `estimate_n_clusters`.
        methods: names of methods; None for `default_methods`, a set of quick and strong ones.
        runs: number of runs of each method, with seeds 0, 1, 2 ...
        budget: minutes of training. No run but the first begins if it is expected to end later; None for no limit. All
            methods are trained with a seed, cheapest first, before the next seed.
        out: directory for runs and models, where an interrupted comparison continues. None keeps nothing.
        settings: {name: value} for all methods that have the setting.
        verbose: 0 is silent, anything else shows bars.

    Returns:
        Comparison.

    Raises:
        InputError: bad samples, methods or settings, before any training, or no method could be trained.

    Example:
        >>> from kerasclust.choosing import default_methods
        >>> x = np.random.default_rng(0).normal(size=(90, 2)) + 9.0 * np.eye(3, 2)[np.arange(90) % 3]
        >>> brief = {"pretrain_epochs": 2, "latent_dim": 2}
        >>> found = compare(x, 3, default_methods()[:2], runs=1, settings=brief, verbose=0)
        >>> len(found.runs), np.bincount(found.labels).tolist()
        (2, [30, 30, 30])
    """
    settings = dict(settings or {})
    names = check_comparison(n_clusters, methods, runs, budget, settings)
    samples = read_samples(x, max_missing=settings.get("max_missing", MAX_MISSING), warn_of_constants=True)
    check_n_clusters(n_clusters, samples.n_distinct(n_clusters))
    spaces = judging_spaces(samples, SPACE_SEED, settings, verbose)
    with nullcontext(out) if out is not None else tempfile.TemporaryDirectory() as directory:
        trained = ComparisonRuns(samples, n_clusters, directory, about(x, samples), settings)
        seconds = None if budget is None else 60.0 * budget
        comparison = compared(trained, by_seed(names, range(runs)), lambda frontend: spaces, seconds, verbose)
    comparison.external = scores_of(comparison, x, samples)
    return comparison


def about(x: Any, samples: Rows) -> dict[str, str]:
    """Return what identifies samples x in the results of a comparison: their name and their fingerprint."""
    return {"data": x.name if isinstance(x, DataSet) else "x", "samples": fingerprint(samples.raw())}


def compared(
    trained: ComparisonRuns,
    planned: Sequence[Planned],
    spaces_of: Callable[[str | None], JudgingSpaces],
    seconds: float | None = None,
    verbose: int = 1,
    leading: Collection[str] = (),
) -> Comparison:
    """Train runs, and return their `Comparison`.

    Args:
        trained: the runs of a directory.
        planned: the runs, in their order.
        spaces_of: function that returns the `JudgingSpaces` of a front end. It is called for the first planned run, and
            after the training for other front ends that were trained.
        seconds: time limit, see `ComparisonRuns.make`; None for no limit.
        verbose: 0 is silent, anything else shows a bar.
        leading: names of methods whose runs on the first front end rank before all others.

    Raises:
        InputError: no method could be trained.
    """
    first, *further = dict.fromkeys(run.frontend for run in planned)
    spaces = {first: spaces_of(first)}
    found, left_out = trained.make(planned, seconds, verbose, spaces[first].seconds)
    if not found:
        raise InputError(f"No method could be trained. {' '.join(left_out)}")
    for run in found:
        run.leads = run.frontend == first and run.method in leading
    trained_on = {run.frontend for run in found}
    spaces |= {frontend: spaces_of(frontend) for frontend in further if frontend in trained_on}
    arrays = {frontend: [*judged.by_name.values()] for frontend, judged in spaces.items()}
    return rank_runs(found, arrays, trained.n_clusters, left_out)


def scores_of(comparison: Comparison, x: Any, samples: Rows) -> list[dict[str, float]] | None:
    """Return scores of the ranked runs against the known groups of a `DataSet`, or None without known groups."""
    if not isinstance(x, DataSet) or x.y is None:
        return None
    y = np.asarray(x.y) if samples.used is None else np.asarray(x.y)[samples.used]
    return [external_scores(y, run.labels) for run in comparison.runs]


def check_comparison(
    n_clusters: int,
    methods: Iterable[str] | None,
    runs: int,
    budget: float | None,
    settings: Mapping[str, Any],
) -> list[str]:
    """Check the arguments of `compare`, and return the names of the methods, cheapest first.

    Raises:
        InputError: one of the arguments is bad.
    """
    check_n_clusters(n_clusters)
    check_whole(runs, "The number of runs", least=1)
    if budget is not None and not budget > 0:
        raise InputError(f"The budget is {budget} minutes: give more than 0.")
    return check_methods(methods, settings)


def rank_runs(
    runs: list[ComparedRun], spaces: Mapping[str | None, Sequence[Array]], n_clusters: int, left_out: Iterable[str] = ()
) -> Comparison:
    """Return the `Comparison` of some runs.

    Args:
        runs: list of `ComparedRun`.
        spaces: for each front end of the runs, the spaces (n, d) to judge them in.
        n_clusters: number of clusters that was asked for.
        left_out: sentences about runs that were not trained.
    """
    matrix = judge(runs, spaces, n_clusters)
    order = ranked(runs)
    return Comparison([runs[i] for i in order], matrix[np.ix_(order, order)], n_clusters, list(left_out))
