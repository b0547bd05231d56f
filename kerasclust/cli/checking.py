"""The command that checks data before anything is trained."""

import shutil
import sys
import textwrap
import time
from typing import TYPE_CHECKING, Any

import click

from kerasclust.cli.base import answer, in_options, json_option, main, say
from kerasclust.cli.loading import is_read_first, load, loader_options, loading_options
from kerasclust.cli.proposing import command_with, merged, proposed_by

if TYPE_CHECKING:
    from kerasclust.data.checking import Check

REFUSED = 2  # status of data that cannot be read
PATIENCE = 5.0  # seconds of checking after which a proposal is not checked any more
MOST_ROUNDS = 4  # of proposals that bring up further ones
MOST_COLUMNS = 60  # that the table shows
WIDEST = 120  # characters of a line on a terminal
MANY, FEW = 4, 2  # clusters of the proposed command, where there are samples for them


@main.command()
@click.argument("data")
@json_option
@loading_options
def check(data: str, as_json: bool, **given: Any) -> None:
    """Check DATA before anything is trained: what is doubtful, how it is read, and the command to go on with.

    The list has everything that matters, most serious first, with the option that settles it. Then follow the columns
    of a table, with what they were taken for and why. The exit status is 0 if all is fine, 1 if something is doubtful,
    and 2 if the data cannot be read.
    """
    options = loader_options(given)
    found = checked(data, options)
    if not as_json:  # at once, before what it proposes is tried
        say(*wrapped(found.summary, 0), "", *findings_in_words(found), *columns_in_words(found))
    settled, proposal = settled_options(data, options, found)
    go_on = commands_to_go_on(data, found, settled, proposal)
    further = {"proposed": {name: value for name, value in proposal.items() if options.get(name) != value}}
    answer(as_json, found.as_data() | further | {"commands": [line.strip() for line in go_on[1:]]}, *go_on)
    sys.exit(found.status)


def checked(data: str, options: dict[str, Any]) -> "Check":
    """Check a file or folder, or a data set with a name, which has to be loaded first.

    Args:
        data: name or path.
        options: {name: value} for its loader.
    """
    from kerasclust.data import check

    if is_read_first(data):
        return check(data, **options)
    return check(load(data, options))


def settled_options(data: str, options: dict[str, Any], found: "Check") -> tuple["Check", dict[str, Any]]:
    """Return the check of data with all options that findings propose, and these options.

    A proposal can bring up another, such as a window for data that could not be read before.

    Args:
        data: name or path.
        options: options that the user gave.
        found: check with these options.
    """
    started = time.perf_counter()
    parameters = click.get_current_context().command.params
    for _ in range(MOST_ROUNDS):
        further = merged(options, proposed_by(found.findings, parameters))
        if further == options:
            break
        options = further
        if time.perf_counter() - started > PATIENCE:
            break
        found = checked(data, options)
    return found, options


def findings_in_words(found: "Check") -> list[str]:
    """Return a paragraph for each finding, most serious first."""
    parameters = click.get_current_context().command.params
    paragraphs = [f"{finding.severity:<8}  {in_options(str(finding), parameters)}" for finding in found.findings]
    if not paragraphs:
        return ["Nothing is doubtful.", ""]
    return [line for paragraph in paragraphs for line in wrapped(paragraph, 10)] + [""]


def wrapped(paragraph: str, indent: int) -> list[str]:
    """Return a paragraph as lines for the width of the terminal; as one line where there is no terminal.

    Args:
        paragraph: text.
        indent: number of spaces before all lines but the first.
    """
    if not sys.stdout.isatty():
        return [paragraph]
    width = max(40, min(WIDEST, shutil.get_terminal_size().columns))
    return textwrap.wrap(paragraph, width, subsequent_indent=" " * indent, break_long_words=False) or [paragraph]


def columns_in_words(found: "Check") -> list[str]:
    """Return lines of a table of the columns: role, kind, range and share of missing values."""
    from kerasclust.system.lines import aligned

    if not found.columns:
        return []
    rows = [("COLUMN", "TAKEN FOR", "VALUES", "FROM", "TO", "MISSING")]
    for column in found.columns[:MOST_COLUMNS]:
        ends = ("", "") if column.low is None else (f"{column.low:.6g}", f"{column.high:.6g}")
        rows.append((column.name, column.role, column.kind, *ends, f"{column.missing:.1%}" if column.missing else ""))
    more = len(found.columns) - MOST_COLUMNS
    return [*aligned(rows), *([f"and {more:,} more columns; --json lists all"] if more > 0 else []), ""]


def commands_to_go_on(data: str, found: "Check", settled: "Check", proposal: dict[str, Any]) -> list[str]:
    """Return lines with the commands to go on with.

    Args:
        data: name or path.
        found: check with the options that the user gave.
        settled: check with all proposed options.
        proposal: all proposed options.
    """
    if settled.status == REFUSED or settled.samples is None:
        sentence = "Settle what is refused, by an option or in the data, and check again:"
        return [sentence, f"  {with_options('check', data, proposal)}"]
    clusters = MANY if settled.samples >= 10 * MANY else FEW
    fit = with_options("fit", data, proposal | {"n_clusters": clusters})
    if settled.samples < 2 * clusters:
        return ["There are too few samples to look for groups."]
    sentence = "Go on with:" if found.status == 0 else "If that is what you mean, go on with:"
    return [sentence, f"  {with_options('estimate-k', data, proposal)}", f"  {fit}"]


def with_options(command: str, data: str, options: dict[str, Any]) -> str:
    """Return a command to type, with options for its data."""
    return command_with(["kerasclust", command, data], options, main.commands[command].params)
