"""Clustering without a decision: the number of clusters and the method are chosen without labels."""

import os
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasclust.choosing.comparison import Comparison, about, compared, scores_of
from kerasclust.choosing.frontends import Candidates, candidates_for
from kerasclust.choosing.number import NumberOfClusters, estimated_in, numbers_to_try
from kerasclust.choosing.planned import check_methods, in_turn
from kerasclust.choosing.spaces import JudgingSpaces, judging_spaces
from kerasclust.choosing.training import ComparisonRuns, kept_model
from kerasclust.data.batches import is_iterated
from kerasclust.data.dataset import DataSet
from kerasclust.data.inputs import MAX_MISSING, Rows, as_given, read_samples
from kerasclust.data.validation import check_n_clusters
from kerasclust.defaults import AUTO, TIME_BUDGET
from kerasclust.errors import InputError
from kerasclust.models import checks
from kerasclust.models.catalog import check_method, find_method, finds_number, new_model, settings_of
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from kerasclust.models.base import DeepClusteringModel

SEEDS = 3  # of each method, as far as the time allows
JUDGE = 0  # seed of the estimate and of the judging autoencoder, as of `estimate_n_clusters`: no compared run has it
MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class Plan:
    """Choices that are asked for, checked before any computation.

    Args:
        n_clusters: number of clusters; "auto" for an estimate; None for a method that finds the number.
        method: name of a method, or "auto" for the best of several.
        settings: {name: value} of the method, or of all methods that have the setting.
        time_budget: seconds for the choices, see `cluster`.
        random_state: seed of the trainings; None draws a seed.

    Raises:
        InputError: one of them is bad.
    """

    n_clusters: int | str | None
    method: str
    settings: Mapping[str, Any]
    time_budget: float = TIME_BUDGET
    random_state: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.n_clusters, str) and self.n_clusters != AUTO:
            raise InputError(f"n_clusters must be a whole number, 2 or more, or 'auto'; found {self.n_clusters!r}.")
        if isinstance(self.time_budget, bool) or not isinstance(self.time_budget, int | float):
            raise InputError(f"The time budget must be a number of seconds; found {self.time_budget!r}.")
        if not self.time_budget > 0:
            raise InputError(f"The time budget is {self.time_budget} seconds: give more than 0.")
        checks.seed("random_state", self.random_state)
        if not self.compares:
            check_method(self.method)
        number = 2 if self.estimates else self.given_number
        if not self.compares:
            self.new_model(number)
            return
        check_n_clusters(number)
        for name in self.methods:  # a bad value is an error now, not a method that is left out later
            known = settings_of(find_method(name))
            new_model(name, number, {key: value for key, value in self.settings.items() if key in known})

    @property
    def compares(self) -> bool:
        """True if the method is chosen."""
        return self.method == AUTO

    @property
    def estimates(self) -> bool:
        """True if the number of clusters is estimated."""
        return self.n_clusters == AUTO and (self.compares or not finds_number(self.method))

    @property
    def given_number(self) -> Any:
        """The number of clusters that is given; None for a method that finds it."""
        return None if self.n_clusters == AUTO else self.n_clusters

    @property
    def methods(self) -> list[str]:
        """Names of the methods to compare, cheapest first."""
        return check_methods(None, self.settings)

    def new_model(self, n_clusters: int | None) -> "DeepClusteringModel":
        """Return a model of the given method that is not fitted yet."""
        seed = {} if self.random_state is None else {"random_state": self.random_state}
        return new_model(self.method, n_clusters, {**self.settings, **seed})


