"""Datasets that do not end, or not well: one clear message, whatever TensorFlow says."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.data.inputs import read_samples
from kerasclust.errors import InputError

BATCH = np.ones((8, 5), "float32")


def from_generator(generator, n=None):
    dataset = tf.data.Dataset.from_generator(generator, output_signature=tf.TensorSpec((8, 5), tf.float32))
    return dataset if n is None else dataset.apply(tf.data.experimental.assert_cardinality(n))


def test_batches_become_one_array():
    assert read_samples(from_generator(lambda: iter([BATCH] * 3)), (5,), max_bytes=10_000).shape == (24, 5)


@pytest.mark.parametrize("batch", [BATCH, BATCH[:0]])
def test_a_dataset_that_never_ends_is_stopped(batch):
    signature = tf.TensorSpec((None, 5), tf.float32)
    endless = tf.data.Dataset.from_generator(lambda: itertools.repeat(batch), output_signature=signature)
    with pytest.raises(InputError, match=r"did not end within .* batches, 0\.1 MB.*dataset\.take"):
        read_samples(endless, (5,), max_bytes=100_000)


def failing():
    """A generator that breaks after its first batch."""
    yield BATCH
    raise RuntimeError("disk on fire")


def divided(x):
    return tf.py_function(lambda y: y / (1 // 0), [x], tf.float32)


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (from_generator(failing), r"Batch 2 of the dataset cannot be read \(RuntimeError: disk on fire\): correct"),
        (
            from_generator(lambda: iter([BATCH[:, :4]])),
            r"shape \(8, 4\) where an element of shape \(8, 5\) was expected",
        ),
        (from_generator(lambda: iter([np.full((8, 5), "text")])), r"expected type was float32, but"),
        (from_generator(lambda: iter([BATCH] * 3), n=2), r"expected to contain 2 elements but contained at least 3"),
        (from_generator(lambda: iter([BATCH] * 3), n=5), r"Batch 4 .*expected to contain 5 elements"),
        (from_generator(lambda: iter([BATCH])).map(divided), "ZeroDivisionError"),
    ],
)
def test_a_dataset_that_fails_says_why_in_one_line(dataset, message):
    with pytest.raises(InputError, match=message) as caught:
        read_samples(dataset, (5,))
    said = str(caught.value)
    assert len(said) < 500
    assert not any(word in said for word in ("\n", "{{", "[Op:", "Traceback"))
