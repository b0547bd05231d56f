"""Rows of series become windows."""

import duckdb
import numpy as np

from kerasclust.data.sequences import ClockOptions, Rows, cut


def test_series_are_cut_into_windows():
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE kpis AS SELECT s AS id, t::BIGINT AS time, t * 10.0 AS c0, IF(t % 3 = 0, NULL, 1.0) AS c1 "
        "FROM (VALUES ('b'), ('a')) ids(s), range(6) steps(t)"
    )
    found = cut(Rows(connection, "kpis", ("load", "loss"), "kpis"), ClockOptions(window=3))
    assert found.x.shape == (4, 3, 2)
    np.testing.assert_array_equal(found.x[1, :, 0], [30, 40, 50])
    np.testing.assert_array_equal(found.x[..., 1], np.tile([np.nan, 1.0, 1.0], (4, 1)))
    assert found.groups.tolist() == ["a", "a", "b", "b"]
    assert found.start_time.tolist() == [0, 3, 0, 3]
