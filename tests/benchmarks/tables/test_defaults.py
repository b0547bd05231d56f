"""The choice of a default: the set itself has no say in what is chosen for it."""

import numpy as np

from benchmarks.tables import sequence_sets
from benchmarks.tables.defaults import KINDS, NO_CLOCK, defaults_table, left_out, run_defaults
from benchmarks.tables.sequence_sets import SETS, load_set

SCORES = {  # set: {front end: ACC of seeds 0 and 1}
    "irish_5g": {"variability": (0.5, 0.5), "statistics": (0.9, 0.9)},
    "tractor": {"variability": (0.8, 0.6), "statistics": (0.6, 0.6)},
    "cicv5g": {"variability": (0.8, 0.8), "statistics": (0.7, 0.7)},
    "cells, whole": {"profile": (0.4, 0.4), "variability": (0.1, 0.1)},
}


def rows():
    return [
        {"method": "kmeans", "data": name, "settings": {"frontend": frontend}, "scores": {"acc": value}, "seed": seed}
        for name, of_set in SCORES.items()
        for frontend, values in of_set.items()
        for seed, value in enumerate(values)
    ]


def test_all_other_sets_of_the_kind_choose():
    found = {one["data"]: one for one in left_out(rows(), "kmeans")}
    assert found["irish_5g"]["chosen"] == "variability" and found["irish_5g"]["score"] == 0.5
    assert found["irish_5g"]["best"] == "statistics" and found["irish_5g"]["best_score"] == 0.9
    assert found["tractor"]["chosen"] == "statistics" and found["tractor"]["score"] == 0.6
    assert found["cells, whole"]["chosen"] is None and found["cells, whole"]["score"] is None  # no other set


def test_the_own_scores_of_a_set_change_nothing_for_it():
    changed = [row if row["data"] != "tractor" else row | {"scores": {"acc": 0.0}} for row in rows()]
    before, after = (
        next(one["chosen"] for one in left_out(given, "kmeans") if one["data"] == "tractor")
        for given in (rows(), changed)
    )
    assert before == after


def test_the_table_has_a_part_for_each_kind():
    text = defaults_table(rows())
    assert "kmeans, no clock" in text and "kmeans, a repeated clock" in text and "one course" not in text
    assert "0.700" in text.split("tractor")[1].splitlines()[0]  # the mean of two seeds


def test_runs_are_made_once_and_sets_are_drawn_alike(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(sequence_sets, "SETS", {"small": ("cells", {"n_cells": 14, "weeks": 1, "samples": "days"})})
    given = {"results_path": tmp_path / "rows.jsonl", "seeds": [0], "frontends": ("profile",), "sets": ["small"]}
    first = run_defaults(**given, report=said.append)
    second = run_defaults(**given, report=said.append)
    assert len(first) == 1 and first == second and len(said) == 1
    data = load_set("small")
    x, y = data.x, data.y
    assert x.shape[1:] == (24, 9) and len(x) == len(y) <= 98 and np.isnan(x).mean(axis=(1, 2)).max() <= 0.5


def test_the_sets_without_a_clock_come_first():
    assert [name for name in SETS if KINDS.get(name) == NO_CLOCK] == list(SETS)[:5]
