"""The Keras metrics: equal to the functions, whatever the batching."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.metrics import (
    AdjustedRandIndex,
    ClusteringAccuracy,
    NormalizedMutualInformation,
    adjusted_rand_index,
    clustering_accuracy,
    normalized_mutual_information,
)

PAIRS = [
    (ClusteringAccuracy, clustering_accuracy),
    (NormalizedMutualInformation, normalized_mutual_information),
    (AdjustedRandIndex, adjusted_rand_index),
]


@pytest.fixture(params=PAIRS, ids=lambda pair: pair[0].__name__)
def pair(request):
    return request.param


def streamed(metric, batch_size, *arrays):
    for start in range(0, len(arrays[0]), batch_size):
        metric.update_state(*(array[start : start + batch_size] for array in arrays))
    return float(metric.result())


@pytest.mark.parametrize(("n_classes", "n_clusters"), [(4, 4), (3, 6), (6, 3), (1, 4), (4, 1), (1, 1)])
@pytest.mark.parametrize("batch_size", [7, 300])
def test_equals_the_function(pair, n_classes, n_clusters, batch_size):
    random = np.random.default_rng(0)
    y, labels = random.integers(n_classes, size=300), random.integers(n_clusters, size=300)
    metric = pair[0](n_clusters=n_clusters, n_classes=n_classes)
    assert streamed(metric, batch_size, y, labels) == pytest.approx(pair[1](y, labels), abs=1e-6)


def test_equals_the_function_with_noise_and_unknown_classes(pair):
    random = np.random.default_rng(1)
    y, labels = random.integers(-1, 3, size=200), random.integers(-1, 5, size=200)
    assert streamed(pair[0](n_clusters=5, n_classes=3), 33, y, labels) == pytest.approx(pair[1](y, labels), abs=1e-6)


def test_every_form_of_input_counts_the_same(pair):
    random = np.random.default_rng(2)
    y, q = random.integers(4, size=100), random.dirichlet(np.ones(3), size=100)
    expected = pair[1](y, q.argmax(1))
    for classes in (y, y[:, None], y.astype("float32"), np.eye(4)[y]):
        for clusters in (q, q.argmax(1), q.argmax(1)[:, None].astype("int32")):
            metric = pair[0](n_clusters=3, n_classes=4)
            assert streamed(metric, 30, classes, clusters) == pytest.approx(expected, abs=1e-6)


def test_a_weight_is_a_number_of_samples(pair):
    random = np.random.default_rng(3)
    y, labels, weight = (random.integers(3, size=60) for _ in range(3))
    expected = pair[1](np.repeat(y, weight), np.repeat(labels, weight))
    assert streamed(pair[0](n_clusters=3), 11, y, labels, weight) == pytest.approx(expected, abs=1e-6)


def test_reset_forgets_and_nothing_seen_is_0(pair):
    metric = pair[0](n_clusters=2)
    assert float(metric.result()) == 0
    metric.update_state([0, 1], [0, 1])
    assert float(metric.result()) == pytest.approx(1)
    metric.reset_state()
    assert float(metric.result()) == 0


def test_works_in_a_graph(pair):
    metric = pair[0](n_clusters=3)

    @tf.function
    def step(y, labels):
        metric.update_state(y, labels)
        return metric.result()

    y, labels = tf.constant([0, 0, 1, 2]), tf.constant([1, 1, 0, 0])
    assert float(step(y, labels)) == pytest.approx(pair[1](y.numpy(), labels.numpy()), abs=1e-6)


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_evaluate_gives_the_scores_of_all_samples(run_eagerly):
    random = np.random.default_rng(4)
    x, y = random.normal(size=(100, 5)).astype("float32"), random.integers(4, size=100)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation="softmax")])
    metrics = [metric(n_clusters=3, n_classes=4) for metric, _ in PAIRS]
    model.compile(loss=lambda y, q: 0.0 * tf.reduce_sum(q, -1), metrics=metrics, run_eagerly=run_eagerly)
    scores = model.evaluate(x, y, batch_size=16, verbose=0, return_dict=True)
    labels = model.predict(x, verbose=0).argmax(1)
    for metric, (_, function) in zip(metrics, PAIRS, strict=True):
        assert scores[metric.name] == pytest.approx(function(y, labels), abs=1e-6)


def test_round_trip_of_the_configuration(pair):
    metric = pair[0](n_clusters=3, n_classes=5, name="score")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    assert type(again) is pair[0]
    assert again.get_config() == metric.get_config()


def test_large_counts_stay_exact():
    metric = AdjustedRandIndex(n_clusters=2)
    metric.update_state([0, 0, 1, 1], [0, 1, 0, 1], sample_weight=np.array([4e7, 1e7, 1e7, 4e7]))
    assert float(metric.result()) == pytest.approx(0.36, abs=1e-6)


def test_wrong_shapes_and_numbers_are_refused(pair):
    metric = pair[0](n_clusters=3)
    with pytest.raises(InputError, match=r"\(n, 3\) for n_clusters=3"):
        metric.update_state([0, 1], np.ones((2, 4)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="y_true is too high for n_classes=3"):
        metric.update_state([0, 3], [0, 1])
    with pytest.raises(InputError, match="at least 1"):
        pair[0](n_clusters=0)


def test_the_functions_do_not_need_tensorflow():
    code = "import sys, kerasclust.metrics as m; m.silhouette([[0.],[1.]], [0, 0]); print('tensorflow' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"
