"""Without a window each series is a sample; a fitted model says how many steps it reads."""

import numpy as np
import pandas as pd
import pytest


def series(lengths, first=0):
    parts = [
        pd.DataFrame({"id": name, "time": first + np.arange(n), "v": 100.0 * number + np.arange(n)})
        for number, (name, n) in enumerate(lengths.items())
    ]
    return pd.concat(parts).sample(frac=1.0, random_state=0)


def test_series_of_equal_length_are_samples(cut_frame):
    found = cut_frame(series({"b": 9, "a": 9}))
    assert found.x.shape == (2, 9, 1) and found.groups.tolist() == ["a", "b"] and found.lengths is None
    np.testing.assert_array_equal(found.x[1, :, 0], np.arange(9))
    assert found.resolved["steps"] == 9


def test_series_of_unequal_length_are_padded_at_their_end(cut_frame, kinds):
    found = cut_frame(series({"a": 5, "b": 11, "c": 7}))
    assert found.x.shape == (3, 11, 1) and found.lengths.tolist() == [5, 11, 7]
    for number, length in enumerate(found.lengths):
        np.testing.assert_array_equal(found.x[number, :length, 0], 100.0 * number + np.arange(length))
        assert np.isnan(found.x[number, length:]).all()
    assert kinds(found)["lengths"] == "note" and found.resolved["steps"] == "any"
    again = cut_frame(series({"d": 30, "e": 3}), **found.resolved)
    assert again.lengths.tolist() == [30, 3] and again.x.shape == (2, 30, 1)
    one = cut_frame(series({"d": 6}), **found.resolved)
    assert one.x.shape == (1, 6, 1) and one.lengths.tolist() == [6]


def test_a_series_of_one_step_is_left_out(cut_frame):
    found = cut_frame(series({"a": 5, "b": 11, "c": 1}))
    assert found.groups.tolist() == ["a", "b"]
    assert found.left_out.groups.tolist() == ["c"] and found.left_out.reasons.tolist() == ["the series has 1 step"]


def test_lost_rows_at_the_ends_do_not_make_lengths_unequal(cut_frame, hourly):
    frame = hourly(6, 4)
    lost = frame.drop(frame.index[[0, 1, 96 + 95, 300]])
    found = cut_frame(lost, window="series")
    assert found.x.shape == (6, 96, 2) and found.lengths is None and found.resolved["align"] == "day"
    assert np.argwhere(np.isnan(found.x[..., 0])).tolist() == [[0, 0], [0, 1], [1, 95], [3, 12]]
    assert (found.start_time == np.datetime64("2024-01-01")).all()
    one = cut_frame(lost[lost["id"] == "c0"], **found.resolved)
    np.testing.assert_array_equal(one.x[0], found.x[0])


def test_a_series_that_covers_half_of_the_time_is_shorter(cut_frame, hourly):
    frame = hourly(5, 4)
    found = cut_frame(frame.drop(frame.index[:50]), window="series")
    assert found.lengths.tolist() == [46, 96, 96, 96, 96]


@pytest.mark.parametrize("n, steps", [(16, 16), (14, 16), (1, 16)])
def test_a_model_of_equal_lengths_reads_a_single_series_that_is_no_longer(n, steps, cut_frame):
    trained = cut_frame(series({f"c{number}": steps for number in range(8)}))
    found = cut_frame(series({"new": n}), **trained.resolved)
    assert found.x.shape == (1, steps, 1) and found.lengths is None
    np.testing.assert_array_equal(found.x[0, :n, 0], np.arange(n))
    assert np.isnan(found.x[0, n:]).all()
    assert not [finding for finding in found.findings if finding.severity != "note"]


def test_a_series_that_is_too_long_for_the_model_is_left_out_and_can_be_cut(cut_frame, kinds):
    trained = cut_frame(series({f"c{number}": 16 for number in range(8)}))
    some = cut_frame(series({"new": 16, "long": 20}), **trained.resolved)
    assert some.groups.tolist() == ["new"] and kinds(some)["long-series"] == "doubtful"
    assert some.left_out.reasons.tolist() == ["the series has 20 steps, the model reads 16"]
    none = cut_frame(series({"long": 20}), **trained.resolved)
    assert kinds(none)["long-series"] == "refused"
    assert none.findings[0].remedy == "give window=16 to cut them"
    assert cut_frame(series({"long": 20}), **trained.resolved | {"window": 16}).x.shape == (1, 16, 1)


def test_hourly_series_of_many_days_propose_days(cut_frame, hourly, kinds):
    found = cut_frame(hourly(4, 14))
    assert found.x.shape == (4, 336, 2)
    (whole,) = [finding for finding in found.findings if finding.severity == "doubtful"]
    assert whole.sentence == "Each sample is a whole series of 336 steps, 14 days."
    assert whole.remedy == "give window='1d' to group days, or window='series' to group whole series"
    assert "whole-series" not in kinds(cut_frame(hourly(4, 14), window="1d"))
    assert "whole-series" not in kinds(cut_frame(hourly(4, 14), window="series"))
    assert "whole-series" not in kinds(cut_frame(hourly(4, 14), **found.resolved))
    assert "whole-series" not in kinds(cut_frame(hourly(4, 1)))


@pytest.mark.parametrize("days, window", [(10, "'1d'"), (1, "2")])
def test_one_series_proposes_windows(days, window, cut_frame, hourly):
    found = cut_frame(hourly(1, days))
    assert len(found.x) == 1
    (whole,) = [finding for finding in found.findings if finding.severity == "doubtful"]
    assert whole.remedy == f"give window={window} to cut it"
    assert len(cut_frame(hourly(1, days), window=eval(window)).x) == days * (1 if days > 1 else 12)


def test_holes_within_a_series_are_told(cut_frame, kinds):
    frame = series({"a": 40, "b": 40, "c": 40})
    frame = frame[(frame["id"] != "b") | (frame["time"] < 5) | (frame["time"] > 30)]
    found = cut_frame(frame)
    (hole,) = [finding for finding in found.findings if finding.severity == "doubtful"]
    assert "such as cell b with 14 rows in 40" in hole.sentence
    assert hole.remedy == "give max_missing=0.25 to leave them out"
    settled = cut_frame(frame, max_missing=0.25)
    assert settled.groups.tolist() == ["a", "c"] and settled.left_out.groups.tolist() == ["b"]
    parts = cut_frame(frame, max_gap=10)
    assert parts.groups.tolist() == ["a", "b", "b", "c"] and parts.lengths.tolist() == [40, 5, 9, 40]
    assert kinds(parts)["holes"] == "note"


def test_an_id_without_a_value_is_left_out(cut_frame):
    frame = series({"a": 5, "b": 7})
    frame.loc[frame["id"] == "a", "v"] = np.nan
    found = cut_frame(frame)
    assert found.groups.tolist() == ["b"] and found.left_out.reasons.tolist() == ["no value was measured"]
