"""Histograms as TensorBoard shows them, and the dimensions that get one."""

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from kerasclust.reports.tensorboard.histograms import telling_dims, write_histograms

RANDOM = np.random.default_rng(0)


def written(folder, write):
    """{tag: bins (b, 3)} of the histograms that a function writes at step 1."""
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default(1):
        write()
    writer.close()
    accumulator = EventAccumulator(str(folder))
    accumulator.Reload()
    tags = {tag: accumulator.Tensors(tag)[-1].tensor_proto for tag in accumulator.Tags()["tensors"]}
    assert {accumulator.summary_metadata[tag].plugin_data.plugin_name for tag in tags} == {"histograms"}
    return {tag: tf.make_ndarray(bins) for tag, bins in tags.items()}


@pytest.mark.parametrize(
    "values",
    [RANDOM.normal(size=500), RANDOM.integers(0, 9, (40, 5)), RANDOM.normal(size=90).astype("float32") * 1e30],
)
def test_histograms_are_those_of_tensorflow(tmp_path, values):
    ours = written(tmp_path / "ours", lambda: write_histograms({"a/1": values}))["a/1"]
    theirs = written(tmp_path / "theirs", lambda: tf.summary.histogram("a/1", values))["a/1"]
    np.testing.assert_allclose(ours[:, :2], theirs[:, :2], rtol=1e-6, atol=1e-12)
    assert ours[:, 2].sum() == theirs[:, 2].sum() == values.size
    assert np.abs(ours[:, 2] - theirs[:, 2]).sum() <= 0.02 * values.size  # rounding at an edge


@pytest.mark.parametrize(
    ("values", "count"), [([3.0, 3.0], 2), ([np.nan, 1.0, np.inf, 2.0], 2), ([np.nan], 0), ([], 0), ([1e-45, 0.0], 2)]
)
def test_constant_missing_and_infinite_numbers(tmp_path, values, count):
    bins = written(tmp_path, lambda: write_histograms({"a": np.array(values, "float32")}))["a"]
    assert np.isfinite(bins).all() and bins[:, 2].sum() == count


def test_telling_dimensions_do_not_depend_on_scale_or_order():
    labels = np.repeat([0, 2], 50)  # cluster 1 is empty
    points = RANDOM.normal(size=(100, 8))
    points[:, 5] += 3.0 * labels
    points[:, 1] += labels
    points *= 10.0 ** np.arange(8)
    points[:, 7] = 4.0
    assert telling_dims(points, labels, 2).tolist() == [1, 5]
    order = RANDOM.permutation(100)
    assert telling_dims(points[order], labels[order], 1).tolist() == [5]
    assert telling_dims(points, None, 1).tolist() == [6]
    assert telling_dims(points, labels, 8).tolist() == list(range(8))
