"""Series of unequal length: lists, ragged tensors and padded data sets become one array."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.data.dataset import DataSet
from kerasclust.data.inputs import as_given, lengths_of, read_samples
from kerasclust.errors import InputError

SERIES = [np.arange(2.0 * steps).reshape(steps, 2) for steps in (4, 2, 7, 3)]


@pytest.fixture
def expected():
    x = np.full((4, 7, 2), np.nan)
    for row, one in zip(x, SERIES, strict=True):
        row[: len(one)] = one
    return x


def objects():
    array = np.empty(4, object)
    array[:] = SERIES
    return array


@pytest.mark.parametrize(
    "x",
    [
        SERIES,
        tuple(SERIES),
        objects(),
        [one.tolist() for one in SERIES],
        [tf.constant(one) for one in SERIES],
        tf.ragged.stack(SERIES),
        tf.RaggedTensor.from_row_lengths(np.concatenate(SERIES), [4, 2, 7, 3]),
        tf.ragged.constant([one.tolist() for one in SERIES]),
    ],
    ids=["list", "tuple", "objects", "numbers", "tensors", "stack", "lengths", "twice ragged"],
)
def test_every_form_becomes_the_same_padded_array(x, expected):
    rows = read_samples(x)
    np.testing.assert_array_equal(rows.array(), expected.astype("float32"))
    assert rows.sample_shape == (None, 2) and rows.typical_steps == 3
    assert rows.used is None  # padding is not missing


def test_a_data_set_says_that_it_is_padded(expected):
    padded = DataSet("series", np.pad(expected, ((0, 0), (0, 3), (0, 0)), constant_values=np.nan), lengths=[4, 2, 7, 3])
    assert read_samples(padded).sample_shape == (None, 2)
    assert read_samples(padded).array().shape == (4, 7, 2)  # what is padding in all series is cut off
    with pytest.warns(UserWarning, match=r"2 samples that cannot be used, the first is sample 1.*give a list"):
        assert read_samples(expected).sample_shape == (7, 2)


def test_series_of_one_length_are_an_array():
    assert read_samples([SERIES[0], SERIES[0] + 1.0]).sample_shape == (4, 2)


def test_a_fitted_shape_of_any_length_takes_arrays_and_lists(expected):
    assert as_given(SERIES[:1], (None, 2)).x.shape == (1, 4, 2)
    assert as_given(np.ones((3, 9, 2)), (None, 2)).is_padded
    with pytest.raises(InputError, match=r"shape \(4, 3\), but .* sequences \(steps, 2\) of any length"):
        as_given(np.ones((1, 4, 3)), (None, 2))
    with pytest.raises(InputError, match=r"fitted to \(5, 2\)"):
        as_given(SERIES, (5, 2))


def test_lengths_end_at_the_last_step_with_a_value(expected):
    expected[0, 1:3] = np.nan  # a hole is no padding
    assert lengths_of(expected).tolist() == [4, 2, 7, 3]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1, 2], [3]], r"ragged.*a list of arrays \(steps, channels\)"),
        ([np.ones((3, 2)), np.ones((2, 3))], "3 channels in sample 1, but 2 in sample 0"),
        ([np.ones((3, 2)), np.ones((0, 2))], "no value in sample 1"),
        ([np.ones((3, 2)), np.ones(2)], r"sample 1 has the shape \(2,\): .* a series of one channel \(steps, 1\)"),
        ([np.ones((3, 2, 2)), np.ones((2, 2, 2))], "have to be series"),
        ([[[1, 2], [3, 4]], [[1, 2], [3], [4]]], "ragged in sample 1"),
        ([np.ones((3, 2)), np.full((2, 2), "a")], "sample 1 has the type"),
        (tf.ragged.constant([[1.0, 2.0], [3.0]]), r"ragged tensor of shape \(2, None\)"),
        (tf.ragged.constant([[[1.0, 2.0]], [[3.0], [1.0]]]), "differ in their number of channels"),
        (tf.RaggedTensor.from_row_lengths(np.ones((3, 2)), [3, 0]), "no value in sample 1"),
    ],
)
def test_what_is_no_series_is_refused(x, message):
    with pytest.raises(InputError, match=message):
        read_samples(x)
