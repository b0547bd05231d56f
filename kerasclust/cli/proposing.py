"""Options that findings about data propose, and the commands that have them."""

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kerasclust.data.findings import Finding

ALTERNATIVE = ("dates",)  # findings whose remedy is for the case that the reading is wrong
_GIVE = re.compile(r"(?<!\w)give (?=\w)")
_PROPOSAL = re.compile(r"""(?P<name>[a-z_]+)=(?:'(?P<text>[^']*)'|"(?P<quoted>[^"]*)"|(?P<bare>[^\s'"\[,;:()]+))""")


def proposed_by(findings: Iterable["Finding"], parameters: Sequence[click.Parameter]) -> dict[str, Any]:
    """Return the options that remedies of refused and doubtful findings propose first.

    Args:
        findings: findings, most serious first.
        parameters: parameters of the command, named like the arguments of the library.

    Returns:
        {name: text}, or a list of texts for an option that can be repeated.
    """
    options = {option.name: option for option in parameters if isinstance(option, click.Option)}
    proposed: dict[str, Any] = {}
    for finding in findings:
        give = _GIVE.search(finding.remedy)  # what comes after other options is not meant in the first place
        found = _PROPOSAL.match(finding.remedy, give.end()) if give else None
        if finding.severity == "note" or finding.kind in ALTERNATIVE or found is None or found["name"] not in options:
            continue
        name, value = found["name"], found["text"] or found["quoted"] or found["bare"]
        if not options[name].multiple:
            proposed.setdefault(name, value)
        elif value not in proposed.setdefault(name, []):
            proposed[name].append(value)
    return proposed


def merged(given: dict[str, Any], proposed: dict[str, Any]) -> dict[str, Any]:
    """Return the options that the user gave, with the proposed ones that do not contradict them."""
    joined = dict(given)
    named = {
        str(value) for name, values in given.items() for value in _listed(values) if name.endswith(("column", "s"))
    }
    for name, value in proposed.items():
        if isinstance(value, list):
            further = [text for text in value if text not in _listed(joined.get(name, [])) and text not in named]
            if further:
                joined[name] = [*_listed(joined.get(name, [])), *further]
        else:
            joined.setdefault(name, value)
    return joined


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _typed(option: click.Parameter, value: Any) -> list[str]:
    """Return the words to type for the value of an option; a flag has one word for each of its values."""
    if isinstance(value, bool):
        return [max(option.opts if value else option.secondary_opts, key=len)]
    return [word for text in _listed(value) for word in (max(option.opts, key=len), str(text))]


def command_with(words: Sequence[str], options: dict[str, Any], parameters: Sequence[click.Parameter]) -> str:
    """Return a command to type.

    Args:
        words: words before the options.
        options: {name of a parameter: value or list of values}.
        parameters: parameters of the command.

    Example:
        >>> window = click.Option(["--window"])
        >>> command_with(["kerasclust", "fit", "my kpi.csv"], {"window": "1d"}, [window])
        "kerasclust fit 'my kpi.csv' --window 1d"
        >>> active = click.Option(["--active/--with-idle"])
        >>> command_with(["kerasclust", "fit", "tractor"], {"active": False}, [active])
        'kerasclust fit tractor --with-idle'
    """
    named = {option.name: option for option in parameters}
    typed = [word for name, value in options.items() for word in _typed(named[name], value)]
    return shlex.join([*words, *typed])
