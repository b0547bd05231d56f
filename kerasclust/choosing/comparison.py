"""Several methods on the same samples, ranked without labels."""

import csv
import io
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np

from kerasclust.choosing.planned import SHARED, check_methods, fingerprint
from kerasclust.choosing.ranking import CRITERIA, NEARLY, ComparedRun, judge, ranked
from kerasclust.choosing.spaces import feature_space, latent_space
from kerasclust.choosing.training import ComparisonRuns
from kerasclust.data.dataset import DataSet
from kerasclust.data.inputs import read_samples
from kerasclust.data.validation import check_n_clusters, check_whole
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.reports.words import duration, percent

AGREE, HALF_AGREE = 0.8, 0.5  # adjusted Rand index: clusterings that are nearly the same, and that share their outline
SPACE_SEED = 2**31 - 1  # of the autoencoder whose latent space judges: none of the runs starts from it


@dataclass
class Comparison:
    """Clusterings of the same samples, ranked without labels.

    Args:
        runs: list of `ComparedRun`, best first.
        matrix: adjusted Rand index of each pair of them, in their order.
        n_clusters: number of clusters that was asked for.
        left_out: sentences about what was not trained.
        external: {"acc": ..., "nmi": ..., "ari": ...} of each run against known groups, in their order, or None. They
            were computed after the ranking.
    """

    runs: list[ComparedRun]
    matrix: np.ndarray
    n_clusters: int
    left_out: list[str] = field(default_factory=list)
    external: list[dict] | None = None

    @property
    def chosen(self):
        """The first `ComparedRun`."""
        return self.runs[0]

    @property
    def labels(self):
        """Clusters (n,) of the chosen run."""
        return self.chosen.labels

    def sentences(self):
        """Which result to trust, and how far, in plain words."""
        return [self._choice(), self._trust(), *self._alternative(), *self._doubts(), *self.left_out]

    def _choice(self):
        run, others = self.chosen, len(self.runs) - 1
        if not others:
            return f"{run.name} (method and seed) is the only run: nothing tells how far to trust it."
        return (
            f"{run.name} (method and seed) stands first of {len(self.runs)} runs: by what clusters of neighbors tell "
            f"about each other its place is {self._place('neighbors')}, by agreement with other runs "
            f"{self._place('agreement')}, by silhouette {self._place('silhouette')}."
        )

    def _place(self, criterion):
        return 1 + sum(run.scores[criterion] > self.chosen.scores[criterion] for run in self.runs)

    def _trust(self):
        if self.chosen.failed:
            return "No run found as many clusters as were asked for: trust none of them, and try another number."
        agreeing = self.chosen.scores["agreement"]
        if len(self.runs) == 1:
            return "Train further methods or seeds to see whether they agree."
        means = f"Other runs agree with it by an adjusted Rand index of {agreeing:.2f} on average"
        if agreeing >= AGREE:
            return f"{means}: the clusters are in the data, whatever finds them."
        if agreeing >= HALF_AGREE:
            return f"{means}: trust the outline, not the membership of single samples."
        return f"{means}: the methods see different groups. Take it as one view of several, and look at the others."

    def _alternative(self):
        """How the best run of another method relates to the chosen one."""
        for place, run in enumerate(self.runs):
            if run.method != self.chosen.method and not run.failed:
                shared = self.matrix[0, place]
                words = "nearly the same clusters" if shared >= AGREE else "clusters of its own"
                return [f"The best of another method, {run.name}, found {words} (adjusted Rand index {shared:.2f})."]
        return []

    def _doubts(self):
        said = [f"{self.chosen.method} itself warns: {sentence}" for sentence in self.chosen.warnings]
        failed = [run.name for run in self.runs if run.failed]
        if failed and not self.chosen.failed:
            said.append(f"Not ranked, with another number of clusters than was asked for: {', '.join(failed)}.")
        return said

    def rows(self):
        """{column: value} of each run, best first."""
        rows = []
        for place, run in enumerate(self.runs):
            row = {"place": place + 1, "method": run.method, "seed": run.seed}
            row |= {name: run.scores[name] for name in CRITERIA}
            row |= {"warnings": len(run.warnings), "failed": run.failed, "seconds": run.seconds}
            rows.append(row | (self.external[place] if self.external else {}))
        return rows

    def markdown(self):
        """The sentences and the ranking as Markdown."""
        header = ["place", "method", "seed", *CRITERIA, "warnings", "time"]
        header += [name.upper() for name in self.external[0]] if self.external else []
        lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
        for row in self.rows():
            cells = [str(row["place"]), row["method"], str(row["seed"])]
            cells += [f"{row[name]:.3f}" for name in CRITERIA]
            cells += [
                f"{row['warnings']}{', other number of clusters' if row['failed'] else ''}",
                duration(row["seconds"]),
            ]
            cells += [f"{row[name]:.3f}" for name in self.external[0]] if self.external else []
            lines.append(f"| {' | '.join(cells)} |")
        explained = (
            "Neighbors: mutual information of the clusters of neighbors, 1 is the most that so many clusters can "
            f"have. It decides; between runs with {NEARLY:.0%} of the best, agreement does: the mean adjusted Rand "
            "index with runs of other seeds, each method counting the same. Neighbors and silhouette are those in the "
            "features and in the latent space of an autoencoder that no run starts from."
        )
        if self.external:
            explained += " ACC, NMI and ARI compare with the known groups, which had no part in the ranking."
        return "\n\n".join([" ".join(self.sentences()), "\n".join(lines), explained]) + "\n"

    def as_data(self):
        """The ranking, for scripts."""
        return {"chosen": self.rows()[0], "sentences": self.sentences(), "runs": self.rows()}

    def csv(self):
        """The ranking as CSV."""
        buffer, rows = io.StringIO(), self.rows()
        writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _short(value) for name, value in row.items()} for row in rows)
        return buffer.getvalue()

    def shares(self):
        """Size of each cluster of the chosen run as text, the largest first: "40%, 35%, 25%"."""
        sizes = np.sort(np.unique(self.labels, return_counts=True)[1])[::-1]
        return ", ".join(percent(size / len(self.labels)) for size in sizes)


