"""A little of the soak in every run of the tests.

Whatever is read is read, or is one InputError.
"""

import random

import pytest
from checking import check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from targets import TARGETS

# These take part in soaks, and have tests of their own.
SLOW = ("gtsrb", "irish_5g", "model", "keras", "keras_check", "saved_model", "litert", "onnx", "command_line")
FEW = {"parquet": 15, "csv": 25}
QUIET = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def good():
    """{name: good inputs of a target}, made once."""
    return {name: target.good() for name, target in TARGETS.items() if name not in SLOW}


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in SLOW])
def test_changed_files_are_read_or_refused(name, good, tmp_path):
    @settings(QUIET, max_examples=FEW.get(name, 60))
    @given(st.sampled_from(good[name]), st.integers(0, 2**32 - 1))
    def changed(content, seed):
        check(TARGETS[name], TARGETS[name].mutate(content, random.Random(seed)), tmp_path)

    changed()


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in SLOW])
def test_any_bytes_are_read_or_refused(name, tmp_path):
    @settings(QUIET, max_examples=FEW.get(name, 40))
    @given(st.binary(max_size=200))
    def of_bytes(content):
        check(TARGETS[name], content, tmp_path)

    of_bytes()


def test_good_files_are_read(good, tmp_path):
    for name, contents in good.items():
        folder = tmp_path / name
        folder.mkdir()
        if name not in ("csv", "parquet"):  # which are read with other options, by their content
            assert any(check(TARGETS[name], content, folder) for content in contents), name


@pytest.mark.full
@pytest.mark.parametrize("name", SLOW)
def test_changed_inputs_of_slow_readers(name, tmp_path):
    inputs = TARGETS[name].good()
    for seed in range(40):
        check(TARGETS[name], TARGETS[name].mutate(inputs[seed % len(inputs)], random.Random(seed)), tmp_path)
