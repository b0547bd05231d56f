"""Findings about arrays."""

import numpy as np
import pytest

from kerasclust.data.array_findings import array_findings


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(40, 6, 2))


def kinds(x, names=()):
    return {finding.kind: finding for finding in array_findings(x, "x", names)}


def test_ordinary_samples_have_none(x):
    assert kinds(x) == {}


def test_missing_and_infinite_values_have_a_place(x):
    x[3, 2, 1] = np.nan
    x[5, 0, 0] = -np.inf
    found = kinds(x, ("load", "rsrp"))
    assert "1 missing value (NaN), 0.2% of all, the first at sample 3, step 2, channel 'rsrp'" in str(found["missing"])
    assert found["missing"].severity == "note" and found["infinite"].severity == "refused"
    assert "1 infinite value, the first at sample 5, step 0, channel 'load'" in str(found["infinite"])


def test_values_that_repeat_far_from_the_others(x):
    x[:3, 0, 1] = 9999.0
    found = kinds(x, ("load", "rsrp"))
    assert "'rsrp' holds 9999 3 times" in found["sentinel"].sentence and found["sentinel"].count == 3


def test_a_single_far_value_is_no_mark(x):
    x[0, 0, 0] = 9999.0
    assert kinds(x) == {}


def test_constant_channels(x):
    x[..., 1] = 4.0
    assert "1 constant channel: 1" in kinds(x)["constant"].sentence


@pytest.mark.parametrize(("shape", "is_found"), [((9, 28, 28), True), ((9, 28, 28, 1), False), ((9, 30, 3), False)])
def test_bytes_in_three_axes_are_images_without_channels(shape, is_found):
    images = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
    assert ("images" in kinds(images)) == is_found
