"""Rank correlations of label-free measurements with ACC."""

import pytest

from benchmarks.tables.evidence import evidence_table, rank_correlations


def rows(sign):
    accuracies = [0.2, 0.5, 0.9, 0.7]
    return [
        {"candidates": [{"acc": a, "silhouette": sign * a, "undecided": sign * a, "agreement": 1.0}]}
        for a in accuracies
    ]


def test_the_sign_says_whether_better_is_better():
    found = rank_correlations(rows(1))
    assert found == {"silhouette": pytest.approx(1.0), "undecided": pytest.approx(-1.0)}


def test_table_puts_the_best_measurement_first():
    lines = evidence_table({"a": rank_correlations(rows(-1)), "b": rank_correlations(rows(-1))}).splitlines()
    assert lines[0] == "| measurement | a | b |"
    assert lines[2] == "| undecided | +1.00 | +1.00 |"
    assert lines[3] == "| silhouette | -1.00 | -1.00 |"