class Choice:
    """The choices of a plan for some samples.

    Each part is computed on its first use. The time budget begins with the object.

    Args:
        plan: `Plan`.
        x: samples (n, ...), or a `DataSet`.
        verbose: 0 is silent, anything else shows bars.
    """

    def __init__(self, plan: Plan, x: Any, verbose: int = 1) -> None:
        self.plan, self.verbose = plan, verbose
        self.began = time.perf_counter()
        self.x = as_given(x) if is_iterated(x) else x  # read once: a dataset may shuffle

    @cached_property
    def samples(self) -> Rows:
        """The samples to learn from."""
        given = self.plan.settings.get("max_missing", MAX_MISSING)
        return read_samples(self.x, max_missing=given, warn_of_constants=True)

    @cached_property
    def candidates(self) -> Candidates:
        """Front ends to compare, and methods that rank first."""
        found = candidates_for(self.samples, self.plan.settings, self._origins)
        if found.reason:
            _say(self.verbose, [found.reason])
        return found

    @property
    def _origins(self) -> Array | None:
        """The origin of each sample that is used, or None if it is unknown."""
        if not isinstance(self.x, DataSet) or self.x.groups is None:
            return None
        origins = np.asarray(self.x.groups)
        return origins if self.samples.used is None else origins[self.samples.used]

    @cached_property
    def spaces(self) -> JudgingSpaces:
        """Spaces for the estimate, and for the comparison of runs on the default front end."""
        return self._spaces_of(self.candidates.frontends[0])

    def spaces_of(self, frontend: str | None) -> JudgingSpaces:
        """Return the spaces for the comparison of runs on a front end."""
        return self.spaces if frontend == self.candidates.frontends[0] else self._spaces_of(frontend)

    def _spaces_of(self, frontend: str | None) -> JudgingSpaces:
        settings = dict(self.plan.settings) if frontend is None else {**self.plan.settings, "frontend": frontend}
        features = None if frontend is None else self.candidates.features.get(frontend)
        return judging_spaces(self.samples, JUDGE, settings, self.verbose, features)

    @cached_property
    def number(self) -> NumberOfClusters | None:
        """The estimated number of clusters, or None if the plan asks for no estimate."""
        if not self.plan.estimates:
            return None
        ks = numbers_to_try(2, None, self.samples.array())
        return estimated_in(self.spaces.by_name, ks, JUDGE, self.verbose)

    @property
    def doubt(self) -> str | None:
        """Warning that there is no evidence for groups, or None."""
        if self.number is None or self.number.is_clear:
            return None
        trained = f"{self.number.best} clusters are trained all the same: give n_clusters if you know the number."
        return f"{self.number.sentences()[0]} {trained}"

    @property
    def n_clusters(self) -> Any:
        """Number of clusters to train; None for a method that finds the number."""
        return self.plan.given_number if self.number is None else self.number.best

    def compare(self, directory: str | os.PathLike) -> Comparison:
        """Train the methods within what is left of the time budget, and rank the runs.

        Args:
            directory: directory for the runs, where an interrupted comparison continues.

        Raises:
            InputError: no method could be trained, or there are fewer different samples than clusters.
        """
        check_n_clusters(self.n_clusters, self.samples.n_distinct(self.n_clusters))
        trained = ComparisonRuns(
            self.samples, self.n_clusters, directory, about(self.x, self.samples), self.plan.settings
        )
        self.spaces_of(self.candidates.frontends[0])  # computed now, as their time counts
        left = max(0.0, self.plan.time_budget - (time.perf_counter() - self.began))
        leading = self.candidates.leading
        planned = in_turn(self.plan.methods, seeds_from(self.plan.random_state), self.candidates.frontends, leading)
        found = compared(trained, planned, self.spaces_of, left, self.verbose, leading)
        found.reason = self.candidates.reason
        found.external = scores_of(found, self.x, self.samples)
        return found


def seeds_from(random_state: int | None) -> list[int]:
    """Return the seeds of the compared runs, all of them other than `JUDGE`.

    Example:
        >>> seeds_from(0), seeds_from(41)
        ([1, 2, 3], [42, 43, 44])
    """
    first = np.random.default_rng().integers(MAX_SEED) if random_state is None else random_state
    return [1 + (int(first) + i) % MAX_SEED for i in range(SEEDS)]


