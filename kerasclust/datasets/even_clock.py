"""Resampling of irregular recordings to one row a second."""

import numpy as np
import pandas as pd

MAX_GAP = 30  # seconds; the ends of a longer gap say too little about its values


def to_even_clock(
    rows: pd.DataFrame, numbers: list[str], states: list[str], counts: list[str], max_gap: int = MAX_GAP
) -> list[pd.DataFrame]:
    """Resample one recording to one row a second and split it at long gaps.

    Rows of the same second are merged: numbers by their mean, states by the last value, counts by their sum. In
    skipped seconds, numbers are interpolated, states keep their last value, and counts are 0. Missing numbers between
    two values more than `max_gap` seconds apart stay missing.

    Args:
        rows: numeric columns with a DatetimeIndex, in the order of logging; NaN is a missing value.
        numbers: columns of measurements.
        states: columns of states, such as 0 and 1.
        counts: columns of events counted in each row.
        max_gap: longest gap between two rows, in seconds, to fill.

    Returns:
        One frame for each stretch without a long gap, with one row a second and columns in the order numbers, states,
        counts.

    Example:
        >>> clock = pd.to_datetime(["2020-01-01 10:00:00", "2020-01-01 10:00:00", "2020-01-01 10:00:02"])
        >>> rows = pd.DataFrame({"rsrp": [-80.0, -90.0, -95.0], "handover": [0, 1, 0]}, index=clock)
        >>> to_even_clock(rows, ["rsrp"], [], ["handover"])[0].to_numpy().tolist()
        [[-85.0, 1.0], [-90.0, 0.0], [-95.0, 0.0]]
    """
    second = pd.DatetimeIndex(rows.index).floor("s")
    merged = pd.concat(
        [
            rows[numbers].groupby(second).mean(),
            rows[states].groupby(second).last(),
            rows[counts].groupby(second).sum(),
        ],
        axis=1,
    )
    stretch = (merged.index.to_series().diff() > pd.Timedelta(seconds=max_gap)).cumsum()
    return [_fill_seconds(part, numbers, states, counts, max_gap) for _, part in merged.groupby(stretch.to_numpy())]


def _fill_seconds(
    part: pd.DataFrame, numbers: list[str], states: list[str], counts: list[str], max_gap: int
) -> pd.DataFrame:
    """Add the skipped seconds of a stretch."""
    even = part.asfreq("s")
    even[numbers] = interpolate_short(even[numbers], max_gap)
    even[states] = even[states].ffill()
    even[counts] = even[counts].fillna(0)
    return even


def interpolate_short(frame: pd.DataFrame, max_gap: int = MAX_GAP) -> pd.DataFrame:
    """Interpolate missing values between two measured values at most `max_gap` rows apart.

    Example:
        >>> interpolate_short(pd.DataFrame({"rsrp": [1, None, 3, None, None, 6]}), max_gap=2)["rsrp"].tolist()
        [1.0, 2.0, 3.0, nan, nan, 6.0]
    """
    row = pd.DataFrame(
        np.where(frame.notna(), np.arange(len(frame))[:, None], np.nan), index=frame.index, columns=frame.columns
    )
    return frame.interpolate(limit_area="inside").where(row.bfill() - row.ffill() <= max_gap)
