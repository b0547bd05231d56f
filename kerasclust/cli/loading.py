"""Options that say how data is loaded, and loading that says everything doubtful at once."""

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kerasclust.cli.base import say
from kerasclust.cli.wording import TABLE_NAMES, finding_in_options
from kerasclust.errors import InputError

if TYPE_CHECKING:
    from kerasclust.data.dataset import DataSet

COUNT = click.IntRange(min=1)


class Duration(click.ParamType):
    """A duration, such as 15min or 1d."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return the text of a duration."""
        from kerasclust.data.sequences.durations import microseconds

        try:
            microseconds(str(value), self.name)
        except InputError:
            self.fail(f"{value!r} is not a duration, such as 15min, 1h, 1d or 7d.", param, ctx)
        return str(value).strip()


class StepsOrDuration(Duration):
    """A number of rows, such as 24, or a duration, such as 1d."""

    name = "ROWS|DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return a whole number as such, and a duration as text."""
        text = str(value).strip()
        if not text.lstrip("+-").isdecimal():
            return super().convert(value, param, ctx)
        if int(text) < 1:
            self.fail(f"{text} is not a number of at least 1.", param, ctx)
        return int(text)


ROWS = StepsOrDuration()
LOADING = (
    click.option(
        "--window",
        type=ROWS,
        help="Table: rows or duration of a sample, such as 24 or 1d. cicv5g, irish_5g, tractor: steps.",
    ),
    click.option(
        "--stride", type=ROWS, help="Table: rows or duration between the starts of windows; default: --window."
    ),
    click.option("--every", type=Duration(), help="Table: duration of a step, such as 1h: an even clock."),
    click.option("--aggregate", help="Table: mean, last, sum or max of the rows of a step; default: mean."),
    click.option("--align", help="Table: day, week, hour or none, where windows start; default: by what a window is."),
    click.option("--timezone", help="Table: time zone of local days, such as Europe/Dublin."),
    click.option("--max-gap", type=Duration(), help="Table: longest hole in a series; default: half a window."),
    click.option(
        "--max-missing",
        type=click.FloatRange(0.0, 1.0),
        help="Table: largest share of missing values of a sample; default: 0.25 for windows, 0.5 for rows.",
    ),
    click.option("--id-column", help="Table: column that names the owner of a row."),
    click.option("--time-column", help="Table: column with the time of a row."),
    click.option("--label-column", help="Table: column with the known group, for the report only."),
    click.option("--kpi-column", help="Table with a KPI a row: column with the names of KPIs."),
    click.option("--value-column", help="Table with a KPI a row: column with their values."),
    click.option("--channel", "channels", multiple=True, help="Table: an input column; repeat for each."),
    click.option("--drop", metavar="COLUMN", multiple=True, help="Table: a column to leave out; repeat for each."),
    click.option(
        "--rate", metavar="COLUMN", multiple=True, help="Table: a counter, read as its growth; repeat for each."
    ),
    click.option(
        "--missing-value", multiple=True, help="Table: what marks a missing value, such as -999; repeat for each."
    ),
    click.option("--separator", help="CSV: character between fields; default: found."),
    click.option("--decimal", help="CSV: decimal sign, '.' or ','; default: found."),
    click.option("--encoding", help="CSV: encoding, such as latin-1; default: found."),
    click.option("--part", help="mnist, fashion_mnist: train, test or all."),
    click.option(
        "--samples", "n_samples", type=COUNT, help="cifar10, objects, reuters10k, synth_25: number of samples."
    ),
    click.option("--extra", "n_extra", type=click.IntRange(min=0), help="synth_25: dimensions without clusters."),
    click.option("--image-size", type=COUNT, help="gtsrb, tfds:NAME: width and height of the images, in pixels."),
    click.option(
        "--active/--with-idle", default=None, help="tractor: leave out windows that are nearly idle, or keep them."
    ),
    click.option("--users", "n_users", type=COUNT, help="mobile_network: number of users."),
    click.option("--sequences", "n_sequences", type=COUNT, help="mobile_network: number of sequences of each user."),
    click.option("--cells", "n_cells", type=COUNT, help="cells: number of cells."),
    click.option("--weeks", type=COUNT, help="cells: number of weeks."),
    click.option(
        "--samples-are", "samples", type=click.Choice(["cells", "weeks", "days"]), help="cells: what a sample is."
    ),
)
LOADING_NAMES = (
    *TABLE_NAMES,
    "part",
    "n_samples",
    "n_extra",
    "image_size",
    "active",
    "n_users",
    "n_sequences",
    "n_cells",
    "weeks",
    "samples",
)


def loading_options(command: Callable) -> Callable:
    """Decorate a command with the options that say how data is loaded."""
    for option in reversed(LOADING):
        command = option(command)
    return command


def table_options(command: Callable) -> Callable:
    """Decorate a command with the options that say how a table is read."""
    for option in reversed(LOADING[: len(TABLE_NAMES)]):
        command = option(command)
    return command


def loader_options(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the loader that a command was given.

    Args:
        given: {name: value} of all options of the command.
    """
    chosen = {name: given[name] for name in LOADING_NAMES if given.get(name) not in (None, (), [])}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}


def is_read_first(name: str) -> bool:
    """Return whether data is in a file or folder: it is read before TensorFlow is loaded, to refuse it at once.

    Data sets with a name may have to be downloaded or simulated, so they wait until all else is checked.
    """
    from kerasclust.datasets.loading import has_name

    return not has_name(name)


def load(name: str, options: dict[str, Any], quiet: bool = False) -> "DataSet":
    """Load the data set that a command works on, and print everything that is doubtful about it.

    Args:
        name: name of a data set, or path of a file.
        options: {name: value} for its loader.
        quiet: show no progress bar.
    """
    from kerasclust import datasets
    from kerasclust.data.findings import DataWarning
    from kerasclust.datasets.loading import options_of

    hidden = {"progress": False} if quiet and "progress" in options_of(name) else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # they are printed together
        loaded = datasets.load(name, **options, **hidden)
    doubts = [finding for finding in loaded.findings if finding.severity == "doubtful"]
    if doubts:
        parameters = click.get_current_context().command.params
        say(*doubts_in_words(loaded.name, [finding_in_options(doubt, parameters) for doubt in doubts]), err=True)
    return loaded


def doubts_in_words(name: str, doubts: list[str]) -> list[str]:
    """Return lines that warn of everything doubtful in data, as one warning.

    Args:
        name: name of the data.
        doubts: sentences.

    Example:
        >>> doubts_in_words("kpi", ["Column 'load' is constant.", "12 days have 25 hours."])
        ['Warning: 2 things in kpi are doubtful:', "  - Column 'load' is constant.", '  - 12 days have 25 hours.']
    """
    if len(doubts) == 1:
        return [f"Warning: {name}: {doubts[0]}"]
    return [f"Warning: {len(doubts)} things in {name} are doubtful:", *(f"  - {doubt}" for doubt in doubts)]
