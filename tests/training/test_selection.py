"""Which of several runs is kept."""

import numpy as np
import pytest

from kerasclust.metrics import agreement
from kerasclust.training.selection import Candidate, FitResult, agreements, choose_run, follow

Y = np.arange(120) % 3
OTHER = np.arange(120) // 40  # independent of Y


def candidate(labels, score, seconds=1.0):
    return Candidate([], labels, {"seconds": seconds}, {"tries": labels[None], "tries_scores": np.array([score])})


def test_the_run_with_the_best_start_is_kept():
    assert choose_run([candidate(Y, 0.3), candidate(OTHER, 0.1), candidate(Y, 0.2)], 3) == 1


def test_a_start_with_an_empty_cluster_loses_to_one_without():
    assert choose_run([candidate(np.minimum(OTHER, 1), 0.0), candidate(Y, 0.5)], 3) == 1


def test_renamed_clusters_change_nothing():
    runs = [candidate(Y, 0.3), candidate(OTHER, 0.1)]
    renamed = [candidate(np.array([2, 0, 1])[run.labels], run.state["tries_scores"][0]) for run in runs]
    assert choose_run(runs, 3) == choose_run(renamed, 3)
    assert [run.evidence["agreement"] for run in runs] == [run.evidence["agreement"] for run in renamed]


def test_agreement_is_the_mean_over_the_other_runs():
    assert agreements([Y]) == pytest.approx([1.0])
    expected = agreement(Y, OTHER) / 2 + 0.5
    assert agreements([Y, Y, OTHER])[:2] == pytest.approx([expected, expected])


def test_the_time_of_all_runs_counts_once():
    runs = [candidate(Y, 0.3, seconds=5.0), candidate(Y, 0.1, seconds=7.0)]
    kept = follow(runs[1], Candidate([], Y, {"seconds": 2.0}))
    assert kept.evidence["seconds"] == 9.0
    assert FitResult(runs, 1, kept).seconds == 14.0
