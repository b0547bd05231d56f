"""Refinement: targets of the whole data set, a stop when labels settle, and a falling learning rate."""

from itertools import pairwise
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.callbacks import AssignmentConvergence, AssignmentUpdate, LearningRateDecay
from kerasclust.data.pipeline import Samples
from kerasclust.losses import target_distribution
from kerasclust.models import DEC


def target_of(q):
    """DANCE paper, eq. 9, in float64."""
    weight = q.astype("float64") ** 2 / q.astype("float64").sum(axis=0)
    return weight / weight.sum(axis=1, keepdims=True)


def stopped_after(changes, **settings):
    """Epochs until training stops, given the logged label_change of each epoch; None when it does not."""
    convergence = AssignmentConvergence(**settings)
    convergence.set_model(SimpleNamespace(stop_training=False))
    convergence.on_train_begin()
    for epoch, change in enumerate(changes):
        convergence.on_epoch_end(epoch, {"loss": 1.0} if change is None else {"label_change": change})
        if convergence.model.stop_training:
            return epoch + 1
    return None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([0.0, 0.0, 0.0, 0.0], 3),
        ([0.2, 0.009, 0.009, 0.009], 4),
        ([0.0, 0.0, 0.5, 0.0, 0.0, 0.0], 6),
        ([0.0, 0.0, 0.01, 0.0, 0.0], None),  # as large as the tolerance is not below it
        ([0.0, None, 0.0, None, 0.0], 5),
        ([0.0, None, None, None], None),
    ],
)
def test_refinement_stops_after_patience_updates_in_a_row_below_the_tolerance(changes, expected):
    assert stopped_after(changes, tolerance=0.01, patience=3) == expected


def test_patience_of_one_stops_at_once_and_a_new_training_counts_anew():
    assert stopped_after([0.0], patience=1) == 1
    convergence = AssignmentConvergence(patience=2)
    convergence.set_model(SimpleNamespace(stop_training=False))
    for _ in range(2):
        convergence.on_train_begin()
        convergence.on_epoch_end(0, {"label_change": 0.0})
    assert not convergence.model.stop_training


class FakeModel:
    """Three clusters of 1-d features around movable centers."""

    n_clusters = 3

    def __init__(self, n):
        self.centers = np.array([-1.0, 0.0, 1.0], "float32")
        self.targets = tf.Variable(tf.zeros((n, 3)))

    def encode_features(self, x):
        return x

    def traced(self, method):
        return method

    def renew_targets(self, z):
        q = self.assign(z)
        self.targets.assign(target_distribution(q))
        return q.argmax(axis=1)

    def assign(self, x):
        kernel = 1.0 / (1.0 + (x - self.centers) ** 2)
        return kernel / kernel.sum(axis=1, keepdims=True)


def updating(n=1500, batch_size=32, interval=1):
    x = np.random.default_rng(0).normal(size=(n, 1)).astype("float32")
    update = AssignmentUpdate(Samples(x, batch_size), interval)
    update.set_model(FakeModel(n))
    update.on_train_begin()
    return update, x


@pytest.mark.parametrize(("n", "batch_size"), [(1500, 7), (1500, 1500), (2048, 64), (5, 2)])
def test_targets_are_those_of_the_whole_data_set_whatever_the_batch_size(n, batch_size):
    update, x = updating(n, batch_size)
    np.testing.assert_allclose(update.model.targets, target_of(update.model.assign(x)), rtol=1e-4, atol=1e-6)


def test_label_change_and_smallest_cluster_are_counted_at_each_update():
    update, x = updating()
    before = update.model.assign(x).argmax(axis=1)
    update.model.centers = np.array([-0.5, 0.2, 9.0], "float32")
    after = update.model.assign(x).argmax(axis=1)
    logs = {}
    update.on_epoch_end(0, logs)
    assert logs == {
        "label_change": pytest.approx(np.mean(before != after)),
        "smallest_cluster": np.bincount(after, minlength=3).min(),
    }
    assert logs["smallest_cluster"] == 0 < logs["label_change"]
    np.testing.assert_allclose(update.model.targets, target_of(update.model.assign(x)), rtol=1e-4, atol=1e-6)
    update.on_epoch_end(1, logs)
    assert logs["label_change"] == 0.0


def test_targets_rest_between_two_updates():
    update, x = updating(interval=3)
    first = update.model.targets.numpy()
    update.model.centers += 0.3
    for epoch in range(2):
        logs = {}
        update.on_epoch_end(epoch, logs)
        assert not logs
        np.testing.assert_array_equal(update.model.targets, first)
    update.on_epoch_end(2, logs)
    assert set(logs) == {"label_change", "smallest_cluster"}
    np.testing.assert_allclose(update.model.targets, target_of(update.model.assign(x)), rtol=1e-4, atol=1e-6)


