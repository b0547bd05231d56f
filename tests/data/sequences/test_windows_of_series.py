"""Windows of series, beside an independent computation in loops."""

import numpy as np
import pandas as pd
import pytest

from kerasclust.data.sequences import ClockOptions, Rows, cut, finding_clocks, layout, scatter
from kerasclust.errors import InputError
from kerasclust.system.memory import MEMORY


def irregular_rows(seed, ids=7, steps=160, every=1, lost=0.15, holes=2):
    """Rows at whole steps from 1000 on: some lost, some values missing, holes of up to 60 steps, shuffled."""
    random = np.random.default_rng(seed)
    parts = []
    for number in range(ids):
        length = int(random.integers(5, steps))
        kept = random.random(length) > lost
        for _ in range(holes):
            first = int(random.integers(0, length))
            kept[first : first + int(random.integers(1, 60))] = False
        kept[0] = True
        times = (1000 + int(random.integers(0, 30)) + np.flatnonzero(kept)) * every
        values = random.normal(size=(len(times), 3))
        values[random.random(values.shape) < 0.05] = np.nan
        parts.append(pd.DataFrame({"id": f"cell {number}", "time": times, **dict(zip("abc", values.T, strict=True))}))
    return pd.concat(parts).sample(frac=1.0, random_state=seed)


def agrees(found, expected, start_of=int):
    """Whether sequences have the samples, and name the others, that the loops found."""
    used = {key: values for key, values in expected.items() if values is not None}
    got = [(name, start_of(start)) for name, start in zip(found.groups, found.start_time, strict=True)]
    assert got == sorted(used)
    np.testing.assert_allclose(found.x, np.array([used[key] for key in got]), rtol=1e-6)
    left = (
        set()
        if found.left_out is None
        else set(zip(found.left_out.groups.tolist(), map(start_of, found.left_out.start_time), strict=True))
    )
    assert left == {key for key, values in expected.items() if values is None}
    assert found.left_out is None or len(found.left_out) == len(left)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("window, stride", [(8, 8), (8, 3), (8, 11), (20, 20)])
def test_windows_from_the_first_row(seed, window, stride, cut_frame, by_pandas):
    frame = irregular_rows(seed)
    found = cut_frame(frame, window=window, stride=stride, every=1)
    agrees(found, by_pandas(frame, 1, window, stride))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("window, stride, unit", [(24, 24, "day"), (6, 6, "day"), (6, 3, "day"), (24, 12, "day")])
def test_windows_by_the_clock(seed, window, stride, unit, cut_frame, by_pandas):
    frame = irregular_rows(seed)
    expected = by_pandas(frame, 1, window, stride, unit=24)
    dates = frame.assign(time=pd.Timestamp("1970-01-01") + pd.to_timedelta(frame["time"], unit="h"))
    found = cut_frame(dates, window=window, stride=stride, every="1h", align=unit)
    agrees(found, expected, lambda start: int(start.astype("datetime64[h]").astype(int)))


@pytest.mark.parametrize("max_missing, max_gap", [(0.1, None), (0.6, None), (0.6, 4), (1.0, None), (0.5, 2)])
def test_limits_of_what_may_be_missing(max_missing, max_gap, cut_frame, by_pandas):
    frame = irregular_rows(3)
    options = {"max_missing": max_missing, "max_gap": max_gap}
    agrees(cut_frame(frame, window=10, every=1, **options), by_pandas(frame, 1, 10, **options))
    dates = frame.assign(time=pd.Timestamp("1970-01-01") + pd.to_timedelta(frame["time"], unit="h"))
    agrees(
        cut_frame(dates, window=24, every="1h", **options),
        by_pandas(frame, 1, 24, unit=24, **options),
        lambda start: int(start.astype("datetime64[h]").astype(int)),
    )


