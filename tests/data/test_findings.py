"""Findings are said all at once, the most serious first."""

import pytest

from kerasclust.data.findings import DataWarning, Finding, most_serious_first, refuse, warn
from kerasclust.errors import InputError

NOTE = Finding("dialect", "note", "The separator is ';'.")
DOUBT = Finding("sentinel", "doubtful", "Column 'load' holds -1.", "give missing_value=-1", 3)
REFUSAL = Finding("not_numbers", "refused", "Column 'rsrp' is not numbers.", "give drop='rsrp'", 1)


def test_the_most_serious_come_first():
    assert most_serious_first([NOTE, DOUBT, REFUSAL]) == (REFUSAL, DOUBT, NOTE)


def test_one_error_has_all_findings():
    with pytest.raises(InputError) as raised:
        refuse([NOTE, DOUBT, REFUSAL], "kpi.csv")
    assert str(raised.value).splitlines() == [
        "kpi.csv cannot be read as it is:",
        "- Column 'rsrp' is not numbers: give drop='rsrp'.",
        "- Column 'load' holds -1: give missing_value=-1.",
        "- The separator is ';'.",
    ]


def test_doubts_warn_and_notes_do_not():
    refuse([NOTE, DOUBT], "kpi.csv")
    with pytest.warns(DataWarning) as warned:
        warn([NOTE, DOUBT])
    assert [str(warning.message) for warning in warned] == [str(DOUBT)]


def test_findings_are_json_data():
    assert DOUBT.as_data() == {
        "kind": "sentinel",
        "severity": "doubtful",
        "sentence": "Column 'load' holds -1.",
        "remedy": "give missing_value=-1",
        "count": 3,
    }
