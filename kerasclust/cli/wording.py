"""Messages of the library in the words of the command: options in place of Python's arguments."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kerasclust.data.findings import Finding

TABLE_NAMES = (
    "window",
    "stride",
    "every",
    "aggregate",
    "align",
    "timezone",
    "max_gap",
    "max_missing",
    "id_column",
    "time_column",
    "label_column",
    "kpi_column",
    "value_column",
    "channels",
    "drop",
    "rate",
    "missing_value",
    "separator",
    "decimal",
    "encoding",
)
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


_BARE = re.compile(rf"""(?<![\w='"`.-])({"|".join(TABLE_NAMES)})(?![\w='"`-])""")


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


def finding_in_options(finding: "Finding", parameters: Sequence[click.Parameter]) -> str:
    """Return a finding with the arguments of Python in it replaced by options, in its remedy also single words.

    Args:
        finding: what was found in data.
        parameters: parameters of the command, named like the arguments of the library.
    """
    return in_options(str(replace(finding, remedy=_BARE.sub(r"`\1`", finding.remedy))), parameters)


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
