"""`python -m benchmarks bench speed --part overhead` tells what a run spends on anything but steps."""

import time

import numpy as np
import pytest

from benchmarks.speed import overhead
from benchmarks.speed.overhead import PARTS, REST, START, STEPS, TARGETS, Stopwatch, overhead_table, time_run
from kerasclust import models


def test_of_parts_inside_of_each_other_the_innermost_counts(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(overhead.time, "perf_counter", lambda: now[0])
    stopwatch = Stopwatch()
    with stopwatch.on("run"):
        now[0] += 1.0
        with stopwatch.on("steps"):
            now[0] += 10.0
            with stopwatch.on("targets"):
                now[0] += 100.0
            now[0] += 20.0
        now[0] += 2.0
    now[0] += 1000.0
    assert stopwatch.seconds == {"run": 3.0, "steps": 30.0, "targets": 100.0}


def test_a_run_is_told_in_parts_and_all_of_it():
    x = np.random.default_rng(0).normal(size=(120, 5)).astype("float32")
    model = models.IDEC(3, pretrain_epochs=2, epochs=2, tolerance=0.0, random_state=0)
    started = time.perf_counter()
    row = time_run(model, x)
    assert row["seconds"] == pytest.approx(time.perf_counter() - started, rel=0.1)
    assert set(row["parts"]) == set(PARTS)
    assert all(row["parts"][name] > 0.0 for name in (STEPS, TARGETS, START, REST))
    assert model.predict_clusters(x).shape == (120,)


def test_a_method_without_starting_clusters_has_no_time_of_them():
    x = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
    parts = time_run(models.IMSAT(3, epochs=2, random_state=0), x)["parts"]
    assert parts[START] == 0.0 and parts[STEPS] > 0.0


def test_the_table_adds_up_what_trains_nothing():
    parts = dict(zip(PARTS, (90.0, 4.0, 3.0, 2.0, 1.0), strict=True))
    line = overhead_table([{"method": "dec", "seconds": 100.0, "parts": parts}]).splitlines()[1]
    assert line.split() == ["dec", "100.0", "90.0%", "4.0%", "3.0%", "2.0%", "1.0%", "9.0%"]
