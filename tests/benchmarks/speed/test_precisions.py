"""`python -m benchmarks bench speed --part precision` trains methods in each precision and compares what they find."""

import math

import pytest

from benchmarks.speed.precisions import precisions_table, run_precisions
from kerasclust.records import results

QUICK = {"pretrain_epochs": 1, "epochs": 1}


@pytest.mark.full
def test_every_precision_and_seed_is_run_once(tmp_path):
    path = tmp_path / "rows.jsonl"
    policies = ("float32", "mixed_bfloat16")
    rows = run_precisions(path, ("dec",), policies, (0, 1), QUICK, lambda _: None)
    assert [(row["settings"]["precision"], row["seed"]) for row in rows] == [(p, s) for p in policies for s in (0, 1)]
    assert all(0.0 <= row["scores"]["nmi"] <= 1.0 and row["seconds"] > 0.0 for row in rows)
    assert rows[0]["scores"] != rows[2]["scores"] or rows[1]["scores"] != rows[3]["scores"]
    assert run_precisions(path, ("dec",), policies, (0, 1), QUICK, lambda _: None) == rows == results.read(path)


def test_the_table_has_the_spread_of_the_seeds_in_each_precision():
    def row(policy, seed, nmi, seconds):
        key = {"experiment": "precision", "method": "dec", "data": "d", "seed": seed, "settings": {"precision": policy}}
        return {**key, "scores": {"acc": nmi, "nmi": nmi}, "seconds": seconds}

    rows = [row("float32", 0, 0.5, 10.0), row("float32", 1, 0.7, 12.0), row("mixed_float16", 0, 0.6, 30.0)]
    line = precisions_table(rows).splitlines()[1]
    assert line.split() == ["dec", "0.600", "±", f"{math.sqrt(0.02):.3f}", "0.600", "11", "30"]
