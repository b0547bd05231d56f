"""Choices of `fit` that are made without labels: the number of clusters, and the method."""

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kerasclust.cli.base import warn
from kerasclust.cli.wording import in_options
from kerasclust.defaults import AUTO
from kerasclust.errors import InputError

if TYPE_CHECKING:
    from kerasclust.choosing.automatic import Choice, Plan
    from kerasclust.choosing.comparison import Comparison
    from kerasclust.data.dataset import DataSet
    from kerasclust.models.base import DeepClusteringModel
    from kerasclust.runs import RunDirectory
    from kerasclust.runs.training import Trained


class NumberOrAuto(click.ParamType):
    """A whole number, or auto."""

    name = f"NUMBER|{AUTO}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return a number as such, and auto as text."""
        if value == AUTO:
            return AUTO
        try:
            return int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a whole number nor {AUTO}.", param, ctx)


class Minutes(click.ParamType):
    """Minutes, such as 3 or 0.5, or a duration, such as 90s or 1h."""

    name = "MINUTES|DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the minutes."""
        from kerasclust.data.sequences.durations import microseconds

        try:
            minutes = float(value)
        except ValueError:
            try:
                minutes = microseconds(value, self.name) / 60e6
            except InputError:
                minutes = 0.0
        if not 0 < minutes < float("inf"):
            self.fail(
                f"{value!r} is neither a number of minutes above 0 nor a duration, such as 90s or 5min.", param, ctx
            )
        return minutes


def check_options(given: dict[str, Any]) -> None:
    """Check that options go together with the choices.

    Args:
        given: {name of a parameter: value} of `fit`.

    Raises:
        InputError: they do not.
    """
    if given["time_budget"] is not None and given["method"] != AUTO:
        raise InputError(f"--time-budget limits the comparison of methods: give --method {AUTO}, or leave it out.")
    if given["view"] != 1 and given["method"] != AUTO:
        raise InputError(f"--view chooses among the views of several methods: give --method {AUTO}, or leave it out.")
    if given["workers"] and AUTO in (given["method"], given["n_clusters"]):
        raise InputError("Several machines train one model: give --method and --clusters together with --workers.")


def plan_of(given: dict[str, Any], training: dict[str, Any]) -> "Plan":
    """Return what `fit` is to choose and to train.

    Args:
        given: {name of a parameter: value} of `fit`.
        training: {name: value}, settings from options of their own.

    Raises:
        InputError: a bad option.
    """
    from kerasclust.choosing.automatic import Plan
    from kerasclust.choosing.planned import default_methods
    from kerasclust.cli.settings import joined, parse_shared

    method = given["method"]
    settings = joined(training, parse_shared(default_methods() if method == AUTO else [method], given["assignments"]))
    seed = settings.pop("random_state", None)
    more = {} if given["time_budget"] is None else {"time_budget": 60.0 * given["time_budget"]}
    return Plan(given["n_clusters"], method, settings, random_state=seed, **more)


def said_number(choice: "Choice", run: "RunDirectory", tell: Callable[..., None]) -> None:
    """Estimate the number of clusters if that is asked for, write the evidence to the run and print it.

    Args:
        choice: `Choice` for the samples.
        run: the run directory, open for writing.
        tell: function that prints lines.
    """
    from kerasclust.choosing.written import write_choices

    if choice.number is None:
        return
    write_choices(run, choice.number)
    if choice.doubt is not None:
        warn(in_options(choice.doubt, click.get_current_context().command.params))
    else:
        tell(f"Estimated: {' '.join(choice.number.sentences())}")


def compared_and_kept(
    choice: "Choice", run: "RunDirectory", data: "DataSet", source: dict[str, Any], raw_text: bool, view: int
) -> tuple["DeepClusteringModel", "Trained", "Comparison"]:
    """Compare methods, and write the best run of a view to the run directory; its backup has the runs meanwhile.

    Args:
        choice: `Choice` for the samples.
        run: the run directory, open for writing.
        data: the samples.
        source: source of the data: {"data": name or path, "options": options of the loader}.
        raw_text: write texts to labels.csv as they are, see `write_labels`.
        view: number of the view to keep, from 1.

    Returns:
        (model of the kept run, its `Trained`, the `Comparison`).
    """
    from kerasclust.choosing.views import views_told
    from kerasclust.choosing.written import add_choices, write_choices, write_kept, write_views
    from kerasclust.data.selection import taken

    folder = run.file("backup")
    found = choice.compare(folder)
    if view > len(found.views):
        there = "one view" if len(found.views) == 1 else f"{len(found.views)} views"
        warn(f"The runs show {there} of the data: there is no view {view}, so view 1 is kept.")
        view = 1
    write_choices(run, found)
    if len(found.views) > 1:
        used = choice.samples.used
        add_choices(run, [views_told(found, data if used is None else taken(data, used), view)])
    texts: dict[str, Any] = {"raw_text": raw_text}
    model, trained = write_kept(run, found, folder, data, source, place=found.views[view - 1].place, **texts)
    write_views(run, found, folder, data, source, kept=view, **texts)
    shutil.rmtree(folder, ignore_errors=True)
    return model, trained, found


def chosen_as_data(choice: "Choice | None", comparison: "Comparison | None") -> dict[str, Any]:
    """Return the estimated number of clusters and the compared runs for scripts; None for what was not chosen.

    Args:
        choice: `Choice` for the samples, or None.
        comparison: `Comparison`, or None.
    """
    number = None if choice is None or choice.number is None else choice.number.as_data()
    return {"number_of_clusters": number, "comparison": None if comparison is None else comparison.as_data()}
