"""Irregular recordings on an even clock: one row a second, without holes."""

import numpy as np
import pandas as pd

MAX_GAP = 30  # seconds; what happened in a longer gap cannot be told from its ends


def to_even_clock(
    rows: pd.DataFrame, numbers: list[str], states: list[str], counts: list[str], max_gap: int = MAX_GAP
) -> list[pd.DataFrame]:
    """Resamples one recording to one row a second and splits it at long gaps.

    Seconds logged more than once are merged: numbers by their mean, states by the last, counts by their sum. In
    seconds that were skipped numbers are interpolated, states hold their last value and counts are 0. A run of
    missing numbers between two values more than `max_gap` seconds apart stays missing.

    Args:
        rows: numeric columns with a DatetimeIndex in the order they were logged; NaN is a missing value.
        numbers: columns with measurements.
        states: columns with states, such as 0 and 1.
        counts: columns with events counted in each row.
        max_gap: longest time between two rows, in seconds, that is bridged.

    Returns:
        One frame per unbroken stretch, index even at 1 s, columns in the order numbers, states, counts.

    Example:
        >>> clock = pd.to_datetime(["2020-01-01 10:00:00", "2020-01-01 10:00:00", "2020-01-01 10:00:02"])
        >>> rows = pd.DataFrame({"rsrp": [-80.0, -90.0, -95.0], "handover": [0, 1, 0]}, index=clock)
        >>> to_even_clock(rows, ["rsrp"], [], ["handover"])[0].to_numpy().tolist()
        [[-85.0, 1.0], [-90.0, 0.0], [-95.0, 0.0]]
    """
    second = rows.index.floor("s")
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


def _fill_seconds(part, numbers, states, counts, max_gap) -> pd.DataFrame:
    even = part.asfreq("s")
    even[numbers] = interpolate_short(even[numbers], max_gap)
    even[states] = even[states].ffill()
    even[counts] = even[counts].fillna(0)
    return even


def interpolate_short(frame: pd.DataFrame, max_gap: int = MAX_GAP) -> pd.DataFrame:
    """Linear interpolation of missing values that lie between two measured ones at most `max_gap` rows apart.

    Example:
        >>> interpolate_short(pd.DataFrame({"rsrp": [1, None, 3, None, None, 6]}), max_gap=2)["rsrp"].tolist()
        [1.0, 2.0, 3.0, nan, nan, 6.0]
    """
    row = pd.DataFrame(
        np.where(frame.notna(), np.arange(len(frame))[:, None], np.nan), index=frame.index, columns=frame.columns
    )
    return frame.interpolate(limit_area="inside").where(row.bfill() - row.ffill() <= max_gap)
