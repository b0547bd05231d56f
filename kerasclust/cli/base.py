"""The command group, its answers, and the display of errors and warnings.

All that commands print goes through `say` and the errors of `Commands`, which make it harmless to terminals.
"""

import json
import os
import re
import shlex
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import click

from kerasclust import __version__
from kerasclust.cli.output import giving_up_lost_output
from kerasclust.errors import InputError, TrainingDiverged, WorkerLost
from kerasclust.system.neutral import neutral_line
from kerasclust.system.signals import exit_status, termination_raised


class BadInput(click.ClickException):
    """Bad input: "Error: ..." on standard error and exit status 2, as for a wrong option.

    Args:
        lines: lines of the message.
    """

    exit_code = 2

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = lines


class Commands(click.Group):
    """Commands that end with a message and a status, never with a traceback."""

    group_class = type  # a group in the group behaves alike

    def main(self, *args: Any, **more: Any) -> Any:
        """Run the command line, and end with a message if nobody can read the output."""
        with giving_up_lost_output():
            return super().main(*args, **more)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Parse the arguments."""
        with neutral_errors():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            with neutral_errors(), termination_raised():
                return self._run(ctx)
        except KeyboardInterrupt as interruption:
            with suppress(OSError):  # the terminal may be closed
                say("", "Interrupted.", err=True)
            ctx.exit(exit_status(interruption))

    def _run(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            command = self.commands.get(ctx.invoked_subcommand or "", self)
            raise BadInput(*(in_options(line, command.params) for line in _lines_of(error))) from error
        except (TrainingDiverged, WorkerLost) as error:
            raise click.ClickException(str(error)) from error


def _lines_of(error: InputError) -> list[str]:
    """Return the message of an error as lines: several only for data with several findings."""
    from kerasclust.data.findings import DataRefused

    if not isinstance(error, DataRefused) or len(error.findings) == 1:
        return [str(error)]
    return [error.head, *(f"  - {finding}" for finding in error.findings)]


@contextmanager
def neutral_errors() -> Iterator[None]:
    """Make the messages of errors one line that is harmless to terminals."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:  # its message is the help
        raise
    except click.ClickException as error:
        lines = error.lines if isinstance(error, BadInput) else [error.format_message().replace("\n\t", " ")]
        message = "\n".join(map(neutral_line, lines))  # click lists choices in lines
        error.format_message = lambda: message  # type: ignore[method-assign]
        raise


_VALUE = r"""\([^()]*\)|\[[^][]*\]|\{[^{}]*\}|'[^']*'|"[^"]*"|[^\s'"`]*[^\s'"`.,:;)]"""
_TEXTS = re.compile(r"""'([^']*)'|"([^"]*)"|([^][()\s,'"]+)""")
_ASSIGNMENT = rf"\w+=(?:{_VALUE})"
_WORDS = re.compile(
    rf"""(?P<kept>{_ASSIGNMENT}(?:,\ {_ASSIGNMENT})+  # a list of settings
        | (?<!\w)'[^']*' | (?<!\w)"[^"]*"  # what the user wrote
        | --set\ \S+ | (?!\w+=['"])\S*/\S*  # what the user wrote, and files
        )
    | (?P<tick>`)?(?<![\w.\\-])(?P<name>[a-zA-Z]\w*)(?:=(?!=)(?P<value>{_VALUE}))?(?(tick)`)(?![\w\\-]|\.\w)""",
    re.VERBOSE,
)


