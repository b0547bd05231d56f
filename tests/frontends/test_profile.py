"""Mean profiles: against pandas, with missing values, and in a front end by name."""

import numpy as np
import pandas as pd
import pytest

from kerasclust.errors import InputError
from kerasclust.frontends import LogSpectrum, MeanProfile, build_frontend

HOURS = 24


@pytest.fixture
def weeks():
    random = np.random.default_rng(3)
    x = random.normal(5.0, 3.0, (6, 7 * HOURS, 2)).astype("float32")
    x[random.random(x.shape) < 0.1] = np.nan
    return x


def by_pandas(x, period):
    """Profiles (n, period * channels) by group means of z-scores."""
    rows = []
    for sample in x:
        frame = pd.DataFrame(sample)
        own = (frame - frame.mean()) / frame.std(ddof=0)
        rows.append(own.groupby(np.arange(len(own)) % period).mean().to_numpy().ravel())
    return np.array(rows)


def test_it_is_the_group_mean_of_own_deviations(weeks):
    np.testing.assert_allclose(MeanProfile(HOURS)(weeks), by_pandas(weeks, HOURS), atol=1e-5)


@pytest.mark.parametrize("deviation", [False, True])
def test_weekends_have_a_profile_of_their_own(deviation):
    x = np.random.default_rng(4).normal(5.0, 3.0, (5, 17 * 6, 2)).astype("float32")  # days of 6 steps, from day 0
    x[:, 40] = np.nan
    day = np.arange(17 * 6) // 6 % 7
    expected = []
    for sample in x:
        frame = pd.DataFrame(sample)
        own = (frame - frame.mean()) / frame.std(ddof=0)
        kinds = []
        for kind in (~np.isin(day, [0, 6]), np.isin(day, [0, 6])):
            groups = own[kind].groupby(np.flatnonzero(kind) % 6)
            kinds.append((groups.std(ddof=0) if deviation else groups.mean()).to_numpy().ravel())
        expected.append(np.concatenate(kinds))
    layer = MeanProfile(6, weekend=(0, 6), deviation=deviation)
    np.testing.assert_allclose(layer(x), expected, atol=1e-5)
    names = layer.feature_names(["load", "users"])
    start = "deviation of " if deviation else ""
    assert names[0] == f"{start}load at step 1 of 6 on other days"
    assert names[-1] == f"{start}users at step 6 of 6 at weekends" and len(names) == 24
    assert MeanProfile.from_config(layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize("weekend", [(7,), (-1,), tuple(range(7))])
def test_a_bad_weekend_is_refused(weekend):
    with pytest.raises(InputError, match="weekend must have days from 0 to 6"):
        MeanProfile(24, weekend)


def test_a_weekend_needs_a_week_and_a_period():
    with pytest.raises(InputError, match="a week of 7 periods has 168 steps, but the sequences have 167"):
        MeanProfile(24, (5, 6)).build((None, 167, 1))
    with pytest.raises(InputError, match="needs a period"):
        MeanProfile(None, (5, 6))


def test_steps_after_the_last_whole_period_count_for_level_and_deviation_alone(weeks):
    x = np.concatenate([weeks[:, : 2 * HOURS], np.full((6, 5, 2), 100.0, "float32")], axis=1)
    x[np.isnan(x)] = 1.0
    frame = (x - np.nanmean(x, axis=1, keepdims=True)) / np.nanstd(x, axis=1, keepdims=True)
    expected = np.nanmean(frame[:, : 2 * HOURS].reshape(6, 2, HOURS, 2), axis=1).reshape(6, -1)
    np.testing.assert_allclose(MeanProfile(HOURS)(x), expected, atol=1e-4)


def test_level_and_scale_do_not_matter(weeks):
    np.testing.assert_allclose(MeanProfile(HOURS)(weeks), MeanProfile(HOURS)(40.0 * weeks - 1000.0), atol=2e-3)


def test_what_was_never_observed_is_missing_and_what_never_varies_is_zero():
    x = np.random.default_rng(0).normal(size=(2, 6, 2)).astype("float32")
    x[0, [1, 4], 0] = np.nan
    x[1, :, 1] = 7.0
    profile = MeanProfile(3)(x).numpy().reshape(2, 3, 2)
    assert np.isnan(profile[0, 1, 0]) and np.isnan(profile).sum() == 1
    assert (profile[1, :, 1] == 0.0).all()


def test_by_name_it_has_unit_share_of_each_block_and_no_missing_feature(weeks):
    layer = build_frontend("profile+variability", (7 * HOURS, 2), period=HOURS)
    layer.adapt(weeks)
    features = layer(weeks).numpy()
    assert features.shape == (6, 2 * HOURS + 4) and np.isfinite(features).all()
    blocks = features[:, : 2 * HOURS].var(axis=0).sum(), features[:, 2 * HOURS :].var(axis=0).sum()
    assert blocks[0] == pytest.approx(blocks[1], rel=0.05)
    names = layer.feature_names(["load", "users"])
    assert names[0] == "load at step 1 of 24" and len(names) == features.shape[1]


def test_auto_is_the_profile_on_a_clock_alone():
    assert build_frontend("auto", (48, 2), period=24).compute_output_shape((None, 48, 2)) == (None, 48)
    assert build_frontend("auto", (48, 2)).compute_output_shape((None, 48, 2)) == (None, 4)
    parts = build_frontend("auto", (24, 2), period=24).parts
    assert [type(part) for part in parts] == [MeanProfile, LogSpectrum]  # a single course


def test_auto_has_the_level_of_sequences_of_unequal_length():
    (part,) = build_frontend("auto", (None, 2), steps=12).parts
    assert part.level


@pytest.mark.parametrize("period", [0, -1, 2.5, True])
def test_a_bad_period_is_refused(period):
    with pytest.raises(InputError, match="period must be a whole number from 1"):
        MeanProfile(period)


def test_a_period_longer_than_the_sequences_is_refused():
    with pytest.raises(InputError, match="period has 24 steps, but the sequences have 12"):
        MeanProfile(24).build((None, 12, 1))


def test_sequences_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="equal length"):
        build_frontend("profile", (None, 2), steps=12)
