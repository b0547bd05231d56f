"""Bad input is named, located and answered; good input comes back as float32."""

import warnings

import numpy as np
import pandas as pd
import pytest

from kerasclust.data.validation import check_array, check_n_clusters, describe_position
from kerasclust.datasets import DataSet
from kerasclust.errors import InputError

GOOD = [[1, 2], [3, 5]]


@pytest.mark.parametrize(
    "x",
    [
        GOOD,
        np.array(GOOD, "int64"),
        np.array(GOOD, "uint8"),
        np.array(GOOD, "float16"),
        np.array(GOOD, "float64"),
        np.array(GOOD, "float64", order="F"),
        pd.DataFrame(GOOD),
        pd.DataFrame(GOOD, dtype="Int64"),
        np.ma.masked_array(GOOD, mask=False),
        DataSet("d", np.array(GOOD), channel_names=("a", "b")),
    ],
    ids=lambda x: f"{type(x).__name__}-{getattr(x, 'dtype', '')}",
)
def test_any_numbers_become_the_same_float32_array(x):
    array = check_array(x)
    assert array.dtype == np.float32 and array.flags.c_contiguous
    np.testing.assert_array_equal(array, GOOD)


def test_booleans_are_zero_and_one():
    np.testing.assert_array_equal(check_array([[True, False], [False, True]]), [[1, 0], [0, 1]])


def test_float32_is_not_copied():
    x = np.array(GOOD, "float32")
    assert check_array(x) is x


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.empty((0, 3)), r"x is empty, its shape is \(0, 3\)"),
        (np.empty((3, 0)), "x is empty"),
        ([1.0, 2.0], r"shape \(2,\): reshape it, with x.reshape\(-1, 1\)"),
        (pd.Series([1.0, 2.0]), "reshape"),
        (3.0, "reshape"),
        (np.zeros((2, 1, 1, 1, 1)), "5 axes"),
        ([["a", "b"]], "must hold numbers; found text"),
        ([[None, 1.0]], "found objects of type NoneType"),
        ([[10**30, 1]], "dtype object"),
        (np.array([[1j]]), "complex numbers. Give real and imaginary part"),
        (np.array([["2024-01-01"]], "datetime64[D]"), "found dates"),
        ([[1, 2], [3]], "ragged"),
        (pd.DataFrame({"rsrp": [1.0], "cell": ["A"]}), r"columns that are not numbers: cell \((str|object)\)"),
        (np.ma.masked_array(GOOD, mask=[[0, 0], [1, 0]]), "1 missing value .* sample 1, feature 0"),
        (pd.DataFrame({"rsrp": [1, None]}, dtype="Int64"), "sample 1, feature 'rsrp'"),
        ([[np.inf, 1]], "1 infinite value, the first at sample 0, feature 0"),
        ([[1.0, -1e39], [1.0, 2.0]], r"1 value beyond the range of float32 .* sample 0, feature 1"),
    ],
)
def test_bad_input_is_one_clear_error(x, message):
    with pytest.raises(InputError, match=message):
        check_array(x)


def test_missing_values_are_counted_and_located():
    x = np.zeros((20, 5, 2))
    x[12, 3, 0] = x[15, 0, 1] = np.nan
    data = DataSet("d", x, channel_names=("rsrp", "rsrq"))
    with pytest.raises(InputError, match=r"2 missing values \(NaN\), the first at sample 12, step 3, channel 'rsrp'"):
        check_array(data)
    with pytest.raises(InputError, match=r"images has 2 missing .* sample 12, step 3, channel 0: fill or remove them"):
        check_array(x, name="images")


def test_the_number_of_axes_can_be_asked_for():
    assert check_array(np.arange(12).reshape(2, 3, 2), ndim=3).shape == (2, 3, 2)
    with pytest.raises(InputError, match="must have 3 axes; found 2"):
        check_array(GOOD, ndim=3)


def test_constant_channels_are_named_and_kept():
    x = np.random.default_rng(0).normal(size=(6, 4, 3))
    x[..., 1] = 7
    with pytest.warns(UserWarning, match="1 constant channel: 'mode'"):
        data = DataSet("d", x, channel_names=("rsrp", "mode", "cqi"))
        assert check_array(data, warn_of_constants=True).shape == x.shape
    with pytest.warns(UserWarning, match="9 constant channels: 0, 1, 2, 3, 4 and 4 more"):
        check_array(np.zeros((3, 9)), warn_of_constants=True)


def test_constant_channels_are_no_matter_unless_asked_for():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_array(np.zeros((3, 9)))


@pytest.mark.parametrize("n_clusters", [2, 5, np.int32(3), np.uint8(4)])
def test_whole_numbers_of_clusters(n_clusters):
    checked = check_n_clusters(n_clusters, 5)
    assert checked == n_clusters and type(checked) is int


@pytest.mark.parametrize(
    ("n_clusters", "message"),
    [
        (1, "one group needs no clustering"),
        (0, "n_clusters is 0"),
        (-3, "n_clusters is -3"),
        (True, "whole number.*found True"),
        (3.0, "whole number.*found 3.0"),
        ("3", "whole number.*found '3'"),
        (None, "whole number"),
        (6, "6 clusters need at least 6 different samples; found 5"),
    ],
)
def test_impossible_numbers_of_clusters(n_clusters, message):
    with pytest.raises(InputError, match=message):
        check_n_clusters(n_clusters, 5)


def test_positions_in_images_and_vectors():
    assert describe_position((1, 2, 3, 0)) == "sample 1, row 2, column 3, channel 0"
    assert describe_position((1, 1), ["a", "b"]) == "sample 1, feature 'b'"