@pytest.mark.parametrize("aggregate", ["mean", "last", "sum", "max"])
@pytest.mark.parametrize("every", [3, 10])
def test_rows_of_a_step_are_merged(aggregate, every, cut_frame, by_pandas):
    frame = irregular_rows(4, lost=0.02, holes=1)
    found = cut_frame(frame, window=4, every=every, aggregate=aggregate)
    expected = by_pandas(frame, every, 4, aggregate=aggregate)
    agrees(found, expected, lambda start: int(start) // every)


def test_a_week_starts_on_monday(cut_frame, hourly):
    found = cut_frame(hourly(1, 21, start="2024-02-29"), window="7d")  # a Thursday
    assert found.start_time.astype("datetime64[h]").astype(str).tolist() == ["2024-03-04T00", "2024-03-11T00"]
    assert found.left_out.start_time.astype("datetime64[h]").astype(str).tolist() == ["2024-02-26T00", "2024-03-18T00"]


def test_a_day_starts_at_midnight_unless_told_otherwise(cut_frame, hourly):
    frame = hourly(1, 4)[5:]
    np.testing.assert_array_equal(cut_frame(frame, window=24).x[0, :7, 0], [np.nan] * 5 + [5, 6])
    assert cut_frame(frame, window="1d").start_time[0] == np.datetime64("2024-01-01")
    assert cut_frame(frame, window="1d", align="none").start_time[0] == np.datetime64("2024-01-01T05")
    assert cut_frame(frame, window="6h").start_time[0] == np.datetime64("2024-01-01T05")
    assert cut_frame(frame, window="6h", align="day").start_time[0] == np.datetime64("2024-01-01T06")


def test_hours_of_minutes(cut_frame):
    times = pd.date_range("2024-05-01 00:20", periods=6 * 20, freq="10min")
    frame = pd.DataFrame({"id": "a", "time": times, "load": np.arange(120.0)})
    found = cut_frame(frame, window="1h", align="hour")
    assert found.x.shape == (19, 6, 1)
    assert found.start_time[0] == np.datetime64("2024-05-01T01:00")
    assert found.left_out.reasons.tolist() == ["33.3 % of the values are missing", "66.7 % of the values are missing"]


def test_the_order_of_rows_does_not_matter(cut_frame):
    frame = irregular_rows(5).assign(label=lambda rows: rows["time"].astype(str).str[-1])
    again = pd.concat([frame, frame[::4].assign(a=1.5)])
    first = cut_frame(again, window=8, aggregate="last")
    second = cut_frame(again.sample(frac=1.0, random_state=1), window=8, aggregate="last")
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.labels, second.labels)
    assert first.groups.tolist() == second.groups.tolist()
    assert first.findings == second.findings


def test_values_keep_their_digits_where_asked(cut_frame, hourly):
    frame = hourly(1, 2).assign(load=lambda rows: 2.0**40 + rows["load"])
    found = cut_frame(frame, dtype="float64", window=24)
    assert found.x.dtype == np.float64
    np.testing.assert_array_equal(np.diff(found.x[0, :, 0]), 1.0)


def test_resolved_options_cut_the_same(cut_frame, hourly):
    frame = hourly(3, 10).sample(frac=0.9, random_state=0)
    first = cut_frame(frame, window="1d", stride="12h", max_missing=0.3)
    again = cut_frame(frame, **first.resolved)
    np.testing.assert_array_equal(first.x, again.x)
    assert first.resolved == again.resolved
    one_day = cut_frame(frame[(frame["id"] == "c1") & (frame["time"] < "2024-01-02")], **first.resolved)
    np.testing.assert_array_equal(one_day.x[0], first.x[(first.groups == "c1").argmax()])


def test_batches_are_seams_of_nothing(cut_frame, monkeypatch):
    frame = irregular_rows(2)
    whole = cut_frame(frame, window=8)
    monkeypatch.setattr(scatter, "BATCH", 1)
    np.testing.assert_array_equal(cut_frame(frame, window=8).x, whole.x)


