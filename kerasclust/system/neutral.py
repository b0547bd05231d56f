"""Texts of others, harmless where programs would act on them: spreadsheets and terminals."""

import re
import unicodedata
from typing import Any

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"  # also in their wide and small forms
# What Unicode calls printable, but nobody sees: fillers, blanks, selectors of variants and tags.
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0000-\U000e0fff"
_DROPPED = (  # what spreadsheets may drop before a sign
    " '\"`\xb4\u2018-\u201f\uff02\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u061c"
    f"\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ufff9-\ufffb{_UNSEEN}"
)
_BREAKS = "\t\r\n"
# Some spreadsheets split cells at semicolons and tabs. No two parts scan the same characters, so the time is linear.
_FORMULA = re.compile(f"^(?=[{_DROPPED}{_BREAKS}]*[{_SIGNS}]|[{_BREAKS}])|(?<=[;{_BREAKS}])(?=[{_DROPPED}]*[{_SIGNS}])")
_UNSEEN_CHARACTER = re.compile(f"[{_UNSEEN}]")
_JOINERS = "\u200c\u200d"
_JOINED = {"Lo", "Lm", "Mn", "Mc", "So", "Sk"}  # categories: letters without case, marks, emoji
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

    Line breaks, other control characters, marks that turn the direction of reading, characters that nobody sees, and
    half pairs of surrogates become their escapes in Python. Joiners stay between letters that are not Latin and between
    emoji, where they change the picture.

    Args:
        text: a text or an object with a text, such as an error.

    Example:
        >>> neutral_line("users\x1b[2J.csv"), neutral_line("a\nb\u202e"), neutral_line("naïve – 図")
        ('users\\x1b[2J.csv', 'a\\nb\\u202e', 'naïve – 図')
    """
    line, before = [], ""
    for character in str(text):
        line.append(character if _is_shown(character, before) else _escape(character))
        before = character
    return "".join(line)


def _is_shown(character: str, before: str) -> bool:
    if _UNSEEN_CHARACTER.match(character):
        return False
    if character in _JOINERS:
        return before > "\u024f" and unicodedata.category(before) in _JOINED
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
