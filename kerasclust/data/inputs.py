"""Reading of samples: arrays, `DataSet`s and tf.data.Datasets become one checked array."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from kerasclust.data.dataset import DataSet
from kerasclust.data.large_arrays import RowFile, is_large
from kerasclust.data.validation import check_array
from kerasclust.errors import InputError
from kerasclust.system.memory import memory
from kerasclust.types import Array

BATCH_OVERHEAD = 1024  # bytes that a batch takes besides its numbers: many small batches fill the memory as well
REASON_LENGTH = 300  # characters of TensorFlow's message that are shown


class Rows:
    """Checked samples: float32, finite, of one shape.

    Args:
        x: array (n, ...).
        channel_names: one name for each entry of the last axis, or none.
    """

    def __init__(self, x: Array, channel_names: Sequence[str] = ()) -> None:
        self._x = x
        self.shape = x.shape
        self.channel_names = channel_names

    def array(self) -> Array:
        """Return the samples as one array (n, ...)."""
        return self._x

    def n_distinct(self, enough: int) -> int:
        """Count distinct samples, up to a limit.

        Returns the number of distinct samples, or of all samples if at least `enough` of them are distinct.
        """
        seen = set()
        for row in self._x:
            seen.add(row.tobytes())
            if len(seen) >= enough:
                return len(self._x)
        return len(seen)


def read_samples(
    x: ArrayLike | DataSet | tf.data.Dataset,
    sample_shape: Sequence[int] | None = None,
    *,
    warn_of_constants: bool = False,
    max_bytes: float | None = None,
) -> Rows:
    """Check samples and read them.

    Args:
        x: array-like (n, ...), a `DataSet`, or a batched tf.data.Dataset of x or (x, y).
        sample_shape: shape of one sample that a model was built for, or None.
        warn_of_constants: warn of constant channels, as `check_array` does; for samples to learn from.
        max_bytes: memory that a tf.data.Dataset of unknown length may take. None: half of the memory.

    Raises:
        InputError: The samples are invalid; the message says what was found and what to do.
    """
    name, channel_names = (x.name, x.channel_names) if isinstance(x, DataSet) else ("x", ())
    if isinstance(x, tf.data.Dataset):
        x, _ = _collect(x, memory() / 2 if max_bytes is None else max_bytes)
    samples = check_array(x, name=name, warn_of_constants=warn_of_constants)
    if sample_shape is not None and samples.shape[1:] != tuple(sample_shape):
        raise InputError(
            f"The samples have shape {samples.shape[1:]}, but the model was fitted to {tuple(sample_shape)}. "
            "Give samples of the fitted shape, or fit a new model."
        )
    return Rows(samples, channel_names)


def with_labels(x: Any) -> tuple[Any, Array | None]:
    """Return samples and labels of a dataset, read in one pass.

    A second pass could have another order, because a dataset may shuffle anew in every pass.

    Args:
        x: a `DataSet`, a batched tf.data.Dataset of x or (x, y), or an array (n, ...).

    Returns:
        (samples, labels (n,) or None).

    Raises:
        InputError: The samples of a tf.data.Dataset cannot be read, as in `read_samples`.
    """
    return _collect(x, memory() / 2) if isinstance(x, tf.data.Dataset) else (x, getattr(x, "y", None))


def _collect(dataset: tf.data.Dataset, max_bytes: float) -> tuple[Array, Array | None]:
    """Return (samples (n, ...), labels (n,) or None) of a whole dataset."""
    if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY:
        raise InputError("The dataset never ends; give it an end with dataset.take(number_of_batches).")
    samples, labels = _read(dataset, max_bytes)
    if not samples.n_batches:
        raise InputError("The dataset is empty; it has to yield at least one batch of samples.")
    return samples.array(), np.concatenate(labels) if labels else None


class _Batches:
    """Batches of samples, in memory while they are few and then in a file.

    Args:
        ends: whether the number of batches is known to be finite.
        max_bytes: memory that batches of unknown number may take.
    """

    def __init__(self, ends: bool, max_bytes: float) -> None:
        self.ends, self.max_bytes = ends, max_bytes
        self.held: list[Array] = []
        self.size, self.n_batches = 0, 0
        self.file: RowFile | None = None

    def append(self, batch: Array) -> None:
        """Add samples (b, ...)."""
        before = self.held[0] if self.held else batch
        if batch.ndim < 2 or batch.shape[1:] != before.shape[1:]:
            raise InputError(
                f"The dataset yields samples of shapes {sorted({before.shape[1:], batch.shape[1:]})}; expected batches "
                "(b, ...) of one shape. Use dataset.batch(256) on samples of equal shape."
            )
        self.n_batches += 1
        self.size += batch.nbytes + BATCH_OVERHEAD
        if self.size > self.max_bytes and not self.ends:
            raise InputError(
                f"The dataset did not end within {self.n_batches:,} batches, {_in_words(self.size)}, which is more "
                "than may be read into memory; give it an end with dataset.take(number_of_batches), or say how many "
                "there are with dataset.apply(tf.data.experimental.assert_cardinality(number_of_batches))."
            )
        if self.file is not None:
            self.file.append(batch)
            return
        self.held.append(batch)
        if is_large(self.size) and batch.dtype.kind in "biuf":
            self.file = RowFile(batch.shape[1:], batch.dtype)
            for earlier in self.held:
                self.file.append(earlier)
            del self.held[1:]

    def array(self) -> Array:
        """Return the samples (n, ...)."""
        return np.concatenate(self.held) if self.file is None else self.file.array()


def _read(dataset: tf.data.Dataset, max_bytes: float) -> tuple[_Batches, list[Array]]:
    """Return the samples, and the labels of each batch, of a dataset that may fail or never end."""
    samples = _Batches(int(dataset.cardinality()) != tf.data.UNKNOWN_CARDINALITY, max_bytes)
    labels: list[Array] = []
    try:
        for batch in dataset:
            x, *others = map(np.asarray, batch[:2] if isinstance(batch, tuple) else (batch,))
            samples.append(x)
            labels += [y for y in others if y.ndim]
    except tf.errors.OpError as error:
        raise InputError(
            f"Batch {samples.n_batches + 1:,} of the dataset cannot be read ({_reason(error)}): correct the generator, "
            "the function given to map, or the number given to assert_cardinality."
        ) from error
    return samples, labels


def _reason(error: tf.errors.OpError) -> str:
    """Return TensorFlow's message without the nodes of its graph and the traceback."""
    line = re.sub(r"{{.*?}}|\[Op:.*", "", error.message).strip().partition("\n")[0].strip()
    line = line.rstrip(".") or type(error).__name__
    return line if len(line) <= REASON_LENGTH else f"{line[:REASON_LENGTH]} ..."


def _in_words(size: int) -> str:
    """Return a number of bytes in GB or MB."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
