"""Arrays and pipelines give the same batches; what cannot be adapted to is refused with a reason."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.sampling import RowSample


def test_an_array_and_a_pipeline_are_read_alike_and_again():
    x = np.arange(40_000 * 30, dtype="float64").reshape(40_000, 30)
    for data in (x, tf.data.Dataset.from_tensor_slices(x).batch(39_000)):
        batches = Batches(data)
        assert batches.shape == (30,)
        for _ in range(2):
            parts = list(batches)
            assert max(len(part) for part in parts) < 20_000  # also where the pipeline's batches are larger
            assert all(part.dtype == np.float32 for part in parts)
            assert np.array_equal(np.concatenate(parts), x.astype("float32"))


def test_mapped_batches_are_computed_on_reading():
    batches = Batches(np.ones((10, 4))).map(lambda x: tf.convert_to_tensor(x)[:, :2] * 3)
    assert batches.shape == (2,)
    assert np.concatenate(list(batches)).sum() == 60


def slices(x):
    return tf.data.Dataset.from_tensor_slices(x)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.zeros(3), "shape"),
        (np.array([["a"]]), "encode text"),
        (np.zeros((0, 3)), "no sample"),
        (np.array([[1.0, np.nan], [0.0, np.inf]]), r"infinite, 1 in one batch, in channel\(s\) \[1\]"),
        (np.array([[1e300, 0.0]]), r"infinite, 1 in one batch, in channel\(s\) \[0\]"),
        (slices((np.zeros(5), np.zeros((5, 2)))).batch(2), "x alone"),
        (slices(np.zeros((5, 2))).batch(2).repeat(), "for ever"),
        (slices(np.zeros(5)), "batch"),
        (slices(np.zeros((0, 2))).batch(2), "no sample"),
    ],
)
def test_refused_with_a_reason(data, message):
    with pytest.raises(InputError, match=message):
        list(Batches(data))


def test_a_sample_does_not_depend_on_the_batching():
    rows = np.random.default_rng(0).normal(size=(5000, 2)).astype("float32")
    samples = []
    for batch_size in (13, 5000):
        sample = RowSample(width=2, limit=100)
        for start in range(0, 5000, batch_size):
            sample.add(rows[start : start + batch_size])
        samples.append(sample.rows())
    assert samples[0].shape == (100, 2)
    assert np.array_equal(*samples)


def test_a_sample_takes_all_parts_of_a_stream_alike():
    sample = RowSample(width=1, limit=2000)
    for start in range(0, 100_000, 1000):
        sample.add(np.arange(start, start + 1000, dtype="float32")[:, None])
    counts = np.histogram(sample.rows(), bins=10, range=(0, 100_000))[0]
    assert counts.sum() == 2000
    assert counts.min() > 140  # 200 expected, deviation 13


def test_a_short_stream_is_kept_whole():
    sample = RowSample(width=1, limit=100)
    sample.add(np.arange(99.0)[:, None])
    assert np.array_equal(sample.rows()[:, 0], np.arange(99.0))
