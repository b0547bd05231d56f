"""Batches of samples from tf.data, Keras and PyTorch, joined to one array."""

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasclust.data.large_arrays import RowFile, is_large
from kerasclust.data.unequal import padded
from kerasclust.errors import InputError
from kerasclust.types import Array

BATCH_OVERHEAD = 1024  # bytes that a batch takes besides its numbers: many small batches fill the memory as well
REASON_LENGTH = 300  # characters of TensorFlow's message that are shown
OWN_BATCH = 1024  # samples in a batch of a dataset that comes without batches
LARGEST_RANK = 3  # axes of a sample
# Kinds of tf.data that yield batches, and kinds that yield anything.
BATCHING = ("Batch", "Rebatch", "GroupByWindow")
OPAQUE = ("Unbatch", "FlatMap", "Interleave", "Window", "Generator")


def is_iterated(x: Any) -> bool:
    """Return whether samples come in batches: a tf.data.Dataset, a PyDataset or a DataLoader."""
    return isinstance(x, tf.data.Dataset | keras.utils.PyDataset) or _is_loader(x)


def collected(
    batches: Any, sample_rank: int | None, max_bytes: float, in_order: bool
) -> tuple[Array, Array | None, bool]:
    """Read all batches.

    Args:
        batches: tf.data.Dataset, Keras PyDataset or PyTorch DataLoader of x or (x, y).
        sample_rank: number of axes of a sample, where it is known.
        max_bytes: memory that batches of unknown number may take.
        in_order: refuse batches in an order that the caller cannot know.

    Returns:
        (samples (n, ...), labels (n,) or None, True if series have been padded with NaN).

    Raises:
        InputError: the batches never end, cannot be read, differ in shape, or hold no batches.
    """
    if in_order and _is_shuffled(batches):
        raise InputError(
            "The dataset shuffles, so nobody would know which answer belongs to which sample: give it without shuffle."
        )
    ends = True
    if isinstance(batches, tf.data.Dataset):
        batches = _in_batches(batches, sample_rank)
        cardinality = int(batches.cardinality())
        if cardinality == tf.data.INFINITE_CARDINALITY:
            raise InputError("The dataset never ends; give it an end with dataset.take(number_of_batches).")
        ends = cardinality != tf.data.UNKNOWN_CARDINALITY
    elif isinstance(batches, keras.utils.PyDataset):
        batches = _of_keras(batches)
    samples, labels = _read(batches, ends, max_bytes)
    if not samples.n_batches:
        raise InputError("The dataset is empty; it has to yield at least one batch of samples.")
    x, is_padded = samples.array()
    y = np.concatenate(labels) if labels else None
    return x, y, is_padded


# Kinds of datasets ----------------------------------------------------------------------------------------------------


def _is_loader(x: Any) -> bool:
    """Return whether x is a PyTorch DataLoader, without importing PyTorch."""
    return type(x).__module__.partition(".")[0] == "torch" and hasattr(x, "batch_sampler") and hasattr(x, "__iter__")


def _of_keras(batches: keras.utils.PyDataset) -> Iterator[Any]:
    number = batches.num_batches
    if number is None:
        raise InputError("The PyDataset never ends; let its __len__ return the number of its batches.")
    return (batches[i] for i in range(number))


def _is_shuffled(batches: Any) -> bool:
    """Return whether each pass over batches has another order."""
    if isinstance(batches, tf.data.Dataset):
        return any(
            type(part).__name__ == "_ShuffleDataset" and getattr(part, "_reshuffle_each_iteration", True)
            for part in _pipeline(batches)
        )
    return type(getattr(batches, "sampler", None)).__name__ == "RandomSampler"


def _pipeline(dataset: Any) -> Iterator[Any]:
    """Yield a tf.data.Dataset and all datasets that it is made of, the last stage first."""
    yield dataset
    for part in dataset._inputs():
        yield from _pipeline(part)


