"""Texts of others run neither in a spreadsheet nor in a terminal, and can still be read."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasclust.system.neutral import neutral_cell, neutral_line

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example/?"&A1,"open")',
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C notepad'!A0",
    "@SUM(1+1)",
    "\t=1",
    "\tplain",
    "\rplain",
    "\nplain",
    " =1",
    "\xa0=1",
    "\ufeff=1",
    "\u200b=1",
    "\u202e=1",
    "\x00=1",
    *(f"{unseen}=1" for unseen in "\u034f\u061c\u115f\u180e\u2800\u3164\ufe0f\ufff9\U000e0020\xad\xb4\u201e\uff02"),
    "\x1b=1",
    "'=1",
    '"=1',
    '" \'=1"',
    "“=1”",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "\ufe661",
    "-",
    "--1",
    "-1e5x",
    "-1,5+A1",
    "+49 30 1234",
    "-0x10",
    "-１",
]
PLAIN = [
    "-81",
    "+4.5",
    "-1e5",
    "-.5",
    "+3.",
    " -7 ",
    "-inf",
    "nan",
    "81",
    "a=b",
    "a-b",
    "user@example",
    "",
    "'",
    "''a",
    "x,=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text):
    assert neutral_cell(text).startswith("'") and neutral_cell(text)[1:].replace("'", "") == text.replace("'", "")
    assert neutral_cell(text) != text
    assert neutral_cell(np.str_(text)) == neutral_cell(text)


@pytest.mark.parametrize("separator", [";", "\t", "\r\n", "\n"])
@pytest.mark.parametrize("text", ["=1", " @SUM(1)", '"=1', "\uff1d1", "-5"])
def test_a_formula_in_the_middle_of_a_cell_stays_there_whatever_separates_cells(separator, text):
    assert neutral_cell(f"a{separator}{text}").endswith(f"{separator[-1]}'{text}")


@pytest.mark.parametrize("value", [*PLAIN, 0, -3, -2.5, float("-inf"), None, True, np.float64(-1.5)])
def test_numbers_and_plain_texts_stay_as_they_are(value):
    assert neutral_cell(value) is value or neutral_cell(value) == value


@pytest.mark.parametrize(
    ("value", "text"), [(b"=1", "b'=1'"), (np.int64(-4), "-4"), (np.datetime64("2024-05-31"), "2024-05-31")]
)
def test_other_values_become_texts(value, text):
    assert str(neutral_cell(value)) == text


DANGEROUS = st.text(alphabet=st.sampled_from("=+-@\t\r\n'\" ;,a1.e\uff1d\ufeff"), max_size=12)


@pytest.mark.parametrize("piece", ["\t", "\r\n", ";", "'", "\t'", "; ", "=", "1", "1e"])
def test_a_long_text_takes_linear_time(piece):
    for text in (piece * 1_000_000, piece * 1_000_000 + "x"):  # with time that grows with the square: hours
        assert neutral_cell(text).replace("'", "") == text.replace("'", "")


@given(st.one_of(DANGEROUS, st.text()))
def test_no_text_begins_like_a_formula_and_each_keeps_its_own(text):
    cell = neutral_cell(text)
    if cell == text and re.fullmatch(r"\s*[+-]?[0-9.e+-]+\s*|\s*[+-]?(inf|nan)\s*", text):
        return
    for part in re.split("[;\t\r\n]", cell):
        assert not re.match("[=+@-]|[\uff1d\uff0b\uff0d\uff20]", part.strip(' "\ufeff'))
    assert cell.replace("'", "") == text.replace("'", "")


@given(DANGEROUS, DANGEROUS)
def test_different_texts_stay_different(one, other):
    assert (neutral_cell(one) == neutral_cell(other)) == (one == other)


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "می‌خواهم", "क्‍ष", "naïve – 図", "❤️", "a b\u3000c", "العربية"])
def test_texts_of_any_script_are_shown_as_they_are(text):
    assert neutral_line(text) == text


@pytest.mark.parametrize(
    "character",
    "\x00\x07\x1b\r\n\t\x7f\x80\x9b\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u2028\u202e\u2066\u2800\u3164\ufeff"
    "\uffa0\U000e0041",
)
def test_characters_that_steer_or_hide_are_escaped(character):
    shown = neutral_line(f"a{character}b")
    assert shown == "a" + character.encode("unicode_escape").decode() + "b"
