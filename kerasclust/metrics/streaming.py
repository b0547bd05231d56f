"""External metrics as Keras metrics, for `compile(metrics=...)` and `evaluate`."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.metrics.matching import matched_weight
from kerasclust.types import Array, Tensor


class _ContingencyMetric(keras.metrics.Metric):  # type: ignore[misc]  # Keras has no types
    """Metric of the contingency table of all batches; a subclass computes it in `_score`.

    The last column of the table counts noise. The table is float64, because numbers of pairs grow with the square of
    the number of samples.
    """

    def __init__(
        self, n_clusters: int, n_classes: int | None = None, name: str | None = None, dtype: str | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.n_clusters = int(n_clusters)
        self.n_classes = int(n_classes or n_clusters)
        if min(self.n_clusters, self.n_classes) < 1:
            raise InputError(
                f"{type(self).__name__}: n_clusters and n_classes must be at least 1, found {self.n_clusters} and "
                f"{self.n_classes}."
            )
        self._direction = "up"
        self.counts = self.add_variable(
            name="counts", shape=(self.n_classes, self.n_clusters + 1), initializer="zeros", dtype="float64"
        )

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch to the table.

        Args:
            y_true: classes (n,) or (n, 1), from 0 to n_classes - 1, or one-hot (n, n_classes). A negative class means
                not known: the sample is left out.
            y_pred: soft assignments (n, n_clusters), or clusters (n,) or (n, 1), negative for noise.
            sample_weight: weights (n,) or (n, 1), 2 counts as two samples; None for a weight of 1 each.

        Raises:
            InputError: if a shape is not among these.
            tf.errors.InvalidArgumentError: if a class or cluster is too high.
        """
        classes = _as_indices(y_true, self.n_classes, "y_true", "n_classes")
        clusters = _as_indices(y_pred, self.n_clusters, "y_pred", "n_clusters")
        weights = tf.ones_like(classes) if sample_weight is None else tf.reshape(sample_weight, (-1,))
        weights = tf.where(classes >= 0, tf.cast(weights, "float64"), 0.0)
        clusters = tf.where(clusters >= 0, clusters, self.n_clusters)
        places = tf.maximum(classes, 0) * (self.n_clusters + 1) + clusters
        counts = tf.math.unsorted_segment_sum(weights, places, self.n_classes * (self.n_clusters + 1))
        self.counts.assign_add(tf.reshape(counts, self.counts.shape))

    def result(self) -> Tensor:
        """Return the metric (scalar) of all samples since the last `reset_state`; 0 without samples."""
        counts = tf.convert_to_tensor(self.counts)
        return tf.cast(tf.where(tf.reduce_sum(counts) > 0, self._score(counts), 0.0), self.dtype)

    def _score(self, counts: Tensor) -> Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "n_clusters": self.n_clusters, "n_classes": self.n_classes}


