"""Which run is kept, and what its tries and those of the other runs agree on."""

import numpy as np
import pytest

from kerasclust.metrics import agreement
from kerasclust.models.selection import VOTES, Candidate, agreements, choose_run

Y = np.arange(120) % 3
OTHER = np.arange(120) // 40  # independent of Y


def candidate(tries, scores):
    tries = np.asarray(tries)
    return Candidate([], tries[0], {}, {"tries": tries, "tries_scores": np.asarray(scores)})


def noisy(y, seed):
    random = np.random.default_rng(seed)
    return np.where(random.random(len(y)) < 0.2, random.integers(0, 3, len(y)), y)


def test_the_best_scored_tries_decide_however_many_others_there_are():
    good = candidate([noisy(Y, seed) for seed in range(VOTES)], np.full(VOTES, 0.1))
    bad = [candidate([OTHER] * VOTES, np.full(VOTES, 0.2)) for _ in range(3)]
    chosen, consensus = choose_run([*bad, good], 3)
    assert chosen == 3
    assert agreement(consensus, Y) > max(agreement(labels, Y) for labels in good.state["tries"])
    assert good.evidence["consensus_agreement"] > bad[0].evidence["consensus_agreement"]


def test_a_try_with_an_empty_cluster_has_no_vote_while_there_are_others():
    empty = candidate([np.minimum(OTHER, 1)] * VOTES, np.full(VOTES, 0.0))
    full = candidate([Y] * VOTES, np.full(VOTES, 0.5))
    chosen, consensus = choose_run([empty, full], 3)
    assert chosen == 1
    assert agreement(consensus, Y) == 1.0


def test_renamed_clusters_change_nothing():
    runs = [candidate([noisy(Y, seed)], [0.1 * seed]) for seed in range(5)]
    renamed = [candidate([np.array([2, 0, 1])[c.labels]], c.state["tries_scores"]) for c in runs[:2]] + runs[2:]
    (first, labels), (second, again) = choose_run(runs, 3), choose_run(renamed, 3)
    assert first == second
    assert agreement(labels, again) == 1.0


def test_agreement_is_the_mean_over_the_other_runs():
    assert agreements([Y]) == pytest.approx([1.0])
    expected = agreement(Y, OTHER) / 2 + 0.5
    assert agreements([Y, Y, OTHER])[:2] == pytest.approx([expected, expected])
