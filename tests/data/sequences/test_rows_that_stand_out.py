"""Holes, rows of the same time, and rows far from all others: told, and settled by what is proposed."""

import numpy as np
import pandas as pd
import pytest


def settled_by(remedy):
    """The options that a remedy names first: "give window=3 if ..."."""
    name, _, value = remedy.removeprefix("give ").split(" ")[0].rstrip(",:").partition("=")
    return {name: eval(value)}


def doubtful(found):
    return {finding.kind: finding for finding in found.findings if finding.severity != "note"}


def daily(days, ids=("a", "b"), **more):
    start = pd.Timestamp("2024-02-01")
    times = [start + pd.Timedelta(days=day) for day in days]
    return pd.concat([pd.DataFrame({"id": name, "time": times, "v": np.array(days, float), **more}) for name in ids])


def test_a_hole_ends_a_series(cut_frame):
    frame = daily([0, 1, 2, 3, 24, 25, 26, 27])
    found = cut_frame(frame, window=4)
    np.testing.assert_array_equal(found.x[:, :, 0], [[0, 1, 2, 3], [24, 25, 26, 27]] * 2)
    (hole,) = doubtful(found).values()
    assert hole.kind == "holes" and hole.count == 2
    assert "the longest has 20 d, in cell a after 2024-02-04 00:00" in hole.sentence
    assert not doubtful(cut_frame(frame, window=4, **settled_by(hole.remedy)))


def test_windows_do_not_reach_over_a_hole(cut_frame):
    found = cut_frame(daily([0, 1, 2, 23, 24, 25]), window=6)
    assert len(found.x) == 0
    short = doubtful(found)["short-series"]
    assert short.severity == "refused" and short.remedy == "give window=3"
    assert len(cut_frame(daily([0, 1, 2, 23, 24, 25]), window=3).x) == 4


def test_a_longer_gap_can_be_allowed(cut_frame):
    frame = daily([0, 1, 2, 3, 8, 9, 10, 11])
    assert len(cut_frame(frame, window=4).x) == 4
    found = cut_frame(frame, window=12, max_gap="4d", max_missing=0.5)
    assert found.x.shape == (2, 12, 1)
    assert np.isnan(found.x[0, :, 0]).sum() == 4


@pytest.mark.parametrize("bad", ["1970-01-01", "2124-01-03 05:00", "0024-01-01"])
def test_one_bad_time_is_told_and_harms_nothing(bad, cut_frame, hourly):
    frame = hourly(3, 10)
    frame["time"] = frame["time"].astype("datetime64[s]")
    frame.loc[300, "time"] = pd.Timestamp(bad).as_unit("s")
    for options in ({"window": "1d"}, {"window": 24, "align": "none"}, {"window": "series"}):
        found = cut_frame(frame, **options)
        far = doubtful(found)["far-time"]
        assert far.count == 1 and "cell c1" in far.sentence and bad[:10] in far.sentence
        good = cut_frame(hourly(3, 10), **options)
        assert found.x.shape == good.x.shape
        assert np.nansum(np.abs(np.isnan(found.x) ^ np.isnan(good.x))) == 2  # its own place is empty


def test_a_bad_time_in_each_id_is_refused_without_windows(cut_frame, hourly):
    frame = hourly(2, 5)
    frame = pd.concat(
        [frame, frame.groupby("id").tail(9).assign(time=lambda rows: rows["time"] + pd.Timedelta("9000d"))]
    )
    found = cut_frame(frame, window="series")
    hole = doubtful(found)["holes"]
    assert hole.severity == "refused" and hole.remedy.startswith("correct the times, or give max_gap='170d'")
    assert cut_frame(frame, window="series", max_gap="170d").lengths.tolist() == [120, 9, 120, 9]


