"""Data that is larger than memory trains as if it were not."""

import itertools
import resource

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import data, models
from kerasclust.data import large_arrays, validation
from kerasclust.data.inputs import read_samples
from kerasclust.errors import InputError
from kerasclust.system.memory import MEMORY

SETTINGS = {"units": (8,), "latent_dim": 2, "pretrain_epochs": 2, "epochs": 2, "batch_size": 16, "random_state": 0}


@pytest.fixture
def tiny_memory(monkeypatch):
    """Of 8 kB an array may take 1 kB."""
    monkeypatch.setenv(MEMORY, "8e-6")


def images(n=50):
    x = np.random.default_rng(0).random((n, 6, 6, 1), "float32")
    x[::2, :3] = 0.0
    return x


def is_mapped(x):
    """Whether an array lies in a file, directly or as a view."""
    return isinstance(x, np.memmap) or isinstance(x.base, np.memmap)


def stream(x):
    """Batches of x whose number is known, as of files and generators that say how many they have."""
    dataset = tf.data.Dataset.from_generator(
        lambda: (x[i : i + 7] for i in range(0, len(x), 7)), output_signature=tf.TensorSpec((None, *x.shape[1:]))
    )
    return dataset.apply(tf.data.experimental.assert_cardinality(-(-len(x) // 7)))


@pytest.mark.parametrize("augmentation", [None, "affine"])
def test_a_stream_trains_as_an_array_does(augmentation, monkeypatch):
    x = images()
    settings = SETTINGS | {"network": "dense", "augmentation": augmentation}
    in_memory = models.IDEC(2, **settings)
    in_memory.fit(x, verbose=0)
    monkeypatch.setenv(MEMORY, "8e-6")
    streamed = models.IDEC(2, **settings)
    streamed.fit(stream(x), verbose=0)
    assert isinstance(streamed.predict(stream(x)), np.ndarray)
    for a, b in zip(in_memory.get_weights(), streamed.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert in_memory.diagnostics()["reconstruction_loss"] == pytest.approx(
        streamed.diagnostics()["reconstruction_loss"]
    )


def test_a_stream_lies_on_the_disk(tiny_memory):
    x = images()
    rows = read_samples(stream(x)).array()
    assert is_mapped(rows)
    np.testing.assert_array_equal(rows, x)


def test_numbers_of_another_type_are_converted_on_the_disk(tiny_memory):
    x = images().astype("float64")
    rows = validation.check_array(x)
    assert is_mapped(rows)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, x.astype("float32"))


def test_a_large_file_is_mapped(tiny_memory, tmp_path):
    np.save(tmp_path / "large.npy", images())
    loaded = data.from_file(tmp_path / "large.npy")
    assert is_mapped(loaded.x)
    np.testing.assert_array_equal(loaded.x, images())


def test_samples_that_do_not_end_are_refused_by_the_memory_there_is(tiny_memory):
    endless = tf.data.Dataset.from_generator(
        lambda: itertools.repeat(images()), output_signature=tf.TensorSpec((None, 6, 6, 1))
    )
    with pytest.raises(InputError, match=r"did not end within 1 batches.*assert_cardinality"):
        read_samples(endless)


def test_shapes_that_differ_are_refused_also_on_the_disk(tiny_memory):
    batches = [np.zeros((40, 5), "float32"), np.zeros((40, 5), "float32"), np.zeros((40, 6), "float32")]
    dataset = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=tf.TensorSpec((None, None))).apply(
        tf.data.experimental.assert_cardinality(3)
    )
    with pytest.raises(InputError, match=r"shapes \[\(5,\), \(6,\)\]"):
        read_samples(dataset)


def test_a_full_disk_is_told(tiny_memory):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        with pytest.raises(InputError, match=r"does not fit in memory.*TMPDIR"):
            read_samples(stream(images(500)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("given", ["much", "0", "-1", "nan"])
def test_an_amount_of_memory_that_is_none_is_refused(given, monkeypatch):
    monkeypatch.setenv(MEMORY, given)
    with pytest.raises(InputError, match=f"KERASCLUST_MEMORY_GB={given}: expected a number of gigabytes"):
        read_samples(stream(images()))


def test_values_are_counted_over_all_parts_of_an_array(monkeypatch):
    monkeypatch.setattr(large_arrays, "SLAB", 10)
    x = np.zeros((20, 4))
    x[7, 2] = x[15, 0] = np.nan
    with pytest.raises(InputError, match=r"2 missing values \(NaN\), the first at sample 7, feature 2"):
        validation.check_array(x)
    x[7, 2] = x[15, 0] = 1e39
    with pytest.raises(InputError, match=r"2 values beyond the range of float32.*the first at sample 7, feature 2"):
        validation.check_array(x)


@pytest.mark.parametrize("n", [0, 3, 500])
def test_an_array_of_one_value_lies_where_it_fits(n, tiny_memory):
    x = large_arrays.filled(n, (4, 2), "float32", np.nan)
    assert x.shape == (n, 4, 2) and x.dtype == np.float32 and np.isnan(x).all()
    assert is_mapped(x) == (n == 500)
    x[n // 2 :] = 1.0
    assert np.isnan(x).sum() == n // 2 * 8
