"""Samples of all forms are read right, or refused with one clear message."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pyarrow
import pytest
import tensorflow as tf
from scipy import sparse

from kerasclust.data import from_frame
from kerasclust.data.dataset import DataSet
from kerasclust.data.findings import DataWarning
from kerasclust.data.inputs import raw_samples, read_samples
from kerasclust.errors import InputError
from kerasclust.training.training_samples import TrainingSamples

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


def pixels(n=12, kind="uint8"):
    return np.random.default_rng(0).integers(0, 256, (n, 9, 10)).astype(kind)


def test_pixels_without_an_axis_for_channels_are_images():
    with pytest.warns(UserWarning, match=r"read as 9 x 10 images of one channel. Give x\[..., None\] to say so"):
        assert read_samples(pixels()).sample_shape == (9, 10, 1)
    assert raw_samples(pixels(3), (9, 10, 1)).shape == (3, 9, 10, 1)
    assert read_samples(pixels(), (9, 10)).sample_shape == (9, 10)  # as the model was fitted
    assert read_samples(pixels(kind="float32")).sample_shape == (9, 10)


def test_square_numbers_that_could_be_pixels_are_sequences_with_a_word():
    with pytest.warns(UserWarning, match=r"read as sequences of 9 steps with 9 channels. If it holds images"):
        assert read_samples(pixels()[..., :9] / 255.0).sample_shape == (9, 9)


def test_a_sparse_matrix_is_refused_with_what_to_do():
    with pytest.raises(InputError, match=r"x is a sparse matrix \(csr_matrix\): give x.toarray\(\)"):
        read_samples(sparse.csr_matrix(np.eye(4)))


def test_samples_with_too_many_missing_values_are_left_out_with_a_word():
    x = np.random.default_rng(0).normal(size=(20, 4))
    x[3, :3] = x[7] = np.nan
    x[9, :2] = np.nan
    with pytest.warns(UserWarning, match="x has 2 samples that cannot be used, the first is sample 3: more than 50%"):
        rows = read_samples(x)
    assert rows.used.tolist() == [i for i in range(20) if i not in (3, 7)] and rows.n_given == 20
    np.testing.assert_array_equal(rows.array(), np.delete(x, [3, 7], axis=0).astype("float32"))
    with pytest.raises(InputError, match="no sample that can be used"):
        read_samples(np.full((3, 4), np.nan))


def test_missing_values_are_equal_whatever_their_bits():
    odd = np.array([0x7FC00000, 0x7FC00001, 0xFFC00000], "uint32").view("float32")
    x = np.stack([odd, np.ones(3, "float32")], axis=1)
    assert read_samples(x).n_distinct(3) == 1
    same = np.where(np.isnan(x), np.float32(np.nan), x)
    assert TrainingSamples.of(read_samples(x)).sha256 == TrainingSamples.of(read_samples(same)).sha256


def test_a_table_is_taken_by_the_names_of_its_columns():
    x = np.random.default_rng(0).normal(size=(30, 3))
    for names in (["rsrp", "load", "delay"], [2, 1, 0]):
        frame = pd.DataFrame(x, columns=names)
        kind = read_samples(frame).kind
        mixed = frame.assign(other="text")[["other", *names[::-1]]]
        for table in (mixed, pyarrow.Table.from_pandas(mixed)):
            np.testing.assert_array_equal(raw_samples(table, (3,), kind=kind), x.astype("float32"))
        with pytest.raises(InputError, match=f"no column '{names[1]}'"):
            raw_samples(frame.drop(columns=names[1]), (3,), kind=kind)


def test_categories_keep_their_numbers():
    frame = pd.DataFrame({"load": np.arange(6.0), "vendor": list("abcabc")})
    kind = read_samples(frame).kind
    assert kind.category_sizes == {1: 3}
    found = raw_samples(pd.DataFrame({"vendor": ["c", "c", None], "load": [1.0, 2.0, 3.0]}), (2,), kind=kind)
    np.testing.assert_array_equal(found, [[1.0, 2.0], [2.0, 2.0], [3.0, np.nan]])


def test_rows_of_a_table_are_all_answered():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 3)), columns=list("abc"))
    kind = read_samples(frame).kind
    frame.iloc[4, :2] = np.nan
    assert raw_samples(frame, (3,), kind=kind).shape == (20, 3)


def test_channels_of_a_data_set_are_taken_by_name():
    x = np.random.default_rng(0).normal(size=(8, 5, 2)).astype("float32")
    data = DataSet("d", x, channel_names=("up", "down"))
    kind = read_samples(data).kind
    turned = DataSet("d", x[..., ::-1], channel_names=("down", "up"))
    np.testing.assert_array_equal(raw_samples(turned, (5, 2), kind=kind), x)
    with pytest.raises(InputError, match="lacks the channels down that the model was fitted to; it has up, left"):
        raw_samples(DataSet("d", x, channel_names=("up", "left")), (5, 2), kind=kind)


def test_a_constant_that_was_found_by_reading_is_said_once():
    frame = pd.DataFrame({"load": np.random.default_rng(0).normal(size=40), "power": 46.0})
    with pytest.warns(DataWarning, match="'power' is constant"):
        data = from_frame(frame)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_samples(data, warn_of_constants=True)
    with pytest.warns(UserWarning, match="1 constant channel: 1"):
        read_samples(data.x, warn_of_constants=True)
