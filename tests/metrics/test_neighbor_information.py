"""Information of the clusters of neighbors."""

import numpy as np
import pytest

from kerasclust.metrics import nearest_neighbors, neighbor_information


def test_neighbors_tell_nothing_by_chance_and_less_of_groups_that_are_merged():
    random = np.random.default_rng(0)
    y = np.arange(1000) % 4
    z = random.normal(size=(1000, 3)) + 20.0 * np.eye(4, 3)[y]
    found = nearest_neighbors(z)
    assert neighbor_information(random.integers(0, 4, 1000), found) == pytest.approx(0.0, abs=0.01)
    assert neighbor_information(np.zeros(1000, int), found) == 0.0
    assert neighbor_information(y, found) == pytest.approx(np.log(4), abs=0.01)
    merged = np.where(y == 3, 2, y)
    merged[np.flatnonzero(y == 0)[:3]] = 3  # two groups in one cluster, and one for three outliers
    assert neighbor_information(merged, found) < 0.8 * np.log(4)
