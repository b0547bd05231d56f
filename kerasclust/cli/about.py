"""Commands about the command itself: what is installed, and how a shell completes its words."""

import sys

import click
from click.shell_completion import get_completion_class

from kerasclust.cli.base import answer, json_option, main

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_KERASCLUST_COMPLETE"


@main.command()
@json_option
def doctor(as_json):
    """Say what is installed, what it computes on, and what is missing.

    The status is 1 where something keeps it from working.
    """
    from kerasclust.cli.doctor import examine
    from kerasclust.system.lines import aligned

    found = examine()
    devices = ", ".join(f"{count} {kind}" for kind, count in found.devices.items())
    rows = [("PACKAGE", "FOUND", "NEEDED", "FOR", "STATE")]
    rows += [(p.name, p.found or "-", p.needed, p.extra or "everything", p.state) for p in found.packages]
    lines = [
        f"kerasclust {found.version} on Python {found.python}, {found.system}, {found.cores} cores.",
        f"TensorFlow computes on: {devices or 'nothing'}.",
        f"Data sets are looked for in: {found.data_directory or 'the cache, as KERASCLUST_DATA is not set'}.",
        "",
        *aligned(rows),
        "",
        *(found.problems or ["Nothing keeps it from working."]),
        *found.advice,
    ]
    answer(as_json, found.as_data(), "\n".join(lines))
    sys.exit(1 if found.problems else 0)


@main.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell):
    """Print what makes a shell complete the words of this command.

    \b
    bash:  kerasclust completion bash >> ~/.bashrc
    zsh:   kerasclust completion zsh >> ~/.zshrc
    fish:  kerasclust completion fish > ~/.config/fish/completions/kerasclust.fish
    """
    click.echo(get_completion_class(shell)(main, {}, "kerasclust", VARIABLE).source())