def _in_batches(dataset: tf.data.Dataset, sample_rank: int | None) -> tf.data.Dataset:
    """Return a dataset that yields batches, whether or not the user has batched it.

    Raises:
        InputError: nothing tells a batch of vectors from a sequence, or a batch of sequences from an image.
    """
    first = dataset.element_spec
    x, y = (first[0], first[1] if len(first) > 1 else None) if isinstance(first, tuple) else (first, None)
    batched = _is_batched(dataset, x, y, sample_rank)
    if batched is None:
        shape = tuple(x.shape)
        one = "sequence" if len(shape) == 2 else "image"
        raise InputError(
            f"The dataset yields elements of shape {shape}, and nothing says whether that is a batch of {shape[0]} "
            f"samples or one {one}: use dataset.batch(256) on single samples, or dataset.rebatch(256) on batches."
        )
    return dataset if batched else dataset.batch(OWN_BATCH)


def _is_batched(dataset: tf.data.Dataset, x: Any, y: Any, sample_rank: int | None) -> bool | None:
    """Return whether a dataset yields batches, or None if that cannot be known.

    Args:
        dataset: the dataset.
        x: type and shape of the samples that it yields.
        y: type and shape of their labels, or None.
        sample_rank: number of axes of a sample, where it is known.
    """
    rank = getattr(getattr(x, "shape", None), "rank", None)
    if not isinstance(x, tf.TensorSpec) or not rank:
        return True  # ragged tensors; or something odd, which has its own message
    if sample_rank is not None and rank in (sample_rank, sample_rank + 1):
        return bool(rank == sample_rank + 1)
    if rank == 1 or (isinstance(y, tf.TensorSpec) and y.shape.rank == 0):
        return False
    has_labels = isinstance(y, tf.TensorSpec) and bool(y.shape.rank) and y.shape[0] == x.shape[0]
    if rank > LARGEST_RANK or _stage_of_batches(dataset) or int(dataset.cardinality()) == 1:
        return True
    if x.shape[0] is None:
        if rank == 2 and not has_labels:
            warnings.warn(
                f"The dataset yields elements of shape {tuple(x.shape)}, which are read as batches of vectors; where "
                "each is one sequence, use dataset.ragged_batch(256).",
                stacklevel=2,
            )
        return True
    return None


def _stage_of_batches(dataset: tf.data.Dataset) -> bool:
    """Return whether a stage of a dataset makes batches, and no later stage could undo it."""
    for part in _pipeline(dataset):
        kind = type(part).__name__.strip("_").removeprefix("Parallel").removeprefix("Padded")
        if kind.startswith(BATCHING):
            return True
        if kind.startswith(OPAQUE):
            return False
    return False


# Reading --------------------------------------------------------------------------------------------------------------


class _Batches:
    """Batches of samples, in memory while they are few and then in a file.

    Args:
        ends: whether the number of batches is known to be finite.
        max_bytes: memory that batches of unknown number may take.
    """

    def __init__(self, ends: bool, max_bytes: float) -> None:
        self.ends, self.max_bytes = ends, max_bytes
        self.held: list[Array] = []
        self.series: list[Array] = []  # of unequal length
        self.size, self.n_batches = 0, 0
        self.file: RowFile | None = None

    def append(self, batch: Any) -> None:
        """Add samples: an array (b, ...), a ragged tensor, or a list of series."""
        self.n_batches += 1
        if isinstance(batch, tf.RaggedTensor | list):
            series = list(map(as_array, batch)) if isinstance(batch, list) else of_ragged(batch)
            self.series += series
            self._count(sum(one.nbytes for one in series))
        else:
            self._append_array(as_array(batch))
        if self.series and self.held:
            raise InputError("The dataset yields arrays and lists of series: give all batches in the same form.")

    def _append_array(self, batch: Array) -> None:
        if batch.dtype == object:
            raise InputError(
                f"The dataset yields {type(batch.item() if batch.ndim == 0 else batch.flat[0]).__name__}; expected "
                "batches of x or (x, y), arrays of numbers."
            )
        before = self.held[0] if self.held else batch
        if batch.ndim < 2 or batch.shape[1:] != before.shape[1:]:
            raise InputError(
                f"The dataset yields samples of shapes {sorted({before.shape[1:], batch.shape[1:]})}; expected batches "
                "(b, ...) of one shape. Use dataset.batch(256) on samples of equal shape, and "
                "dataset.ragged_batch(256) on series of unequal length."
            )
        self._count(batch.nbytes)
        if self.file is not None:
            self.file.append(batch)
            return
        self.held.append(batch)
        if is_large(self.size) and batch.dtype.kind in "biuf":
            self.file = RowFile(batch.shape[1:], batch.dtype)
            for earlier in self.held:
                self.file.append(earlier)
            del self.held[1:]

    def _count(self, size: int) -> None:
        self.size += size + BATCH_OVERHEAD
        if self.size > self.max_bytes and not self.ends:
            raise InputError(
                f"The dataset did not end within {self.n_batches:,} batches, {_in_words(self.size)}, which is more "
                "than may be read into memory; give it an end with dataset.take(number_of_batches), or say how many "
                "there are with dataset.apply(tf.data.experimental.assert_cardinality(number_of_batches))."
            )

    def array(self) -> tuple[Array, bool]:
        """Return the samples (n, ...), and True if they are padded series."""
        if self.series:
            return padded(self.series), True
        return (np.concatenate(self.held) if self.file is None else self.file.array()), False


