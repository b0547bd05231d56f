"""What a user hands to a model, an array or a tf.data.Dataset, checked and read the same way."""

import re

import numpy as np
import tensorflow as tf

from kerasclust.data.dataset import DataSet
from kerasclust.data.large_arrays import RowFile, is_large
from kerasclust.data.validation import check_array
from kerasclust.errors import InputError
from kerasclust.system.memory import memory

BATCH_OVERHEAD = 1024  # bytes that a batch takes beside its numbers: small ones fill the memory too
REASON_LENGTH = 300  # characters of TensorFlow's own words that are shown


class Rows:
    """Checked samples: float32, finite, of one shape.

    Args:
        x: array (n, ...).
        channel_names: one for each entry of the last axis; empty where they have none.
    """

    def __init__(self, x, channel_names=()):
        self._x = x
        self.shape = x.shape
        self.channel_names = channel_names

    def array(self):
        """The samples as one array (n, ...)."""
        return self._x

    def n_distinct(self, enough):
        """Number of distinct samples, counted up to `enough`."""
        seen = set()
        for row in self._x:
            seen.add(row.tobytes())
            if len(seen) >= enough:
                return len(self._x)
        return len(seen)


def read_samples(x, sample_shape=None, *, warn_of_constants=False, max_bytes=None):
    """Check samples and read them.

    Args:
        x: array-like (n, ...), a `DataSet`, or a batched tf.data.Dataset of x or (x, y).
        sample_shape: the shape of one sample that a model was built for, or None.
        warn_of_constants: warn of constant channels, as `check_array` does; for samples to learn from.
        max_bytes: memory that a tf.data.Dataset of unknown length may take; None for half of what there is.

    Returns:
        Rows.

    Raises:
        InputError: with what was found and what to do.
    """
    name, channel_names = (x.name, x.channel_names) if isinstance(x, DataSet) else ("x", ())
    if isinstance(x, tf.data.Dataset):
        x, _ = _collect(x, memory() / 2 if max_bytes is None else max_bytes)
    x = check_array(x, name=name, warn_of_constants=warn_of_constants)
    if sample_shape is not None and x.shape[1:] != tuple(sample_shape):
        raise InputError(
            f"The samples have shape {x.shape[1:]}, but the model was fitted to {tuple(sample_shape)}. "
            "Give samples of the fitted shape, or fit a new model."
        )
    return Rows(x, channel_names)


def with_labels(x):
    """Samples and labels that are held together, read in one pass, because a dataset may shuffle anew in each.

    Args:
        x: a `DataSet`, a batched tf.data.Dataset of x or (x, y), or an array (n, ...).

    Returns:
        (samples, labels (n,)); labels are None where there are none.

    Raises:
        InputError: as `read_samples`.
    """
    return _collect(x, memory() / 2) if isinstance(x, tf.data.Dataset) else (x, getattr(x, "y", None))


def _collect(dataset, max_bytes):
    """(samples (n, ...), labels (n,) or None) of a whole dataset."""
    if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY:
        raise InputError("The dataset never ends; give it an end with dataset.take(number_of_batches).")
    samples, labels = _read(dataset, max_bytes)
    if not samples.n_batches:
        raise InputError("The dataset is empty; it has to yield at least one batch of samples.")
    return samples.array(), np.concatenate(labels) if labels else None


class _Batches:
    """Batches of samples, in memory as long as they are few and then in a file.

    Args:
        ends: whether it is known that they end.
        max_bytes: that those in memory may take.
    """

    def __init__(self, ends, max_bytes):
        self.ends, self.max_bytes = ends, max_bytes
        self.held, self.size, self.n_batches, self.file = [], 0, 0, None

    def append(self, batch):
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

    def array(self):
        """The samples (n, ...)."""
        return np.concatenate(self.held) if self.file is None else self.file.array()


def _read(dataset, max_bytes):
    """(`_Batches`, labels of each batch) of a dataset, which may be longer than expected, or fail on the way."""
    samples, labels = _Batches(int(dataset.cardinality()) != tf.data.UNKNOWN_CARDINALITY, max_bytes), []
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


def _reason(error):
    """What TensorFlow says, without the nodes of its graph and the traceback."""
    line = re.sub(r"{{.*?}}|\[Op:.*", "", error.message).strip().partition("\n")[0].strip()
    line = line.rstrip(".") or type(error).__name__
    return line if len(line) <= REASON_LENGTH else f"{line[:REASON_LENGTH]} ..."


def _in_words(size):
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
