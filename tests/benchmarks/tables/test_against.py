"""The default of `fit` beside simple alternatives: told the number of groups and nothing else."""

import numpy as np
import pytest

from benchmarks.tables import against, picks, sequence_sets
from benchmarks.tables.against import CEILING, ceiling, mean_scores, run_sets, sets_table
from kerasclust.datasets import DataSet
from kerasclust.errors import InputError


@pytest.fixture
def small_set(monkeypatch):
    monkeypatch.setattr(picks, "PACKAGES", ())
    small = {"small": ("cells", {"n_cells": 14, "weeks": 1, "samples": "days"})}
    for module in (sequence_sets, against):
        monkeypatch.setattr(module, "SETS", small)


def test_runs_are_made_once(tmp_path, small_set):
    said = []
    given = {"results_path": tmp_path / "rows.jsonl", "subjects": ("kmeans", "kmeans_raw"), "sets": ["small"]}
    first = run_sets(seeds=[0], **given, report=said.append)
    second = run_sets(seeds=[0, 1], **given, report=said.append)
    assert second[:2] == first and len(said) == 4
    assert all(row["settings"]["n_clusters"] == 7 for row in second)


def test_the_default_keeps_the_scores_of_all_its_runs(tmp_path, small_set):
    (row,) = run_sets(tmp_path / "rows.jsonl", [0], ["auto"], ["small"], time_budget=1e-3, report=lambda line: None)
    assert row["chosen"] in {run["method"] for run in row["candidates"]}
    assert {"acc", "neighbors", "seconds"} <= set(row["candidates"][0])


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(InputError, match="No subject nothing"):
        run_sets(tmp_path / "rows.jsonl", [0], ["nothing"])
    with pytest.raises(InputError, match="No set nothing"):
        run_sets(tmp_path / "rows.jsonl", [0], ["kmeans"], ["nothing"])


def test_the_ceiling_is_measured_on_unseen_origins(monkeypatch):
    """Labels that belong to the origin alone cannot be predicted for another origin, but for another sample."""
    monkeypatch.setattr(picks, "SHORTEST", 10**6)  # without MiniRocket, which needs a package
    random = np.random.default_rng(0)
    origin = np.repeat(np.arange(20), 10)
    x = (random.normal(size=(20, 1, 3))[origin] + 0.01 * random.normal(size=(200, 12, 3))).astype("float32")
    y = random.integers(2, size=20)[origin]
    within = (ceiling(DataSet("d", x, y=y), 0) == y).mean()
    across = (ceiling(DataSet("d", x, y=y, groups=origin), 0) == y).mean()
    assert within > 0.95 and across < 0.8


def test_the_table_tells_the_margins():
    values = {"a": {"auto": 0.8, "kmeans_statistics": 0.6, "kmeans_raw": 0.2, CEILING: 0.9}}
    values["b"] = {"auto": 0.5, "kmeans_statistics": 0.6, "kmeans_raw": 0.3, CEILING: 0.9}
    rows = [
        {"data": name, "method": subject, "scores": {"acc": value + shift}}
        for name, of_set in values.items()
        for subject, value in of_set.items()
        for shift in (0.01, -0.01)
    ]
    assert mean_scores(rows, "acc")["a"]["auto"] == pytest.approx(0.8)
    text = sets_table(rows)
    assert "auto: +0.050 in the mean against kmeans_statistics." in text
    assert "auto: worst set against kmeans_statistics is b, -0.100." in text
