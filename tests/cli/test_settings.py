"""Texts as settings, as the command gets them."""

import warnings

import pytest

from kerasclust.cli.settings import parse_value
from kerasclust.errors import InputError


@pytest.mark.parametrize("text", ["(" * 3000, "-" * 9000 + "1", "{[]: 1}", "1if", "'\\d", "9" * 5000, "\0"])
def test_what_python_cannot_read_is_text(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse_value("frontend", text, "auto") == text


def test_a_number_that_is_too_large_is_told():
    with pytest.raises(InputError, match="a number that a computer can hold"):
        parse_value("sigma", "1" + "0" * 400, 1.0)