def _read(batches: Iterable[Any], ends: bool, max_bytes: float) -> tuple[_Batches, list[Array]]:
    """Return the samples, and the labels of each batch, of batches that may fail or never end."""
    samples = _Batches(ends, max_bytes)
    labels: list[Array] = []
    try:
        for batch in batches:
            x, *others = batch[:2] if _is_pair(batch) else (batch,)
            samples.append(x)
            labels += [y for y in map(as_array, others) if y.ndim]
    except tf.errors.OpError as error:
        raise InputError(
            f"Batch {samples.n_batches + 1:,} of the dataset cannot be read ({_reason(error)}): correct the generator, "
            "the function given to map, or the number given to assert_cardinality."
        ) from error
    return samples, labels


def _is_pair(batch: Any) -> bool:
    """Return whether a batch is (x,), (x, y) or (x, y, weights), rather than samples or a list of series."""
    if not isinstance(batch, tuple | list) or not 1 <= len(batch) <= 3:
        return False
    shapes = [getattr(part, "shape", (0,)) for part in batch]
    return all(len(shape) == 0 or shape[0] == shapes[0][0] for shape in shapes if len(shapes[0]))


def of_ragged(x: tf.RaggedTensor) -> list[Array]:
    """Return the series of a ragged tensor (n, steps, channels) as arrays (steps, channels).

    Raises:
        InputError: the tensor holds no series.
    """
    if x.shape.rank != LARGEST_RANK:
        raise InputError(
            f"x is a ragged tensor of shape {tuple(x.shape)}: samples that differ in shape have to be series, "
            "(n, steps, channels)."
        )
    values, lengths = x.values, x.row_lengths().numpy()
    if isinstance(values, tf.RaggedTensor):
        channels = values.row_lengths().numpy()
        if len(set(channels.tolist())) > 1:
            raise InputError("x is a ragged tensor whose steps differ in their number of channels: give all the same.")
        values = values.to_tensor()
    if 0 in lengths:
        raise InputError(f"x has no value in sample {int(lengths.argmin())}: leave it out.")
    return np.split(values.numpy(), np.cumsum(lengths)[:-1])


def as_array(x: Any) -> Array:
    """Return a tensor of TensorFlow or PyTorch, or anything like an array, as an array."""
    if hasattr(x, "detach"):
        x = x.detach().cpu()
    return np.asarray(x)


def _reason(error: tf.errors.OpError) -> str:
    """Return TensorFlow's message without the nodes of its graph and the traceback."""
    line = re.sub(r"{{.*?}}|\[Op:.*", "", error.message).strip().partition("\n")[0].strip()
    line = line.rstrip(".") or type(error).__name__
    return line if len(line) <= REASON_LENGTH else f"{line[:REASON_LENGTH]} ..."


def _in_words(size: int) -> str:
    """Return a number of bytes in GB or MB."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