def test_rows_of_the_same_time_are_merged_and_told(cut_frame, hourly):
    frame = hourly(2, 3)
    again = pd.concat([frame, frame[10:13].assign(load=100.0), frame[10:11].assign(load=400.0, loss=np.nan)])
    found = cut_frame(again, window="1d")
    twice = doubtful(found)["duplicates"]
    assert twice.count == 4 and "cell c0 at 2024-01-01 10:00" in twice.sentence
    np.testing.assert_array_equal(found.x[0, 10:13, 0], [(10 + 100 + 400) / 3, 55.5, 56.0])
    assert found.x[0, 10, 1] == -10.0
    for aggregate, value in (("sum", 510.0), ("max", 400.0), ("last", 400.0), ("mean", 170.0)):
        settled = cut_frame(again, window="1d", aggregate=aggregate)
        assert settled.x[0, 10, 0] == value and not doubtful(settled)
    assert settled_by(twice.remedy) == {"aggregate": "mean"}


def test_repeated_rows_do_not_hide_a_hole(cut_frame):
    frame = daily([0, 1, 2, 3, 24, 25, 26, 27])
    found = cut_frame(pd.concat([frame] * 9), window=4)
    assert doubtful(found)["holes"].count == 2
    np.testing.assert_array_equal(found.x[:, :, 0], [[0, 1, 2, 3], [24, 25, 26, 27]] * 2)


def test_one_step_with_very_many_rows(cut_frame):
    frame = daily(list(range(12)))
    found = cut_frame(pd.concat([frame, *[frame[2:3].assign(v=8.0)] * 300]), window=4)
    assert found.x[0, 2, 0] == pytest.approx((2 + 300 * 8) / 301)
    assert doubtful(found)["duplicates"].count == 300


def test_short_series_are_named(cut_frame):
    frame = pd.concat([daily(range(9)), daily(range(3), ids=("shorty",))])
    found = cut_frame(frame, window=4)
    short = doubtful(found)["short-series"]
    assert "cell shorty (3 steps)" in short.sentence and short.count == 1
    assert list(zip(found.left_out.groups, found.left_out.reasons, strict=True)) == [
        ("a", "the series has 1 of 4 steps"),
        ("b", "the series has 1 of 4 steps"),
        ("shorty", "the series has 3 of 4 steps"),
    ]
    assert "short-series" not in doubtful(cut_frame(frame, **settled_by(short.remedy)))


def test_windows_with_too_much_missing_are_told(cut_frame, hourly):
    frame = hourly(2, 6)
    frame = frame.drop(frame.index[24:34])
    found = cut_frame(frame, window="1d")
    left = doubtful(found)["left-out"]
    assert left.count == 1 and "1 of 12 samples is not used, such as cell c0 from 2024-01-02 00:00" in left.sentence
    assert len(found.x) == 11
    settled = cut_frame(frame, window="1d", **settled_by(left.remedy))
    assert len(settled.x) == 12 and not doubtful(settled)


def test_missing_values_count_like_missing_rows(cut_frame, hourly):
    frame = hourly(1, 4)
    frame.loc[30:40, ["load", "loss"]] = np.nan
    found = cut_frame(frame, window="1d")
    assert found.left_out.start_time.tolist() == [pd.Timestamp("2024-01-02").to_pydatetime()]
    frame["loss"] = 0.0
    assert cut_frame(frame, window="1d").left_out is None


def test_a_window_with_a_long_hole_is_not_used(cut_frame, hourly):
    frame = hourly(1, 4)
    frame = frame.drop(frame.index[30:34])
    assert cut_frame(frame, window="1d").left_out is None
    found = cut_frame(frame, window="1d", max_gap="3h")
    assert found.left_out.reasons.tolist() == ["a hole of 4 steps"]


def test_nothing_usable_is_refused(cut_frame, hourly):
    frame = hourly(2, 4)
    frame = frame[frame["time"].dt.hour < 14]
    found = cut_frame(frame, window="1d")
    left = doubtful(found)["left-out"]
    assert left.severity == "refused" and len(found.x) == 0
    assert len(cut_frame(frame, window="1d", **settled_by(left.remedy)).x) == 8