@dataclass(frozen=True)
class Clustering:
    """Clusters of samples, with the evidence for their number and for the method.

    Args:
        model: the fitted model.
        labels: clusters (n,) of the samples; -1 for a sample that cannot be used.
        number: the estimated number of clusters, or None if it was given or the method finds it.
        comparison: the compared runs, or None if the method was given.
        views: fitted models of the best run of each view of the data, as `comparison.views` names them, `model` first.
    """

    model: "DeepClusteringModel"
    labels: Labels
    number: NumberOfClusters | None
    comparison: Comparison | None
    views: tuple["DeepClusteringModel", ...]

    @property
    def n_clusters(self) -> int:
        """Number of clusters of the model."""
        return self.model.n_clusters_

    @property
    def method(self) -> str:
        """Name of the method."""
        return self.model.method_name

    def sentences(self) -> list[str]:
        """Return the choices, and how far to trust them, in plain words."""
        parts = (self.number, self.comparison)
        return [sentence for part in parts if part is not None for sentence in part.sentences()]


def cluster(
    x: Any,
    n_clusters: int | str | None = AUTO,
    method: str = AUTO,
    *,
    time_budget: float = TIME_BUDGET,
    random_state: int | None = None,
    verbose: int = 1,
    **settings: Any,
) -> Clustering:
    """Cluster unlabeled samples; the number of clusters and the method are chosen without labels.

    The number is that of `estimate_n_clusters`. The methods are those of `default_methods`, quick ones first, with up
    to three seeds, and on two front ends for sequences of equal length. Methods that begin with a plain autoencoder
    share one for each seed and front end. Runs are ranked as by `compare`, each in the spaces of its own front end. On
    sequences that share no clock, those methods rank first that did best on labelled sets. The other front end comes
    first where samples of a `DataSet` have origins, such as cells, and its clusters last from one sample of an origin
    to the next but those of the default do not. Families of runs that disagree are views of the data.

    Args:
        x: samples (n, ...) in any form that `fit` of the models takes. Labels of a `DataSet` are compared with the runs
            after the ranking.
        n_clusters: number of clusters, or "auto" for an estimate. A method that finds the number itself does so.
        method: name of a method, or "auto" for the best of several.
        time_budget: seconds for the estimate and the comparison. A run that is expected to end later does not begin,
            except for the first run. The result says which runs were left out. A method by name is trained completely.
        random_state: seed of the trainings; None draws a seed. The estimate has the same seed always.
        verbose: 0 is silent, anything else shows bars and the choices in words.
        **settings: settings of the method, or of all methods that have the setting.

    Returns:
        Clustering.

    Warns:
        UserWarning: the number is estimated, and there is no evidence for groups.

    Raises:
        InputError: bad samples, methods, numbers or settings, before any training.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(90, 2)) + 9.0 * np.eye(3, 2)[np.arange(90) % 3]
        >>> found = cluster(x, time_budget=1, random_state=0, verbose=0, pretrain_epochs=2, latent_dim=2)
        >>> found.n_clusters, np.bincount(found.labels).tolist()
        (3, [30, 30, 30])
    """
    return clustered(Plan(n_clusters, method, settings, time_budget, random_state), x, verbose)


def clustered(plan: Plan, x: Any, verbose: int = 1) -> Clustering:
    """Make the choices of a plan for samples, and return their `Clustering`; arguments and errors as of `cluster`."""
    choice = Choice(plan, x, verbose)
    comparison = None
    if choice.doubt is not None:
        warnings.warn(choice.doubt, stacklevel=3)
    elif choice.number is not None:
        _say(verbose, choice.number.sentences())
    if plan.compares:
        with tempfile.TemporaryDirectory() as directory:
            comparison = choice.compare(directory)
            models = tuple(kept_model(directory, comparison.runs[view.place]) for view in comparison.views)
        _say(verbose, comparison.sentences())
    else:
        models = (plan.new_model(choice.n_clusters),)
        models[0].fit(choice.x, verbose=verbose)
    return Clustering(models[0], models[0].predict_clusters(choice.x), choice.number, comparison, models)


def _say(verbose: int, sentences: list[str]) -> None:
    if verbose:
        print(" ".join(sentences), file=sys.stderr, flush=True)  # beside the bars
