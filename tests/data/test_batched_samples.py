"""Batches of tf.data, Keras and PyTorch: read right whatever they are made of, or refused by name."""

import types
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.data.inputs import as_given, read_samples, with_labels
from kerasclust.errors import InputError

VECTORS = np.arange(60.0, dtype="float32").reshape(20, 3)
SEQUENCES = np.arange(240.0, dtype="float32").reshape(20, 6, 2)
IMAGES = np.arange(20 * 48.0, dtype="float32").reshape(20, 4, 4, 3)
CLASSES = np.arange(20) % 2


class Batched(keras.utils.PyDataset):
    """Batches of five, of x or of a tuple that starts with x."""

    def __init__(self, *parts):
        super().__init__()
        self.parts = parts

    def __len__(self):
        return 4

    def __getitem__(self, index):
        found = tuple(part[5 * index : 5 * index + 5] for part in self.parts)
        return found if len(found) > 1 else found[0]


class Endless(Batched):
    """A PyDataset without a length."""

    @property
    def num_batches(self):
        return None


def loader(batches, shuffled=False):
    """An object with the interface of PyTorch's DataLoader, as PyTorch is no requirement."""
    name = "RandomSampler" if shuffled else "SequentialSampler"
    content = {"__iter__": lambda self: iter(batches), "batch_sampler": None, "sampler": type(name, (), {})()}
    return type("DataLoader", (), content | {"__module__": "torch.utils.data.dataloader"})()


def slices(*parts):
    return tf.data.Dataset.from_tensor_slices(parts if len(parts) > 1 else parts[0])


@pytest.mark.parametrize("x", [VECTORS, SEQUENCES, IMAGES], ids=["vectors", "sequences", "images"])
def test_whatever_yields_batches_gives_the_samples(x):
    for batches in (
        slices(x).batch(6),
        slices(x).batch(5, drop_remainder=True).map(lambda batch: batch).prefetch(1),
        slices(x, CLASSES).batch(7).cache(),
        tf.data.Dataset.from_tensors(x),
        Batched(x),
        Batched(x, x),
        Batched(x, CLASSES, CLASSES),
        loader([x[:8], x[8:]]),
        loader([[x[:8], CLASSES[:8]], [x[8:], CLASSES[8:]]]),
    ):
        np.testing.assert_array_equal(as_given(batches).x, x)


@pytest.mark.parametrize("x", [VECTORS, SEQUENCES, IMAGES], ids=["vectors", "sequences", "images"])
def test_single_samples_with_labels_or_of_a_known_shape_are_read_right(x):
    np.testing.assert_array_equal(as_given(slices(x, CLASSES)).x, x)
    np.testing.assert_array_equal(as_given(slices(x), x.shape[1:]).x, x)


def test_single_vectors_are_read_right():
    np.testing.assert_array_equal(as_given(slices(VECTORS)).x, VECTORS)


@pytest.mark.parametrize("x", [SEQUENCES, IMAGES], ids=["sequences", "images"])
@pytest.mark.parametrize("changed", [lambda d: d, lambda d: d.batch(4).unbatch(), lambda d: d.shuffle(3)])
def test_where_nothing_tells_a_batch_from_a_sample_the_dataset_is_refused(x, changed):
    with pytest.raises(InputError, match=r"nothing says whether .* one (sequence|image): use dataset.batch\(256\)"):
        as_given(changed(slices(x)))


def test_vectors_of_a_generator_are_read_with_a_word():
    signature = tf.TensorSpec((None, 3), tf.float32)
    generated = tf.data.Dataset.from_generator(lambda: iter([VECTORS[:12], VECTORS[12:]]), output_signature=signature)
    with pytest.warns(UserWarning, match="read as batches of vectors; where each is one sequence, use dataset.ragged"):
        np.testing.assert_array_equal(as_given(generated).x, VECTORS)


def test_a_dataset_that_shuffles_is_learned_from_but_not_predicted_on():
    shuffled = slices(VECTORS).shuffle(20).batch(4)
    assert sorted(read_samples(shuffled).array()[:, 0].tolist()) == VECTORS[:, 0].tolist()
    for batches in (shuffled, loader([VECTORS], shuffled=True)):
        with pytest.raises(InputError, match="shuffles, so nobody would know which answer belongs to which sample"):
            as_given(batches, in_order=True)
    fixed = slices(VECTORS).shuffle(20, seed=0, reshuffle_each_iteration=False).batch(4)
    assert as_given(fixed, in_order=True).x.shape == (20, 3)


def test_labels_come_from_the_same_pass():
    given, y = with_labels(slices(VECTORS, CLASSES).shuffle(20).batch(4))
    np.testing.assert_array_equal(y, CLASSES[(given.x[:, 0] / 3).astype(int)])
    np.testing.assert_array_equal(with_labels(Batched(VECTORS, CLASSES))[1], CLASSES)


def test_series_of_unequal_length_come_in_batches():
    series = [one[: 2 + i % 5] for i, one in enumerate(SEQUENCES)]
    for batches in (
        tf.data.Dataset.from_tensor_slices(tf.ragged.stack(series)).ragged_batch(6),
        loader([series[:8], series[8:]]),
    ):
        given = as_given(batches)
        assert given.is_padded and given.x.shape == (20, 6, 2)
        assert all(np.array_equal(row[: len(one)], one) for row, one in zip(given.x, series, strict=True))
        assert all(np.isnan(row[len(one) :]).all() for row, one in zip(given.x, series, strict=True))


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        (Endless(VECTORS), "PyDataset never ends"),
        (loader([]), "empty"),
        (loader([{"x": VECTORS}]), "yields dict; expected batches of x or"),
        (loader([VECTORS, SEQUENCES]), "ragged_batch"),
        (loader([[SEQUENCES[0], SEQUENCES[1], SEQUENCES[2, :4], SEQUENCES[3]], SEQUENCES]), "in the same form"),
    ],
)
def test_batches_that_cannot_be_read_are_refused(batches, message):
    with pytest.raises(InputError, match=message):
        as_given(batches)


def test_what_only_looks_like_a_sequence_is_refused_by_name():
    samples = types.new_class("TensorDataset", (), {}, lambda body: body.update(__module__="torch.utils.data.dataset"))
    samples.__len__, samples.__getitem__ = lambda self: 20, lambda self, i: (VECTORS[range(20)[i]],)
    with pytest.raises(InputError, match=r"x is a TensorDataset of torch.*, which is no array: .* DataLoader"):
        as_given(samples())


def test_reading_a_batched_dataset_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        as_given(slices(VECTORS).batch(4), in_order=True)
