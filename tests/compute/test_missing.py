"""Missing values in tensors."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.compute.missing import filled, is_complete, missing_as, missing_where

X = np.array([[1.0, np.nan], [3.0, -np.inf]])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_missing_values_are_filled_in_every_precision(dtype):
    x = tf.cast(X, dtype)
    assert not is_complete(x) and is_complete(x[1:])
    assert filled(x).dtype == dtype
    np.testing.assert_array_equal(tf.cast(filled(x, 7.0), "float64"), [[1.0, 7.0], [3.0, -np.inf]])
    np.testing.assert_array_equal(tf.cast(missing_where(x > 2.0, x), "float64"), [[1.0, np.nan], [np.nan, -np.inf]])


def test_no_gradient_flows_through_missing_values():
    made = tf.constant([[5.0, 6.0], [7.0, 8.0]])
    with tf.GradientTape() as tape:
        tape.watch(made)
        total = tf.reduce_sum(filled(missing_as(made, tf.constant(X, "float32"))) ** 2)
    np.testing.assert_array_equal(tape.gradient(total, made), [[10.0, 0.0], [14.0, 16.0]])
