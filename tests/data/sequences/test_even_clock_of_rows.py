"""The interval of rows is found, or given; what lies beside it is told."""

import numpy as np
import pandas as pd
import pytest

from kerasclust.data.sequences import finding_clocks
from kerasclust.data.sequences.interval import find_interval

HOUR = 3_600_000_000


def times_of(every, n=300, lost=0.0, jitter=0.0, seed=0):
    random = np.random.default_rng(seed)
    ticks = np.arange(n) * every + np.round(random.normal(0, jitter * every, n)).astype(int)
    return ticks[random.random(n) >= lost]


@pytest.mark.parametrize("lost", [0.0, 0.1, 0.6])
@pytest.mark.parametrize("every", [1, 7, 60_000_000, HOUR, 24 * HOUR, 1234567])
def test_an_exact_interval_is_found_in_spite_of_lost_rows(every, lost):
    times = times_of(every, lost=lost)
    found = find_interval(times, np.diff(times), is_duration=True)
    assert (found.ticks, found.is_exact, found.phase) == (every, True, 0)


def test_a_few_odd_times_do_not_change_the_interval():
    times = np.sort(np.append(times_of(HOUR), [HOUR // 7, 20 * HOUR + 1]))
    assert find_interval(times, np.diff(times), is_duration=True).ticks == HOUR


@pytest.mark.parametrize("jitter", [0.001, 0.03])
def test_a_jittering_interval_is_the_usual_one(jitter):
    times = times_of(HOUR, lost=0.05, jitter=jitter)
    found = find_interval(times, np.diff(times), is_duration=True)
    assert (found.ticks, found.is_exact, found.phase) == (HOUR, False, 0)


def test_the_minutes_past_the_hour_are_the_phase():
    times = times_of(HOUR) + HOUR // 6
    assert find_interval(times, np.diff(times), is_duration=True).phase == HOUR // 6


def test_months_are_an_interval_that_varies(cut_frame):
    frame = pd.DataFrame(
        {"id": "a", "time": pd.date_range("2005-01-01", periods=240, freq="MS"), "v": np.arange(240.0)}
    )
    found = cut_frame(frame, window=12)
    np.testing.assert_array_equal(found.x[:, :, 0].ravel(), np.arange(240.0))


def test_rows_that_jitter_count_for_the_nearest_step(cut_frame, hourly, kinds):
    frame = hourly(3, 6)
    shift = np.random.default_rng(0).normal(0, 90, len(frame)).clip(-900, 900)
    frame["time"] += pd.to_timedelta(np.round(shift), unit="s")
    found = cut_frame(frame, window="1d")
    np.testing.assert_array_equal(found.x, cut_frame(hourly(3, 6), window="1d").x)
    assert kinds(found) == {"interval": "note"}
    np.testing.assert_array_equal(cut_frame(frame, window="1d", every="1h").x, found.x)


def test_each_id_has_its_own_minutes_past_the_hour(cut_frame, hourly):
    frame = hourly(3, 4)
    shifted = frame.assign(
        time=frame["time"] + pd.to_timedelta(frame["id"].map({"c0": 0, "c1": 4, "c2": 11}), unit="min")
    )
    np.testing.assert_array_equal(cut_frame(shifted, window="1d").x, cut_frame(frame, window="1d").x)


def test_end_of_the_hour_belongs_to_the_hour(cut_frame, hourly):
    frame = hourly(2, 4)
    shifted = frame.assign(time=frame["time"] + pd.Timedelta(minutes=59))
    found = cut_frame(shifted, window="1d")
    np.testing.assert_array_equal(found.x, cut_frame(frame, window="1d").x)
    assert found.start_time[0] == np.datetime64("2024-01-01")


def test_rows_beside_an_exact_clock_are_told(cut_frame, hourly):
    frame = hourly(2, 5)
    frame.loc[[7, 100], "time"] += pd.Timedelta(minutes=12)
    found = cut_frame(frame, window="1d")
    (beside,) = [finding for finding in found.findings if finding.kind == "beside-the-clock"]
    assert (beside.severity, beside.count) == ("doubtful", 2)
    assert "cell c0 near 2024-01-01 07:00" in beside.sentence
    np.testing.assert_array_equal(found.x, cut_frame(hourly(2, 5), window="1d").x)


def test_times_without_an_even_clock_are_refused_with_one_that_works(cut_frame, kinds):
    random = np.random.default_rng(0)
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(random.exponential(240, 3000)), unit="s")
    for resolution in ("us", "s"):
        frame = pd.DataFrame({"id": "a", "time": times.floor(resolution), "v": random.random(3000)})
        found = cut_frame(frame, window=20)
        assert kinds(found) == {"irregular": "refused"} and len(found.x) == 0
        assert found.findings[0].remedy == "give every='10min' to put them on one"
        assert len(cut_frame(frame, window=20, every="10min").x) > 50


def test_numbers_are_times(cut_frame):
    frame = pd.DataFrame(
        {"id": np.repeat(["a", "b"], 60), "time": np.tile(np.arange(60) * 0.1, 2), "v": np.arange(120.0)}
    )
    found = cut_frame(frame.sample(frac=1.0, random_state=0), window=20)
    np.testing.assert_array_equal(found.x.ravel(), np.arange(120.0))
    np.testing.assert_allclose(found.start_time[:3], [0.0, 2.0, 4.0])
    assert found.resolved["every"] == 0.1 and found.step_seconds is None
    below_zero = frame.assign(time=(frame["time"] * 10).round().astype(int) * 5 - 200)
    found = cut_frame(below_zero, window=20)
    np.testing.assert_array_equal(found.x.ravel(), np.arange(120.0))
    assert found.start_time.tolist() == [-200, -100, 0] * 2


def test_a_clock_that_is_finer_than_the_rows_is_told(cut_frame, hourly, kinds):
    found = cut_frame(hourly(2, 3), window="1d", every="30min", max_missing=0.6, max_gap="2h")
    assert kinds(found)["finer-clock"] == "doubtful"
    np.testing.assert_array_equal(np.isnan(found.x[0, :, 0]), np.arange(48) % 2 == 1)


def test_shuffled_rows_show_their_interval_too(cut_frame, hourly, monkeypatch):
    monkeypatch.setattr(finding_clocks, "SAMPLE", 60)
    frame = hourly(40, 6)
    found = cut_frame(frame.sample(frac=1.0, random_state=0), window="1d")
    np.testing.assert_array_equal(found.x, cut_frame(frame, window="1d").x)


def test_shuffled_rows_may_jitter_too(cut_frame, hourly, monkeypatch, kinds):
    frame = hourly(12, 10)
    shift = np.random.default_rng(0).normal(0, 60, len(frame))
    jittering = frame.assign(time=frame["time"] + pd.to_timedelta(np.round(shift), unit="s")).sample(
        frac=1.0, random_state=0
    )
    whole = cut_frame(jittering, window="1d")
    monkeypatch.setattr(finding_clocks, "SAMPLE", 700)
    monkeypatch.setattr(finding_clocks, "FEW", 2)
    found = cut_frame(jittering, window="1d")
    np.testing.assert_array_equal(found.x, whole.x)
    assert "irregular" not in kinds(found)


def test_rows_in_the_order_of_time_show_their_interval_too(cut_frame, hourly, monkeypatch):
    monkeypatch.setattr(finding_clocks, "SAMPLE", 39)
    frame = hourly(40, 3).sort_values(["time", "id"])
    assert cut_frame(frame, window="1d").x.shape == (120, 24, 2)


def test_ids_without_two_times_are_no_series(cut_frame, kinds):
    frame = pd.DataFrame({"id": ["a", "b", "b"], "time": pd.to_datetime(["2024-01-01"] * 3), "v": [1.0, 2.0, 3.0]})
    found = cut_frame(frame, window=2)
    assert kinds(found) == {"no-series": "refused"}
    assert "No cell has rows of two different times" in found.findings[0].sentence
