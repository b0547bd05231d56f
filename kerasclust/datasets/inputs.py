"""What a user hands to a model, an array or a tf.data.Dataset, checked and read the same way."""

import numpy as np
import tensorflow as tf

from kerasclust.datasets.validation import check_array
from kerasclust.errors import InputError


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

    def adaptable(self):
        """What a Keras layer's `adapt` takes."""
        return self._x

    def n_distinct(self, enough):
        """Number of distinct samples, counted up to `enough`."""
        seen = set()
        for row in self._x:
            seen.add(row.tobytes())
            if len(seen) >= enough:
                return len(self._x)
        return len(seen)


def read_samples(x, sample_shape=None):
    """Check samples and read them.

    Args:
        x: array-like (n, ...), a `DataSet`, or a batched tf.data.Dataset of x or (x, y).
        sample_shape: the shape of one sample that a model was built for, or None.

    Returns:
        Rows.

    Raises:
        InputError: with what was found and what to do.
    """
    x = check_array(_collect(x) if isinstance(x, tf.data.Dataset) else x)
    if sample_shape is not None and x.shape[1:] != tuple(sample_shape):
        raise InputError(
            f"The samples have shape {x.shape[1:]}, but the model was fitted to {tuple(sample_shape)}. "
            "Give samples of the fitted shape, or fit a new model."
        )
    return Rows(x)


def _collect(dataset):
    cardinality = int(dataset.cardinality())
    if cardinality == tf.data.INFINITE_CARDINALITY:
        raise InputError("The dataset never ends; give it an end with dataset.take(number_of_batches).")
    batches = []
    try:
        for batch in dataset:
            batches.append(np.asarray(batch[0] if isinstance(batch, tuple) else batch))
    except tf.errors.FailedPreconditionError as error:
        raise InputError(
            f"The dataset ended after {len(batches)} batches, but promised {cardinality}. "
            "Check the generator, or the number given to assert_cardinality."
        ) from error
    if not batches:
        raise InputError("The dataset is empty; it has to yield at least one batch of samples.")
    shapes = {batch.shape[1:] for batch in batches}
    if len(shapes) > 1 or batches[0].ndim < 2:
        raise InputError(
            f"The dataset yields samples of shapes {sorted(shapes)}; expected batches (b, ...) of one shape. "
            "Use dataset.batch(256) on samples of equal shape."
        )
    return np.concatenate(batches)


def with_labels(x):
    """Samples and labels that are held together, read in one pass, because a dataset may shuffle anew in each.

    Args:
        x: a `DataSet`, a batched tf.data.Dataset of x or (x, y), or an array (n, ...).

    Returns:
        (samples, labels (n,)); labels are None where there are none.
    """
    if isinstance(x, tf.data.Dataset) and isinstance(x.element_spec, tuple) and len(x.element_spec) > 1:
        batches = [(np.asarray(batch[0]), np.asarray(batch[1])) for batch in x]
        return tuple(np.concatenate(part) for part in zip(*batches, strict=True))
    return x, getattr(x, "y", None)
