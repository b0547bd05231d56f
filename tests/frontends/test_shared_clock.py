"""The clock that sequences share: found where there is one, and only there."""

import numpy as np
import pytest

from kerasclust.frontends.clock import shared_clock


def cells(random, n=40, days=14, noise=1.0):
    """Hourly sequences (n, 24 days, 2) of cells that are busy in the morning or in the evening."""
    hours = np.arange(24 * days)
    peak = random.choice([9.0, 19.0], n)[:, None]
    load = np.cos((hours[None] - peak) * 2 * np.pi / 24) + 0.5 * np.cos((hours[None] - 14) * 2 * np.pi / 24)
    x = np.stack([load, -load], axis=2) * random.uniform(1, 50, (n, 1, 2)) + random.normal(0, 100, (n, 1, 2))
    return x + noise * random.normal(size=x.shape)


def test_hours_of_the_day_are_found_without_knowing_them():
    found = shared_clock(cells(np.random.default_rng(0)))
    assert found.period == 24 and found.is_evident and found.by_chance < 0.02


def test_a_clock_with_holes_is_found():
    random = np.random.default_rng(0)
    x = cells(random)
    x[random.random(x.shape) < 0.3] = np.nan
    x[3] = np.nan
    found = shared_clock(x)
    assert found.period == 24 and found.is_evident


def weekly(random, quiet, n=40, days=14):
    """Hourly sequences (n, 24 days, 1) of a daily course that is flat on some days of each week."""
    hours = np.arange(24 * days)
    swing = np.where(np.isin(hours // 24 % 7, quiet), 0.5, 1.0)
    x = swing * np.cos((hours - 14) * 2 * np.pi / 24) * random.uniform(1, 50, (n, 1))
    return (x + 5 * random.normal(size=x.shape))[..., None]


@pytest.mark.parametrize("quiet", [(5, 6), (4, 5), (0, 6), (2,), (3, 4, 5)])
@pytest.mark.parametrize("days", [7, 14, 24])
def test_days_that_differ_are_found(quiet, days):
    found = shared_clock(weekly(np.random.default_rng(0), quiet, days=days))
    assert (found.period, found.weekend) == (24, quiet)


@pytest.mark.parametrize("days", [6, 7, 14, 28])
def test_days_that_are_alike_have_no_weekend(days):
    assert shared_clock(cells(np.random.default_rng(3), days=days)).weekend == ()
    assert shared_clock(weekly(np.random.default_rng(0), (), days=days)).weekend == ()


@pytest.mark.parametrize(("cycle", "days"), [(5, 10), (6, 14), (8, 16)])
def test_a_cycle_of_other_than_seven_days_is_no_weekend(cycle, days):
    hours, random = np.arange(24 * days), np.random.default_rng(0)
    swing = np.where(hours // 24 % cycle == 2, 0.2, 1.0)
    x = swing * np.cos((hours - 14) * 2 * np.pi / 24) + 0.3 * random.normal(size=(40, len(hours)))
    assert shared_clock(x[..., None]).weekend == ()


def test_windows_that_start_anywhere_share_no_clock():
    random = np.random.default_rng(1)
    x = cells(random, n=60)
    starts = random.integers(0, 7 * 24, len(x))
    windows = np.stack([row[start : start + 48] for row, start in zip(x, starts, strict=True)])
    assert not shared_clock(windows).is_evident


def test_one_course_of_all_steps_has_the_period_of_all_steps():
    random = np.random.default_rng(2)
    bump = np.exp(-np.square(np.arange(60) - 30) / 50)
    found = shared_clock((bump + 0.3 * random.normal(size=(30, 60)))[..., None])
    assert found.period == 60 and found.is_evident


@pytest.mark.parametrize("n", [2, 5, 40])
def test_noise_shares_no_clock_however_few_sequences_there_are(n):
    random = np.random.default_rng(4)
    walks = np.cumsum(random.normal(size=(n, 100, 3)), axis=1)
    assert not shared_clock(random.normal(size=(n, 100, 3))).is_evident
    assert not shared_clock(walks).is_evident


def test_constants_share_no_clock():
    assert not shared_clock(np.ones((5, 20, 2))).is_evident
    assert not shared_clock(np.full((5, 20, 2), np.nan)).is_evident


def test_the_share_is_that_of_an_analysis_of_variance():
    """Against R^2 of a regression on one dummy variable for each step of the period."""
    x = cells(np.random.default_rng(5), n=50, days=4)[..., :1]
    own = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    dummies = np.tile(np.tile(np.eye(24), (4, 1)), (50, 1))
    values = own.ravel()
    residual = values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
    expected = 1.0 - np.square(residual).sum() / np.square(values).sum()
    found = shared_clock(x)
    assert found.period == 24 and found.share == pytest.approx(expected, rel=1e-6)
