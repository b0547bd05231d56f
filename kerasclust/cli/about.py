"""Commands about the installation: the packages that it has, and completion in a shell."""

import sys

import click
from click.shell_completion import get_completion_class

from kerasclust.cli.base import answer, json_option, main

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_KERASCLUST_COMPLETE"


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check the installation: packages, devices and the directory of data sets.

    The exit status is 1 if a problem keeps kerasclust from working.
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
    answer(as_json, found.as_data(), *lines)
    sys.exit(1 if found.problems else 0)


@main.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a script that completes the words of this command in SHELL.

    \b
    bash:  kerasclust completion bash >> ~/.bashrc
    zsh:   kerasclust completion zsh >> ~/.zshrc
    fish:  kerasclust completion fish > ~/.config/fish/completions/kerasclust.fish
    """
    complete = get_completion_class(shell)
    assert complete is not None  # click knows all of `SHELLS`
    click.echo(complete(main, {}, "kerasclust", VARIABLE).source())