def compare(x, n_clusters, methods=None, *, runs=3, budget=None, out=None, settings=None, verbose=1):
    """Train several methods on unlabeled samples, and rank what they found without labels.

    Runs are ranked by how much the cluster of a sample tells about those of its neighbors, in spaces that belong to
    none of the methods; agreement with other runs says how far to trust them, and decides where they are equal. Methods
    that begin with a plain autoencoder share one a seed.

    Args:
        x: samples (n, ...), or a `DataSet`. Labels that it has are compared with when the ranking is done.
        n_clusters: number of clusters, see `estimate_n_clusters`.
        methods: names, as `kerasclust methods` lists them; None for a set of quick ones and strong ones.
        runs: seeds of each method: 0, 1, 2 ...
        budget: minutes after which no further run begins; None for no limit. The cheapest methods are first, and all of
            them before the next seed.
        out: directory that keeps runs and models; a comparison that was interrupted goes on there. None keeps nothing.
        settings: {name: value} for all methods that have the setting.
        verbose: 0 is silent, anything else shows bars.

    Returns:
        Comparison.

    Raises:
        InputError: bad samples, methods or settings, before any training, or no method could be trained.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(90, 2)) + 9.0 * np.eye(3, 2)[np.arange(90) % 3]
        >>> brief = {"pretrain_epochs": 2, "latent_dim": 2}
        >>> found = compare(x, 3, ["kmeans", "gmm"], runs=1, settings=brief, verbose=0)
        >>> found.chosen.scores["agreement"], np.bincount(found.labels).tolist()
        (1.0, [30, 30, 30])
    """
    settings = dict(settings or {})
    names = check_comparison(n_clusters, methods, runs, budget, settings)
    samples = read_samples(x, warn_of_constants=True)
    check_n_clusters(n_clusters, samples.n_distinct(n_clusters))
    array = samples.array()
    about = {"data": getattr(x, "name", "x") if isinstance(x, DataSet) else "x", "samples": fingerprint(array)}
    with nullcontext(out) if out is not None else tempfile.TemporaryDirectory() as directory:
        trained = ComparisonRuns(array, n_clusters, directory, about, settings)
        seconds = None if budget is None else 60.0 * budget
        found, left_out = trained.make(names, range(runs), seconds, verbose)
    if not found:
        raise InputError(f"No method could be trained. {' '.join(left_out)}")
    comparison = rank_runs(found, judging_spaces(array, settings, verbose), n_clusters, left_out)
    if isinstance(x, DataSet) and x.y is not None:
        comparison.external = [external_scores(x.y, run.labels) for run in comparison.runs]
    return comparison


def check_comparison(n_clusters, methods, runs, budget, settings):
    """Check what a comparison was asked for; returns the names of the methods, cheapest first.

    Raises:
        InputError: it cannot be done.
    """
    check_n_clusters(n_clusters)
    check_whole(runs, "The number of runs", least=1)
    if budget is not None and not budget > 0:
        raise InputError(f"The budget is {budget} minutes: give more than 0, or none for no limit.")
    return check_methods(methods, settings)


def judging_spaces(x, settings, verbose=0):
    """Spaces to judge clusterings of samples x (n, ...) in: features, and a latent space that no method starts from."""
    of_autoencoder = {name: value for name, value in settings.items() if name in SHARED}
    latent = latent_space(x, SPACE_SEED, verbose, **of_autoencoder)
    return [feature_space(x, settings.get("frontend", "auto")), latent]


def rank_runs(runs, spaces, n_clusters, left_out=()):
    """A `Comparison` of runs.

    Args:
        runs: list of `ComparedRun`.
        spaces: arrays (n, d) to judge them in.
        n_clusters: number of clusters that was asked for.
        left_out: sentences about what was not trained.
    """
    matrix = judge(runs, spaces, n_clusters)
    order = ranked(runs)
    return Comparison([runs[i] for i in order], matrix[np.ix_(order, order)], n_clusters, list(left_out))


def _short(value):
    return f"{value:.6g}" if isinstance(value, float) else value
