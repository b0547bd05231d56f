"""A short attack in all ways.

`make soak-serve` has longer ones, and bounds on the time of answers.
"""

import sys

import pytest

from tests.serving.attacks import Target, attacks_on
from tests.soak_serve import measured


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="addresses 127.0.0.2 and memory as Linux has them")
def test_honest_clients_are_answered_under_attack(run):
    known = attacks_on(Target({"url": ":0", "predict": "h://h/p", "sample_shape": [6]}))
    found = measured("all", list(known), 3.0, run.path)
    assert found["errors"] == []
    assert len(found["during"]) > 50
    assert found["memory"] < found["bound"]
    assert found["logged"] < 100_000
