"""The command group, and what users see of errors."""

import json
import warnings
from functools import partial

import click

from kerasclust import __version__
from kerasclust.errors import InputError, TrainingDiverged, WorkerLost
from kerasclust.system.signals import exit_status, termination_raised


class BadInput(click.ClickException):
    """Bad input: "Error: ..." on standard error and exit status 2, as for a wrong option."""

    exit_code = 2


class Commands(click.Group):
    """Commands whose users see bad input as one message and an interruption as a status, never as a traceback."""

    def invoke(self, ctx):
        try:
            with termination_raised():
                return super().invoke(ctx)
        except InputError as error:
            raise BadInput(str(error)) from error
        except (TrainingDiverged, WorkerLost) as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt as interruption:
            click.echo("\nInterrupted.", err=True)
            ctx.exit(exit_status(interruption))


def warn(message):
    """Say what the user should look at, on standard error."""
    click.echo(f"Warning: {message}", err=True)


def json_option(command):
    """Decorate a command that can answer with JSON; it gets `as_json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
    return option(command)


def answer(as_json, found, text):
    """Print what a command found.

    Args:
        as_json: whether for a script.
        found: the same as numbers, texts, lists and dicts.
        text: for people.
    """
    if as_json:
        from kerasclust.system.json_files import plain

        text = json.dumps(plain(found), ensure_ascii=False)
    click.echo(text)


def saying(as_json):
    """What prints lines while a command works: beside standard output where that is for JSON."""
    return partial(click.echo, err=as_json)


def once():
    """A `warnings.showwarning` that names no place in the code and says the same thing once only."""
    said = set()

    def show(message, *place, **more):
        if str(message) not in said:
            said.add(str(message))
            warn(message)

    return show


SHOWN = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def said_once(ctx):
    """Show each warning once, as one line, while a command runs."""
    ctx.with_resource(warnings.catch_warnings())
    warnings.showwarning = once()


@click.group(cls=Commands, context_settings=SHOWN)
@click.version_option(__version__, prog_name="kerasclust", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx):
    """Deep clustering: find the groups in unlabeled sequences, images and tables.

    \b
    Start with:  kerasclust fit mobile_network --users 160 --sequences 5 --clusters 8 --out runs/first
    """
    said_once(ctx)