def test_empty_days_of_a_hole_are_listed_up_to_a_year(cut_frame, hourly, monkeypatch):
    frame = hourly(1, 20)
    frame = frame[(frame["time"] < "2024-01-04") | (frame["time"] >= "2024-01-12")]
    found = cut_frame(frame, window="1d")
    assert len(found.x) == 12
    assert set(found.left_out.reasons) == {"no rows"} and len(found.left_out) == 8
    monkeypatch.setattr(layout, "MOST_EMPTY", 7)
    assert cut_frame(frame, window="1d").left_out is None


@pytest.mark.parametrize(
    "options, message",
    [
        ({"window": "5h", "align": "day", "stride": "5h"}, "do not start alike in each day"),
        ({"window": 1}, "window is 1, one step of 1 h"),
        ({"window": "90min"}, "window is '90min', no whole number of steps of 1 h"),
        ({"window": "a day"}, "window is 'a day': give a duration, such as '15min'"),
        ({"window": 24, "every": "often"}, "every is 'often'"),
        ({"window": 24, "timezone": "Mars/Olympus"}, "timezone 'Mars/Olympus' is unknown"),
        ({"window": 24, "align": "week", "every": "5h"}, "a step of 5 h does not divide a week"),
        ({"window": 24, "max_gap": "long"}, "max_gap is 'long'"),
        ({"window": 0}, "window must be a whole number of steps, 1 or more"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message, cut_frame, hourly):
    with pytest.raises(InputError, match=message):
        cut_frame(hourly(), **options)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"stride": 3}, "stride is for windows"),
        ({"align": "day"}, "align is for windows"),
        ({"window": 3, "align": "month"}, "align is 'month'"),
        ({"aggregate": "median"}, "aggregate is 'median'"),
        ({"max_missing": 2}, "max_missing is 2"),
    ],
)
def test_options_that_cannot_be_are_refused_at_once(options, message):
    with pytest.raises(InputError, match=message):
        ClockOptions(**options)


def test_numbers_have_no_days(cut_frame):
    frame = irregular_rows(0)
    with pytest.raises(InputError, match="align is 'day', but times are numbers"):
        cut_frame(frame, window=8, align="day")
    with pytest.raises(InputError, match="window is '1d', but times are numbers"):
        cut_frame(frame, window="1d")
    with pytest.raises(InputError, match="timezone is 'Europe/Dublin', but times are numbers"):
        cut_frame(frame, window=8, timezone="Europe/Dublin")


class Recorder:
    """Connection that records what is asked of it."""

    def __init__(self, connection):
        self.connection, self.asked = connection, []

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def execute(self, query, *rest):
        self.asked.append(query)
        return self.connection.execute(query, *rest)

    def sql(self, query):
        self.asked.append(query)
        return self.connection.sql(query)


@pytest.mark.parametrize("doubled, shuffled, scans", [(False, False, 2), (True, False, 3), (False, True, 3)])
def test_rows_are_scanned_two_or_three_times(doubled, shuffled, scans, rows_of, hourly, monkeypatch):
    monkeypatch.setattr(finding_clocks, "SAMPLE", 200)
    frame = hourly(3, 5)
    frame = pd.concat([frame, frame[:9]]) if doubled else frame
    rows = rows_of(frame.sample(frac=1.0, random_state=0) if shuffled else frame)
    recorder = Recorder(rows.connection)
    found = cut(Rows(recorder, rows.view, rows.channels, rows.name), ClockOptions(window="1d"))
    assert len(found.x) == 15
    over_all = [query for query in recorder.asked if rows.view in query and f"{rows.view} LIMIT" not in query]
    over_all += [query for query in recorder.asked if "WHERE id IN" in query]
    assert len([query for query in over_all if not query.startswith("DESCRIBE")]) == scans


def test_samples_that_are_larger_than_memory_lie_on_the_disk(cut_frame, monkeypatch):
    frame = irregular_rows(1)
    in_memory = cut_frame(frame, window=8, stride=2)
    monkeypatch.setenv(MEMORY, "1e-4")
    found = cut_frame(frame, window=8, stride=2)
    assert isinstance(found.x, np.memmap)
    np.testing.assert_array_equal(found.x, in_memory.x)
