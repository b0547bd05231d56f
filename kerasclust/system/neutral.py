"""Texts of others, harmless where programs would act on them: spreadsheets and terminals."""

import re
import unicodedata
from typing import Any

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"  # also in their wide and small forms
_DROPPED = (  # what spreadsheets may drop before a sign
    " '\"`\u2018\u2019\u201c\u201d\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad"
    "\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
_BREAKS = "\t\r\n"
# Some spreadsheets split cells at semicolons and tabs. No two parts scan the same characters, so the time is linear.
_FORMULA = re.compile(f"^(?=[{_DROPPED}{_BREAKS}]*[{_SIGNS}]|[{_BREAKS}])|(?<=[;{_BREAKS}])(?=[{_DROPPED}]*[{_SIGNS}])")
_NUMBER = re.compile(r"\s*[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|nan)\s*")


def neutral_cell(value: Any) -> Any:
    """Return a cell of a table that no spreadsheet runs as a formula.

    A text that spreadsheets would run gets a single quote in front, and numbers stay as they are.

    Args:
        value: a number or a text; other values become texts.

    Reference:
        OWASP, "CSV injection".

    Example:
        >>> neutral_cell("=1+1"), neutral_cell(" @SUM(A1)"), neutral_cell("a;=1+1")
        ("'=1+1", "' @SUM(A1)", "a;'=1+1")
        >>> neutral_cell(-81), neutral_cell("-81"), neutral_cell("+4.5"), neutral_cell("a-b")
        (-81, '-81', '+4.5', 'a-b')
    """
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)


def neutral_line(text: object) -> str:
    r"""Return one line for a terminal, without characters that steer it or that nobody sees.

    Line breaks, other control characters, marks that turn the direction of reading, characters without width, and half
    pairs of surrogates become their escapes in Python.

    Args:
        text: a text or an object with a text, such as an error.

    Example:
        >>> neutral_line("users\x1b[2J.csv"), neutral_line("a\nb\u202e"), neutral_line("naïve – 図")
        ('users\\x1b[2J.csv', 'a\\nb\\u202e', 'naïve – 図')
    """
    return "".join(character if _is_shown(character) else _escape(character) for character in str(text))


def _is_shown(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