def in_options(message: str, parameters: Sequence[click.Parameter]) -> str:
    """Return a message with the arguments of Python in it replaced by the options of a command.

    Replaced are `name=value`, names with an underscore, and names in backticks. Other words can be plain English. Lists
    of settings, quoted texts, file names and names that the command has no option for are kept.

    Args:
        message: message of the library.
        parameters: parameters of the command, named like the arguments of the library.

    Example:
        >>> overwrite = click.Option(["--overwrite"], is_flag=True)
        >>> clusters = click.Option(["--clusters", "n_clusters"])
        >>> in_options("n_clusters is 1: give n_clusters=2, or overwrite=True.", [clusters, overwrite])
        '--clusters is 1: give --clusters 2, or --overwrite.'
    """
    options = {option.name: option for option in parameters if isinstance(option, click.Option)}

    def replaced(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        option = options.get(name)
        if option is None or (value is None and found["tick"] is None and "_" not in name):
            return found[0]
        return _as_option(option, value) or found[0]

    return _WORDS.sub(replaced, message)


def _as_option(option: click.Option, value: str | None) -> str | None:
    """Return the text to type for a value of an option, or None if there is none."""
    name = max(option.opts, key=len)
    if value is None:
        return name
    if value == "True":
        return name if option.is_flag else f"{name} {option.make_metavar(click.Context(click.Command(None)))}"
    if value == "False" and option.secondary_opts:
        return max(option.secondary_opts, key=len)
    if value in ("None", "False") or option.is_flag:
        return None
    texts = _typed(value) if option.multiple or value[0] in "'\"" else [value]
    return " ".join(f"{name} {shlex.quote(text) if text != value else text}" for text in texts)


def _typed(value: str) -> list[str]:
    """Return the texts to type for a value in Python: one, or those of a list."""
    return ["".join(parts) for parts in _TEXTS.findall(value)]


def command_of(*words: str | os.PathLike[str]) -> str:
    """Return a command to type."""
    return shlex.join(["kerasclust", *map(str, words)])


def say(*lines: object, err: bool = False) -> None:
    """Print lines, each harmless to terminals.

    Args:
        lines: texts; a line break in a text becomes an escape.
        err: print on standard error.
    """
    click.echo("\n".join(map(neutral_line, lines)), err=err)


def warn(message: object) -> None:
    """Print a warning on standard error."""
    say(f"Warning: {message}", err=True)


def json_option(command: Callable) -> Callable:
    """Decorate a command that can answer with JSON; the command gets `as_json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
    return option(command)


def trust_option(command: Callable) -> Callable:
    """Decorate a command that reads SavedModels; the command gets `trust`."""
    option = click.option("--trust", is_flag=True, help="Run MODEL even if it is a SavedModel, which is code.")
    return option(command)


def raw_text_option(command: Callable) -> Callable:
    """Decorate a command that writes a .csv file; the command gets `raw_text`."""
    about = "Write texts in .csv files as they are, also those that a spreadsheet runs as formulas."
    return click.option("--raw-text", is_flag=True, help=about)(command)


def answer(as_json: bool, found: dict, *lines: object) -> None:
    """Print the result of a command.

    Args:
        as_json: print the result for a script.
        found: the result as numbers, texts, lists and dicts.
        lines: the result for people.
    """
    if as_json:
        from kerasclust.system.json_files import plain

        lines = (json.dumps(plain(found)).replace("\x7f", r"\u007f"),)  # all in ASCII, without control characters
    say(*lines)


def saying(as_json: bool) -> Callable[..., None]:
    """Return a function that prints lines; on standard error if standard output is for JSON."""
    return partial(say, err=as_json)


def once() -> Callable[..., None]:
    """Return a `warnings.showwarning` that prints each message once, and not its place."""
    said = set()

    def show(message: Warning | str, *place: object, **more: object) -> None:
        if str(message) not in said:
            said.add(str(message))
            warn(message)

    return show


SHOWN = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def said_once(ctx: click.Context) -> None:
    """Print each warning once, as one line, while a command runs."""
    ctx.with_resource(warnings.catch_warnings())
    warnings.showwarning = once()


@click.group(cls=Commands, context_settings=SHOWN)
@click.version_option(__version__, prog_name="kerasclust", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Deep clustering: find the groups in unlabeled sequences, images and tables.

    \b
    Start with:  kerasclust fit mobile_network --users 160 --sequences 5 --clusters 8 --out runs/first
    """
    said_once(ctx)
