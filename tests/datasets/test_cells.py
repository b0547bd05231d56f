"""Simulated cells: kinds are busy at their hours, faults and events show, and the table reads back as the samples."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from kerasclust.data import from_frame
from kerasclust.data.findings import DataWarning
from kerasclust.datasets import cells, cells_table
from kerasclust.datasets.cells.settings import COUNTERS, EVERYDAY, KINDS
from kerasclust.errors import InputError

SMALL = {"n_cells": 14, "weeks": 2}


@pytest.fixture(scope="module")
def data():
    return cells(n_cells=210)


@pytest.fixture(scope="module")
def days():
    return cells(n_cells=210, samples="days")


def channel(data, name):
    return data.x[..., data.channel_names.index(name)]


def of_kind(data, *kinds):
    return np.isin(data.y, [KINDS.index(kind) for kind in kinds])


def weekday(data):
    """Days of the week of samples of a day, 0 for Monday."""
    return (data.context["start_time"].astype("datetime64[D]").astype(int) + 3) % 7


def shape_of_days(data, chosen):
    """Mean day of the chosen samples, relative to the mean of each cell."""
    volume = channel(data, "downlink_volume")
    level = np.array([np.nanmean(volume[data.groups == cell]) for cell in np.unique(data.groups)])
    relative = volume / level[np.unique(data.groups, return_inverse=True)[1]][:, None]
    return np.nanmean(relative[chosen], axis=0)


def test_shapes_names_and_units(data):
    assert data.x.shape == (210, 1008, 9) and data.x.dtype == np.float32
    assert np.bincount(data.y).tolist() == [30] * 7 and data.label_names == KINDS
    assert len(set(data.channel_names)) == len(data.channel_units) == 9
    assert data.channel_label(0) == "downlink_volume [GB]" and data.step_seconds == 3600
    assert len(set(data.groups)) == 210 and data.groups[12] == "cell_0012"


@pytest.mark.parametrize(("samples", "n", "steps"), [("cells", 14, 336), ("weeks", 28, 168), ("days", 196, 24)])
def test_samples_are_parts_of_the_same_weeks(samples, n, steps):
    whole, cut = cells(**SMALL), cells(**SMALL, samples=samples)
    assert cut.x.shape == (n, steps, 9)
    np.testing.assert_array_equal(cut.x.reshape(whole.x.shape), whole.x)
    np.testing.assert_array_equal(cut.y, np.repeat(whole.y, n // 14))
    np.testing.assert_array_equal(cut.groups, np.repeat(whole.groups, n // 14))
    start = cut.context["start_time"]
    assert start[0] == np.datetime64("2024-04-22") and (start == start.astype("datetime64[D]")).all()
    assert (np.diff(start.reshape(14, -1)) == np.timedelta64(steps, "h")).all()
    np.testing.assert_array_equal(cut.context["holiday"].reshape(14, 14), whole.context["holiday"])


def test_the_seed_decides():
    first, again, other = (cells(**SMALL, seed=seed) for seed in (1, 1, 2))
    assert first.x.tobytes() == again.x.tobytes()
    assert (first.x != other.x).any()


@pytest.mark.parametrize(
    ("kind", "busy", "quiet"),
    [("business", (9, 17), (20, 24)), ("residential", (19, 23), (2, 6)), ("nightlife", (20, 24), (4, 9))],
)
def test_kinds_are_busy_at_their_hours(days, kind, busy, quiet):
    day = shape_of_days(days, of_kind(days, kind) & (weekday(days) < 4) & ~days.context["holiday"][:, 0])
    assert busy[0] <= day.argmax() < busy[1]
    assert day[slice(*busy)].min() > 1.5 * day[slice(*quiet)].max()


def test_commuters_have_two_peaks_and_no_night(days):
    day = shape_of_days(days, of_kind(days, "commuting") & (weekday(days) < 4) & ~days.context["holiday"][:, 0])
    assert day[:12].argmax() in (7, 8) and 12 + day[12:].argmax() in (17, 18)
    assert max(day[10:14]) < 0.7 * min(day[:12].max(), day[12:].max())
    assert day[:5].max() < 0.2 * day.max()


def test_offices_rest_at_weekends_and_bars_do_not(days):
    weekend, free = weekday(days) >= 5, days.context["holiday"][:, 0]
    office, bars = (
        [shape_of_days(days, of_kind(days, kind) & (weekend == rest) & ~free).mean() for rest in (False, True)]
        for kind in ("business", "nightlife")
    )
    assert office[0] > 1.5 * office[1] and bars[1] > 1.2 * bars[0]
    nights = [
        shape_of_days(days, of_kind(days, "nightlife") & (weekday(days) == day) & ~free)[1:4].mean() for day in (1, 5)
    ]
    assert nights[1] > 2 * nights[0]  # the nights after Monday and after Friday


def test_mixed_cells_are_between_business_and_residential(days):
    usual = (weekday(days) < 4) & ~days.context["holiday"][:, 0]
    business, mixed, residential = (
        shape_of_days(days, of_kind(days, kind) & usual) for kind in ("business", "mixed", "residential")
    )
    assert business[9:12].mean() > mixed[9:12].mean() > residential[9:12].mean()
    assert business[20:23].mean() < mixed[20:23].mean() < residential[20:23].mean()


@pytest.mark.parametrize("kind", ["business", "residential", "commuting"])
def test_holidays_look_like_sundays(days, kind):
    holiday = days.context["holiday"][:, 0]
    assert sorted(set(days.context["start_time"][holiday].astype("datetime64[D]").astype(str))) == [
        "2024-05-01",
        "2024-05-09",
        "2024-05-20",
        "2024-05-30",
    ]
    chosen = of_kind(days, kind)
    free = shape_of_days(days, chosen & holiday)
    sunday = shape_of_days(days, chosen & (weekday(days) == 6))
    usual = shape_of_days(days, chosen & (weekday(days) < 4) & ~holiday)
    assert np.abs(free - sunday).mean() < 0.4 * np.abs(free - usual).mean()


def test_levels_vary_more_within_a_kind_than_between_kinds(data):
    level = np.log10(np.nanpercentile(channel(data, "downlink_volume"), 95, axis=1))
    everyday = [level[of_kind(data, kind)] for kind in EVERYDAY]
    assert all(np.ptp(levels) > 0.8 for levels in everyday)  # an order of magnitude
    assert np.ptp([levels.mean() for levels in everyday]) < np.mean([levels.std() for levels in everyday])


def test_values_are_possible(data):
    for name in ("prb_utilization", "drop_rate", "setup_failure_rate", "availability"):
        assert np.nanmin(channel(data, name)) >= 0 and np.nanmax(channel(data, name)) <= 100.001, name
    assert np.nanmin(data.x) >= 0 and not np.isinf(data.x).any()
    handovers = channel(data, "handovers")
    assert (handovers[np.isfinite(handovers)] % 1 == 0).all()


def test_a_full_cell_is_slow_and_fails(data):
    chosen = ~of_kind(data, "faulty")
    load = channel(data, "prb_utilization")[chosen]
    for name, rises in (("user_throughput", False), ("drop_rate", True), ("setup_failure_rate", True)):
        values = channel(data, name)[chosen]
        low, high = np.nanmean(values[load < 30]), np.nanmean(values[load > 90])
        assert (high > 1.5 * low) if rises else (high < 0.5 * low), name
    more_volume = [np.corrcoef(a[ok], b[ok])[0, 1] for a, b, ok in _volume_and_load(data)]
    assert np.median(more_volume) > 0.9


def _volume_and_load(data):
    for volume, load in zip(channel(data, "downlink_volume"), channel(data, "prb_utilization"), strict=True):
        yield volume, load, np.isfinite(volume) & np.isfinite(load)


def test_faulty_cells_differ_by_what_goes_wrong_and_not_by_when_they_are_busy(data):
    faulty, sound = of_kind(data, "faulty"), of_kind(data, *EVERYDAY)
    worse = np.zeros(faulty.sum(), bool)
    for name, sign in (("drop_rate", 1), ("setup_failure_rate", 1), ("availability", -1)):
        level = sign * np.nanmean(channel(data, name), axis=1)
        worse |= level[faulty] > np.percentile(level[sound], 97)
    assert worse.mean() > 0.9
    assert len(np.unique(data.groupings["everyday"][faulty])) == len(EVERYDAY)
    np.testing.assert_array_equal(np.array(EVERYDAY)[data.groupings["everyday"][sound]], np.array(KINDS)[data.y[sound]])


def test_event_cells_have_rare_huge_peaks(data):
    volume = channel(data, "downlink_volume")
    peak = np.nanmax(volume, axis=1) / np.nanmedian(volume, axis=1)
    assert np.median(peak[of_kind(data, "event")]) > 3 * np.median(peak[of_kind(data, *EVERYDAY)])
    venue = volume[of_kind(data, "event")]
    busy = venue > 5 * np.nanpercentile(venue, 75, axis=1, keepdims=True)
    assert 0.002 < busy.mean() < 0.05 and (busy.any(axis=1)).mean() > 0.8


def test_an_outage_has_zeros_and_nothing_to_measure(data):
    out = channel(data, "availability") == 0
    assert out.sum() > 100
    for name in ("downlink_volume", "uplink_volume", "connected_users", "handovers"):
        assert (channel(data, name)[out] == 0).all(), name
    for name in ("prb_utilization", "user_throughput", "drop_rate", "setup_failure_rate"):
        assert np.isnan(channel(data, name)[out]).all(), name


@pytest.mark.parametrize("share", [0, 0.01, 0.3])
def test_missing_rows_are_a_share_of_all(share):
    data = cells(n_cells=140, weeks=2, missing=share)
    rows = np.isnan(channel(data, "availability"))
    np.testing.assert_array_equal(rows, np.isnan(data.x).all(axis=-1))
    assert abs(rows.mean() - share) <= 0.1 * share
    if share:
        assert (rows[:, 1:] & rows[:, :-1]).mean() > 2 * share**2  # in stretches


def test_missing_rows_change_no_other_row():
    full, holes = cells(**SMALL, missing=0), cells(**SMALL, missing=0.2)
    there = ~np.isnan(channel(holes, "availability"))
    np.testing.assert_array_equal(holes.x[there], full.x[there])


def test_the_table_reads_back_as_the_samples():
    options = {"n_cells": 21, "weeks": 3, "missing": 0.02, "seed": 4}
    days, table = cells(**options, samples="days"), cells_table(**options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # of holes
        read = from_frame(
            table, label_column="kind", rate=COUNTERS, window="1d", max_gap="30d", max_missing=1.0, name="read"
        )
    key = {(group, start): i for i, (group, start) in enumerate(zip(days.groups, _starts(days), strict=True))}
    place = [key[group, start] for group, start in zip(read.groups, _starts(read), strict=True)]
    assert len(place) == len(set(place)) >= 0.99 * len(days)
    assert read.channel_names == days.channel_names and read.step_seconds == 3600
    assert [read.label_names[y] for y in read.y] == [KINDS[y] for y in days.y[place]]
    expected = days.x[place]
    counted = np.isin(days.channel_names, COUNTERS)
    np.testing.assert_allclose(read.x[..., ~counted], expected[..., ~counted], rtol=1e-5)
    # The growth over a hole is shared by its hours, and there is none before the first row and after a restart.
    after_a_hole = np.isnan(cells(**options).x).all(axis=-1)
    after_a_hole[:, 1:], after_a_hole[:, 0] = after_a_hole[:, :-1].copy(), True
    known = ~after_a_hole.reshape(len(days), 24)[place] & np.isfinite(read.x[..., counted]).all(axis=-1)
    assert known.mean() > 0.93
    np.testing.assert_allclose(read.x[known][:, counted], expected[known][:, counted], rtol=1e-4, atol=1e-5)


def _starts(data):
    return data.context["start_time"].astype("datetime64[s]").tolist()


def test_counters_rise_start_again_and_go_on_in_holes():
    table, full = cells_table(**SMALL, missing=0.1), cells_table(**SMALL, missing=0)
    there = ~np.isnan(channel(cells(**SMALL, missing=0.1), "availability"))
    assert len(full) == 14 * 336 and len(table) == there.sum() < len(full)
    assert not table.isna()["availability"].any() and set(table["kind"]) == set(KINDS)
    both = table.merge(full, on=["cell", "time"])
    for name in COUNTERS:
        np.testing.assert_array_equal(both[f"{name}_x"], both[f"{name}_y"])
        falls = full.groupby("cell")[name].diff() < 0
        assert 10 <= falls.sum() <= 14 and falls.groupby(full["cell"]).sum().max() == 1  # every two weeks


@pytest.mark.parametrize(
    "bad",
    [
        {"n_cells": 0},
        {"n_cells": 2.5},
        {"weeks": 0},
        {"weeks": True},
        {"missing": 1.0},
        {"missing": -0.1},
        {"missing": float("nan")},
        {"missing": "0.1"},
        {"seed": -1},
    ],
)
def test_bad_arguments_are_named(bad):
    for simulate in (cells, cells_table):
        with pytest.raises(InputError, match=f"{next(iter(bad))} must be a"):
            simulate(**bad)


@pytest.mark.parametrize("bad", ["hours", "Days", None, 7, ["days"]])
def test_unknown_samples_are_named(bad):
    with pytest.raises(InputError, match="samples must be 'cells', 'weeks' or 'days'; found"):
        cells(samples=bad)


def test_the_smallest_network_and_a_long_one():
    assert cells(n_cells=1, weeks=1).x.shape == (1, 168, 9)
    year = cells(n_cells=5, weeks=53, samples="weeks")
    assert year.context["holiday"].shape == (265, 7)
    holidays = np.flatnonzero(year.context["holiday"].reshape(5, -1)[0])
    assert len(holidays) == 13 and np.datetime64("2024-04-22") + holidays[-1] == np.datetime64("2025-04-21")  # Easter


def test_import_is_cheap():
    code = "import sys, kerasclust.datasets.cells; print({'tensorflow', 'pandas', 'scipy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
