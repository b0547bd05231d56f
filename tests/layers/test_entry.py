"""Entry of raw samples: the origin, and samples that cannot be used."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.layers.entry import SampleEntry, known_where

NAN, INF = np.nan, np.inf


def usable(x, shape, max_missing=0.5, masks=True):
    entry = SampleEntry(shape, max_missing)
    entry.masks.assign(masks)
    return tf.function(lambda x: entry(x)[1])(tf.constant(np.array(x, "float32"))).numpy().tolist()


def test_more_missing_values_than_the_limit_and_infinite_values_make_a_sample_unusable():
    x = [[1, 2, 3, 4], [NAN, NAN, 3, 4], [NAN, NAN, NAN, 4], [1, 2, 3, INF], [-INF, NAN, 1, 1], [NAN] * 4]
    assert usable(x, (4,)) == [True, True, False, False, False, False]
    assert usable(x, (4,), max_missing=0.75) == [True, True, True, False, False, False]
    assert usable(x, (4,), max_missing=0.0) == [True] + [False] * 5
    assert usable(x, (4,), masks=False) == [True] + [False] * 5


def test_padding_is_not_missing_but_a_hole_is():
    x = np.ones((4, 6, 1), "float32")
    x[0, 2:] = NAN  # two steps
    x[1, 1:5] = NAN  # a hole of four of six
    x[2, 0], x[2, 2:] = NAN, NAN  # one of two
    x[3] = NAN
    assert usable(x, (None, 1)) == [True, False, True, False]
    assert usable(x, (6, 1)) == [False, False, False, False]


@pytest.mark.parametrize("more", [0, 1, 9])
def test_padding_makes_no_difference(more):
    x = np.random.default_rng(0).normal(size=(50, 8, 2)).astype("float32")
    x[np.random.default_rng(1).random(x.shape) < 0.5] = NAN
    longer = np.pad(x, ((0, 0), (0, more), (0, 0)), constant_values=NAN)
    assert usable(longer, (None, 2)) == usable(x, (None, 2))


@pytest.mark.parametrize("kind", ["float64", "int64", "int32"])
def test_the_origin_is_subtracted_before_digits_are_lost(kind):
    entry = SampleEntry((2,), 0.5)
    entry.set_up(np.array([2.0**30, 0.0]), masks=False)
    x = np.array([[2**30 + 1, 5], [2**30 + 3, 7]], kind)
    np.testing.assert_array_equal(entry(tf.constant(x))[0], [[1.0, 5.0], [3.0, 7.0]])
    assert entry.has_origin and not SampleEntry((2,), 0.5).has_origin


def test_rows_without_an_answer_are_missing_as_a_whole():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, INF], [NAN, 1.0]])
    found = known_where(tf.constant([True, False, True, True]), x).numpy()
    assert np.isnan(found).all(axis=1).tolist() == [False, True, True, True]
