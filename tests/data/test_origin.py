"""Origins of channels: values far from 0 keep their differences."""

import numpy as np
import pytest

from kerasclust.data.inputs import raw_samples, read_samples
from kerasclust.data.origin import origin_of


@pytest.mark.parametrize("kind", ["float64", "int64"])
@pytest.mark.parametrize("offset", [1e8, 3e9, 7e12])
def test_differences_survive_a_large_offset(offset, kind):
    x = np.random.default_rng(0).integers(0, 50, (200, 8, 2)).astype(kind)
    shifted = x.copy()
    shifted[..., 1] += np.array(offset, kind)
    rows = read_samples(shifted)
    assert rows.origin[0] == 0.0 and rows.origin[1] == np.float32(rows.origin[1]) != 0.0
    np.testing.assert_array_equal(np.diff(rows.array(), axis=1), np.diff(x, axis=1))
    np.testing.assert_array_equal(rows.raw(), shifted)


def test_ordinary_data_and_float32_have_no_origin():
    x = np.random.default_rng(0).normal(300.0, 0.3, (100, 3))
    assert not origin_of(x).any()
    assert not origin_of((x + 1e9).astype("float32")).any()
    assert not origin_of(np.full((10, 2), 1e12)).any()  # a constant has nothing to lose
    assert not origin_of((np.arange(20) % 250).astype("uint8")[:, None]).any()


def test_missing_values_and_a_few_marks_do_not_hide_a_channel_that_needs_an_origin():
    x = 2e9 + np.random.default_rng(0).integers(0, 90, (500, 1)).astype("float64")
    x[::7], x[3] = np.nan, -1.0
    assert origin_of(x)[0] == pytest.approx(2e9, abs=200.0)


def test_only_a_model_with_an_origin_reads_float64():
    x = np.ones((4, 3))
    assert raw_samples(x, (3,)).dtype == np.float32
    assert raw_samples(x, (3,), has_origin=True).dtype == np.float64