class Watch(keras.callbacks.Callback):
    """Notes the targets of each refinement epoch, and those that the model's own predictions ask for."""

    def __init__(self, x):
        super().__init__()
        self.x, self.q, self.targets, self.logs = x, [], [], []

    def on_train_begin(self, logs=None):
        self.note({})

    def on_epoch_end(self, epoch, logs=None):
        self.note(logs)

    def note(self, logs):
        if self.model.phase == "refine":
            self.q.append(self.model.predict(self.x))
            self.targets.append(self.model.targets.numpy())
            self.logs.append(logs)


@pytest.mark.parametrize(("batch_size", "interval"), [(10, 1), (30, 3)])
def test_refinement_of_a_model_works_towards_the_targets_of_all_its_samples(batch_size, interval):
    x = np.random.default_rng(0).normal(size=(300, 4)).astype("float32")
    watch = Watch(x)
    settings = {"pretrain_epochs": 1, "epochs": 6, "n_tries": 2, "units": (8,), "random_state": 0, "tolerance": 0.0}
    DEC(3, batch_size=batch_size, learning_rate=0.03, **settings).fit(x, callbacks=[watch], verbose=0)
    updates = [0, *range(interval, 7, interval)]
    for epoch in range(7):
        latest = max(update for update in updates if update <= epoch)
        np.testing.assert_allclose(watch.targets[epoch], target_of(watch.q[latest]), rtol=1e-3, atol=1e-5)
    assert ["label_change" in logs for logs in watch.logs] == [epoch in updates[1:] for epoch in range(7)]
    labels = [watch.q[update].argmax(axis=1) for update in updates]
    changes = [np.mean(before != after) for before, after in pairwise(labels)]
    assert [watch.logs[update]["label_change"] for update in updates[1:]] == pytest.approx(changes)
    assert max(changes) > 0


def rates(optimizer, decay, epochs):
    """Learning rates that each epoch is trained with, what is logged for them, and what is left at the end."""
    decay.on_train_begin()
    trained, logged = [], []
    for epoch in range(epochs):
        trained.append(float(optimizer.learning_rate))
        logs = {}
        decay.on_epoch_end(epoch, logs)
        logged.append(logs)
    return trained, logged, float(optimizer.learning_rate)


@pytest.mark.parametrize("wrap", [lambda adam: adam, keras.optimizers.LossScaleOptimizer])
def test_learning_rate_falls_as_half_a_cosine_from_the_start_to_the_floor(wrap):
    optimizer = wrap(keras.optimizers.Adam(0.7))
    trained, _, left = rates(optimizer, LearningRateDecay(optimizer, 0.1, epochs=8, floor=0.2), 8)
    share = 0.5 + 0.5 * np.cos(np.pi * np.arange(9) / 8)
    np.testing.assert_allclose([*trained, left], 0.1 * (0.2 + 0.8 * share), rtol=1e-5)
    assert trained[0] == pytest.approx(0.1)
    assert trained[4] == pytest.approx(0.06)
    assert left == pytest.approx(0.02)


def test_learning_rate_stays_at_the_floor_after_the_last_epoch_and_starts_high_again():
    optimizer = keras.optimizers.Adam()
    decay = LearningRateDecay(optimizer, 0.1, epochs=2)
    assert rates(optimizer, decay, 5)[2] == pytest.approx(0.001)
    assert rates(optimizer, decay, 1)[0] == [pytest.approx(0.1)]


def test_logs_have_the_rate_that_the_epoch_was_trained_with():
    optimizer = keras.optimizers.Adam()
    trained, logged, _ = rates(optimizer, LearningRateDecay(optimizer, 0.1, epochs=4, name="critic_rate"), 4)
    assert logged == [{"critic_rate": rate} for rate in trained]


def test_learning_rate_rises_step_by_step_before_it_falls():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(), loss="mse")
    decay = LearningRateDecay(model.optimizer, 0.1, epochs=4, floor=0.0, rise=0.5)
    seen = []
    watch = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda b, logs: seen.append(float(model.optimizer.learning_rate))
    )
    x = np.zeros((10, 2))
    model.fit(x, x[:, :1], batch_size=2, epochs=4, callbacks=[decay, watch], verbose=0)
    falling = 0.05 * (1 + np.cos(np.pi * np.repeat(np.arange(4), 5) / 4))
    risen = np.minimum(1.0, np.arange(1, 21) / 10)
    np.testing.assert_allclose(np.array(seen, "float32"), falling * risen, rtol=1e-5)
