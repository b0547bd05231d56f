"""What a user hands to a model, an array or a tf.data.Dataset, checked and read the same way."""

import os
import re

import numpy as np
import tensorflow as tf

from kerasclust.datasets.dataset import DataSet
from kerasclust.datasets.validation import check_array
from kerasclust.errors import InputError

BATCH_OVERHEAD = 1024  # bytes that a batch takes beside its numbers: small ones fill the memory too
REASON_LENGTH = 300  # characters of TensorFlow's own words that are shown


class Rows:
    """Checked samples: float32, finite, of one shape.

    Args:
        x: array (n, ...).
    """

    def __init__(self, x):
        self._x = x
        self.shape = x.shape

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
        max_bytes: memory that a tf.data.Dataset may take; None for half of what this machine has.

    Returns:
        Rows.

    Raises:
        InputError: with what was found and what to do.
    """
    name = x.name if isinstance(x, DataSet) else "x"
    if isinstance(x, tf.data.Dataset):
        x, _ = _collect(x, _half_of_memory() if max_bytes is None else max_bytes)
    x = check_array(x, name=name, warn_of_constants=warn_of_constants)
    if sample_shape is not None and x.shape[1:] != tuple(sample_shape):
        raise InputError(
            f"The samples have shape {x.shape[1:]}, but the model was fitted to {tuple(sample_shape)}. "
            "Give samples of the fitted shape, or fit a new model."
        )
    return Rows(x)


def with_labels(x):
    """Samples and labels that are held together, read in one pass, because a dataset may shuffle anew in each.

    Args:
        x: a `DataSet`, a batched tf.data.Dataset of x or (x, y), or an array (n, ...).

    Returns:
        (samples, labels (n,)); labels are None where there are none.

    Raises:
        InputError: as `read_samples`.
    """
    return _collect(x, _half_of_memory()) if isinstance(x, tf.data.Dataset) else (x, getattr(x, "y", None))


def _collect(dataset, max_bytes):
    """(samples (n, ...), labels (n,) or None) of a whole dataset."""
    if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY:
        raise InputError("The dataset never ends; give it an end with dataset.take(number_of_batches).")
    read = _read(dataset, max_bytes)
    if not read:
        raise InputError("The dataset is empty; it has to yield at least one batch of samples.")
    batches = [batch for batch, *_ in read]
    shapes = {batch.shape[1:] for batch in batches}
    if len(shapes) > 1 or batches[0].ndim < 2:
        raise InputError(
            f"The dataset yields samples of shapes {sorted(shapes)}; expected batches (b, ...) of one shape. "
            "Use dataset.batch(256) on samples of equal shape."
        )
    labelled = len(read[0]) > 1 and read[0][1].ndim > 0
    return np.concatenate(batches), np.concatenate([y for _, y in read]) if labelled else None


def _read(dataset, max_bytes):
    """All batches, (x,) or (x, y), which may be many more than expected, or fail on the way."""
    batches, size = [], 0
    try:
        for batch in dataset:
            batches.append([np.asarray(part) for part in (batch[:2] if isinstance(batch, tuple) else (batch,))])
            size += sum(part.nbytes for part in batches[-1]) + BATCH_OVERHEAD
            if size > max_bytes:
                raise InputError(
                    f"The dataset did not end within {len(batches):,} batches, {_in_words(size)}, which is more than "
                    "may be read into memory; give it an end with dataset.take(number_of_batches)."
                )
    except tf.errors.OpError as error:
        raise InputError(
            f"Batch {len(batches) + 1:,} of the dataset cannot be read ({_reason(error)}): correct the generator, the "
            "function given to map, or the number given to assert_cardinality."
        ) from error
    return batches


def _reason(error):
    """What TensorFlow says, without the nodes of its graph and the traceback."""
    line = re.sub(r"{{.*?}}|\[Op:.*", "", error.message).strip().partition("\n")[0].strip()
    line = line.rstrip(".") or type(error).__name__
    return line if len(line) <= REASON_LENGTH else f"{line[:REASON_LENGTH]} ..."


def _half_of_memory():
    """Bytes; no bound where the system does not tell, as Windows."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return float("inf")


def _in_words(size):
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