@keras.saving.register_keras_serializable(package="kerasclust")
class ClusteringAccuracy(_ContingencyMetric):
    """Metric `clustering_accuracy` of all batches since the last reset.

    The graph calls SciPy for the matching, so the metric runs on the host and not under XLA (`jit_compile=True`).

    Args:
        n_clusters: number of clusters of the model.
        n_classes: number of classes; None for the number of clusters.
        name: name of the metric.
        dtype: type of the result.

    Example:
        >>> metric = ClusteringAccuracy(n_clusters=2)
        >>> metric.update_state([0, 0, 1], [1, 1, 0])
        >>> metric.update_state([1], [[0.1, 0.9]])
        >>> float(metric.result())
        0.75
    """

    def __init__(
        self,
        n_clusters: int,
        n_classes: int | None = None,
        name: str | None = "clustering_accuracy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(n_clusters, n_classes, name, dtype)

    def _score(self, counts: Tensor) -> Tensor:
        matched = tf.numpy_function(_matched_in_clusters, [counts], "float64", stateful=False)
        return tf.math.divide_no_nan(tf.ensure_shape(matched, ()), tf.reduce_sum(counts))


@keras.saving.register_keras_serializable(package="kerasclust")
class NormalizedMutualInformation(_ContingencyMetric):
    """Metric `normalized_mutual_information` of all batches since the last reset.

    Args:
        n_clusters: number of clusters of the model.
        n_classes: number of classes; None for the number of clusters.
        name: name of the metric.
        dtype: type of the result.

    Example:
        >>> metric = NormalizedMutualInformation(n_clusters=2)
        >>> metric.update_state([0, 0, 1, 1], [1, 1, 0, 0])
        >>> round(float(metric.result()), 6)
        1.0
    """

    def __init__(
        self,
        n_clusters: int,
        n_classes: int | None = None,
        name: str | None = "normalized_mutual_information",
        dtype: str | None = None,
    ) -> None:
        super().__init__(n_clusters, n_classes, name, dtype)

    def _score(self, counts: Tensor) -> Tensor:
        joint = tf.math.divide_no_nan(counts, tf.reduce_sum(counts))
        of_classes, of_clusters = _entropy(tf.reduce_sum(joint, axis=1)), _entropy(tf.reduce_sum(joint, axis=0))
        mean = (of_classes + of_clusters) / 2
        # One class and one cluster are the same partition, as in scikit-learn.
        return tf.where(mean > 0, tf.math.divide_no_nan(2 * mean - _entropy(joint), mean), 1.0)


@keras.saving.register_keras_serializable(package="kerasclust")
class AdjustedRandIndex(_ContingencyMetric):
    """Metric `adjusted_rand_index` of all batches since the last reset.

    Args:
        n_clusters: number of clusters of the model.
        n_classes: number of classes; None for the number of clusters.
        name: name of the metric.
        dtype: type of the result.

    Example:
        >>> metric = AdjustedRandIndex(n_clusters=2)
        >>> metric.update_state([0, 0, 1, 1], [1, 1, 0, 0])
        >>> float(metric.result())
        1.0
    """

    def __init__(
        self,
        n_clusters: int,
        n_classes: int | None = None,
        name: str | None = "adjusted_rand_index",
        dtype: str | None = None,
    ) -> None:
        super().__init__(n_clusters, n_classes, name, dtype)

    def _score(self, counts: Tensor) -> Tensor:
        together = _pairs(counts)
        of_classes, of_clusters = _pairs(tf.reduce_sum(counts, axis=1)), _pairs(tf.reduce_sum(counts, axis=0))
        expected = tf.math.divide_no_nan(of_classes * of_clusters, _pairs(tf.reduce_sum(counts)))
        highest = (of_classes + of_clusters) / 2
        # One cluster and one class, or one of each for every sample, are the same partition, as in scikit-learn.
        return tf.where(highest > expected, tf.math.divide_no_nan(together - expected, highest - expected), 1.0)


def _as_indices(values: Tensor, number: int, what: str, name: str) -> Tensor:
    """Return indices as int64 (n,), from indices (n,) or (n, 1), or from rows (n, number)."""
    values = tf.convert_to_tensor(values)
    if values.shape.rank == 2 and values.shape[1] == number:
        return tf.argmax(values, axis=-1)
    if values.shape.rank != 1 and not (values.shape.rank == 2 and values.shape[1] == 1):
        raise InputError(
            f"{what} must have shape (n,) or (n, {number}) for {name}={number}, found {tuple(values.shape)}."
        )
    values = tf.cast(tf.reshape(values, (-1,)), "int64")
    within = tf.debugging.assert_less(values, tf.cast(number, "int64"), f"{what} is too high for {name}={number}")
    with tf.control_dependencies([within] if within is not None else []):
        return tf.identity(values)


def _matched_in_clusters(counts: Array) -> np.float64:
    return np.float64(matched_weight(counts[:, :-1]))


def _entropy(probabilities: Tensor) -> Tensor:
    return -tf.reduce_sum(tf.math.xlogy(probabilities, probabilities))


def _pairs(counts: Tensor) -> Tensor:
    return tf.reduce_sum(counts * (counts - 1)) / 2
