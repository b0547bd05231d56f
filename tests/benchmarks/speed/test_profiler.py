"""`python -m benchmarks bench speed --part profile` tells which operations a step spends its time on."""

import dataclasses

import keras
import pytest
import tensorflow as tf

from benchmarks.speed.models import random_samples, small_model
from benchmarks.speed.profiler import ProfiledTrainer, operations, profiles_table, run_profiles
from kerasclust.records import results


def test_the_operations_of_a_trace_are_those_that_ran(tmp_path):
    matrix = tf.random.normal((1000, 1000))

    @tf.function
    def products():
        return tf.sin((matrix @ matrix)[:1]) @ matrix  # ten thousand times the operations, on however busy a machine

    products()
    tf.profiler.experimental.start(str(tmp_path))
    for _ in range(3):
        products().numpy()
    tf.profiler.experimental.stop()
    seconds = operations(tmp_path)
    assert next(iter(seconds)) == "MatMul"
    assert {"MatMul", "Sin"} <= set(seconds)
    assert list(seconds.values()) == sorted(seconds.values(), reverse=True)


def test_every_phase_is_profiled_once(tmp_path):
    out = tmp_path / "rows.jsonl"
    (row,) = run_profiles(out, ["dec"], ["dec"], report=lambda text: None)
    pretrain, refine = row["phases"]
    assert (pretrain["phase"], refine["phase"]) == ("pretrain", "refine")
    for phase in row["phases"]:
        assert any("MatMul" in name for name in list(phase["operations"])[:3])
        assert list((tmp_path / "rows.jsonl.traces" / "dec-dec" / phase["phase"]).rglob("*.xplane.pb"))
    table = profiles_table([row])
    assert "refine" in table and "MatMul" in table
    assert run_profiles(out, ["dec"], ["dec"], report=pytest.fail) == results.read(out)


def test_a_profile_ends_with_the_run_and_replaces_the_last_one(tmp_path):
    class Stops(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.last = epoch == self.params["epochs"] - 1

        def on_train_batch_end(self, batch, logs=None):
            if self.last:  # while the profiler watches
                raise KeyboardInterrupt

    def train(*callbacks):
        phase = dataclasses.replace(model.phases[0], callbacks=lambda samples, epochs: list(callbacks))
        runner.train(phase, runner.samples)
        return len(list(tmp_path.rglob("*.xplane.pb")))

    model = small_model("dec", "dec", "float32", 256, 2)
    runner = ProfiledTrainer(model, model.trainer(random_samples("dec", 16 * 256)).samples, tmp_path)
    assert (train(), train()) == (1, 1)
    with pytest.raises(KeyboardInterrupt):
        train(Stops())
    assert train() == 1  # "Another profiler is running", were it not for the end of the first
