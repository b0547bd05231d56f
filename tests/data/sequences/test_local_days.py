"""Local days across clock changes: a step for each hour of the wall clock."""

import numpy as np
import pandas as pd
import pytest

ZONES = {  # days around a change in autumn, around a change in spring, and the hour that is repeated or skipped
    "Europe/Dublin": ("2024-10-26", "2024-03-30", 1),
    "America/New_York": ("2024-11-02", "2024-03-09", None),
    "Australia/Sydney": ("2024-04-06", "2024-10-05", 2),
}
HOURS = {"Europe/Dublin": (1, 1), "America/New_York": (1, 2), "Australia/Sydney": (2, 2)}  # repeated, skipped


def local_hours(zone, first, days=3, ids=2):
    """A row for each hour that passes in local days, with times in the zone and the number of the hour."""
    times = pd.date_range(first, pd.Timestamp(first) + pd.Timedelta(days=days), freq="h", tz=zone, inclusive="left")
    numbers = np.arange(float(len(times)))
    return pd.concat([pd.DataFrame({"id": f"c{i}", "time": times, "load": numbers}) for i in range(ids)])


def instants(frame):
    return frame.assign(time=frame["time"].dt.tz_convert("UTC"))


def without_offset(frame):
    return frame.assign(time=frame["time"].dt.tz_localize(None))


@pytest.mark.parametrize("as_written", [instants, without_offset])
@pytest.mark.parametrize("zone", ZONES)
def test_a_day_of_25_hours_has_24_steps_one_of_them_merged(zone, as_written, cut_frame, kinds):
    frame = local_hours(zone, ZONES[zone][0])
    assert len(frame) == 2 * 73
    found = cut_frame(as_written(frame), window="1d", timezone=zone)
    assert found.x.shape == (6, 24, 1)
    repeated = HOURS[zone][0]
    day = np.arange(24.0, 49.0)
    expected = np.concatenate([day[:repeated], [day[repeated : repeated + 2].mean()], day[repeated + 2 :]])
    np.testing.assert_array_equal(found.x[1, :, 0], expected)
    np.testing.assert_array_equal(found.x[2, :, 0], np.arange(49.0, 73.0))
    assert kinds(found)["clock-change"] == "note"
    assert "doubtful" not in kinds(found).values()


@pytest.mark.parametrize("as_written", [instants, without_offset])
@pytest.mark.parametrize("zone", ZONES)
def test_a_day_of_23_hours_has_24_steps_one_of_them_missing(zone, as_written, cut_frame, kinds):
    frame = local_hours(zone, ZONES[zone][1])
    assert len(frame) == 2 * 71
    found = cut_frame(as_written(frame), window="1d", timezone=zone)
    assert found.x.shape == (6, 24, 1) and found.left_out is None
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(found.x[1, :, 0])), [HOURS[zone][1]])
    np.testing.assert_array_equal(found.x[1, ~np.isnan(found.x[1, :, 0]), 0], np.arange(24.0, 47.0))
    assert "clock-change" not in kinds(found)


@pytest.mark.parametrize("season", [0, 1])
@pytest.mark.parametrize("zone", ZONES)
def test_days_start_at_local_midnight(zone, season, cut_frame):
    frame = local_hours(zone, ZONES[zone][season])
    found = cut_frame(instants(frame), window="1d", timezone=zone)
    midnights = pd.date_range(ZONES[zone][season], periods=3, freq="D", tz=zone).tz_convert("UTC").tz_localize(None)
    np.testing.assert_array_equal(found.start_time[:3], midnights.to_numpy())
    assert found.timezone == zone and found.resolved["timezone"] == zone


def test_times_without_an_offset_show_a_clock_change(cut_frame, kinds):
    frame = without_offset(local_hours("Europe/Berlin", "2023-10-27", days=5))
    found = cut_frame(frame, window="1d")
    assert kinds(found) == {"interval": "note", "clock-change": "doubtful"}
    change = found.findings[0]
    assert change.remedy.startswith("give timezone='Europe/Berlin'") and change.count == 2
    assert "2023-10-29 02:00" in change.sentence
    settled = cut_frame(frame, window="1d", timezone="Europe/Berlin")
    assert kinds(settled)["clock-change"] == "note"
    np.testing.assert_array_equal(found.x, settled.x)
    assert found.timezone is None and found.start_time[0] == np.datetime64("2023-10-27")
    assert settled.start_time[0] == np.datetime64("2023-10-26T22:00")


def test_days_of_utc_are_told(cut_frame, hourly, kinds):
    found = cut_frame(hourly(1, 3, tz="UTC"), window="1d")
    assert kinds(found)["utc"] == "note" and found.timezone == "UTC"
    assert "utc" not in kinds(cut_frame(hourly(1, 3, tz="UTC"), window="1d", timezone="UTC"))
    assert "utc" not in kinds(cut_frame(hourly(1, 3), window="1d"))


def test_quarter_hours_share_the_repeated_hour_too(cut_frame):
    times = pd.date_range("2024-10-27", "2024-10-28", freq="15min", tz="Europe/Dublin", inclusive="left")
    frame = pd.DataFrame({"id": "a", "time": times.tz_convert("UTC"), "load": 1.0})
    found = cut_frame(frame, window="1d", timezone="Europe/Dublin", aggregate="sum")
    np.testing.assert_array_equal(np.flatnonzero(found.x[0, :, 0] == 2.0), [4, 5, 6, 7])
    assert not np.isnan(found.x).any()
