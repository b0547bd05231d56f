"""`kerasclust bench speed --part profile` tells which operations a step spends its time on."""

import pytest
import tensorflow as tf

from kerasclust.experiments import results
from kerasclust.speed.profiler import operations, profiles_table, run_profiles


def test_the_operations_of_a_trace_are_those_that_ran(tmp_path):
    matrix = tf.random.normal((400, 400))

    @tf.function
    def products():
        return tf.sin(matrix @ matrix) @ matrix

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
