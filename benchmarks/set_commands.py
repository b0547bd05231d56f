"""Commands of `python -m benchmarks bench` on all labelled sequence sets."""

from collections.abc import Callable, Sequence

import click

from benchmarks.types import Record
from kerasclust.cli.base import answer, json_option, saying
from kerasclust.cli.loading import COUNT
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow


@click.command()
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file of JSON lines.")
@click.option("--seeds", type=COUNT, default=4, show_default=True, help="Number of seeds: 0, 1, 2 ...")
@click.option("--method", "names", multiple=True, help="See `kerasclust methods`; repeat for each; default: kmeans.")
@click.option("--data", "sets", multiple=True, help="Name of a set; repeat for each; default: all.")
@click.option("--frontend", "frontends", multiple=True, help="Repeat for each; default: the candidates.")
@json_option
def defaults(out, seeds, names, sets, frontends, as_json):
    """Score front ends on all labelled sequence sets, and choose one for each set by all others.

    Each set is left out once: its front end is the best on the other sets of its kind, with a shared clock or without.
    """
    import_tensorflow()
    from benchmarks.tables.defaults import defaults_table, run_defaults
    from benchmarks.tables.sequence_sets import SETS

    if unknown := set(sets) - set(SETS):
        raise InputError(f"No set {', '.join(sorted(unknown))}: there are {', '.join(SETS)}.")
    rows = run_defaults(out, range(seeds), names or ("kmeans",), sets or SETS, frontends, report=saying(as_json))
    answer(as_json, {"runs": rows}, *defaults_table(rows).splitlines())


@click.command()
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file of JSON lines.")
@click.option("--seeds", type=COUNT, default=4, show_default=True, help="Number of seeds: 0, 1, 2 ...")
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    help="auto (the default of `fit`), a method, a simple alternative, or ceiling; repeat for each; default: all but "
    "further methods.",
)
@click.option("--data", "sets", multiple=True, help="Name of a set; repeat for each; default: all.")
@click.option("--time-budget", type=click.FloatRange(min=0, min_open=True), help="Seconds of auto; default: as `fit`.")
@json_option
def sets(out, seeds, subjects, sets, time_budget, as_json):
    """Score the default of `fit` on all labelled sequence sets, beside simple alternatives and a supervised ceiling.

    All are told the number of groups, `fit` also the origins of the samples, and nothing else.
    """
    import_tensorflow()
    from benchmarks.tables.against import SUBJECTS, run_sets, sets_table
    from benchmarks.tables.sequence_sets import SETS
    from kerasclust.defaults import TIME_BUDGET

    given = (subjects or SUBJECTS, sets or SETS, time_budget or TIME_BUDGET)
    rows = run_sets(out, range(seeds), *given, report=saying(as_json))
    answer(as_json, {"runs": rows}, *sets_table(rows).splitlines())


@click.command()
@json_option
def clocks(as_json):
    """Show how much of each labelled sequence set a shared clock explains, which is found without the labels."""
    import_tensorflow()
    from benchmarks.tables import without_labels

    def cells(row: Record) -> Sequence[str]:
        evident = "yes" if row["evident"] else "no"
        return row["data"], str(row["period"]), f"{row['share']:.4f}", f"{row['by_chance']:.4f}", evident

    answer_rows(as_json, "clocks", without_labels.clocks(), ("SET", "PERIOD", "SHARE", "BY CHANCE", "EVIDENT"), cells)


@click.command()
@json_option
def lasting(as_json):
    """Show how far clusters last from one sample of an origin to the next, on labelled sets without a clock."""
    import_tensorflow()
    from benchmarks.tables import without_labels

    def cells(row: Record) -> Sequence[str]:
        return row["data"], str(row["pairs"]), *(f"{row[name]:.3f}" for name in without_labels.COMPARED)

    answer_rows(as_json, "lasting", without_labels.lasting(), ("SET", "PAIRS", *without_labels.COMPARED), cells)


@click.command()
@json_option
def numbers(as_json):
    """Estimate the number of clusters of each labelled sequence set, beside its known groups."""
    import_tensorflow()
    from benchmarks.tables import without_labels
    from kerasclust.choosing.number_text import in_ranges

    def cells(row: Record) -> Sequence[str]:
        nearly = in_ranges(row["nearly"]) if row["nearly"] else "none"
        return row["data"], str(row["known"]), str(row["estimate"]), row["space"], nearly

    header = ("SET", "KNOWN", "ESTIMATE", "DECIDED IN", "NEARLY AS GOOD")
    answer_rows(as_json, "numbers", without_labels.numbers(), header, cells)


def answer_rows(
    as_json: bool, name: str, rows: Sequence[Record], header: Sequence[str], cells: Callable[[Record], Sequence[str]]
) -> None:
    """Print rows as a table with the header, or as JSON under the name.

    Args:
        as_json: whether to print JSON.
        name: key of the rows in the JSON object.
        rows: the rows.
        header: names of the columns.
        cells: function that returns the cells of a row.
    """
    from kerasclust.system.lines import aligned

    answer(as_json, {name: rows}, *aligned([header, *map(cells, rows)]))
