"""Options that say how rows become sequences."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ClockOptions:
    """Options of `cut`.

    Args:
        window: steps of a sample, or its duration ("1d", "6h", "7d"). None: each series is a sample.
        stride: steps or duration from the start of a window to the start of the next. None: the window.
        every: duration of a step ("1h"), or a number for numeric times. None: found in the data.
        aggregate: "mean", "last", "sum" or "max" of the rows of one step. None: "mean".
        align: "day", "week", "hour" or "none", where windows start. None: by what the window is.
        timezone: name of the time zone of local days, such as "Europe/Dublin".
        max_gap: longest hole inside a series, as duration or steps. None: half a window; no limit without a window.
        max_missing: largest share of missing values of a sample, from 0 to 1. None: 0.25 for windows.
        steps: what a model without `window` reads: the length of each series, or "any" for unequal lengths. None:
            found in the data.
    """

    window: int | str | None = None
    stride: int | str | None = None
    every: str | float | None = None
    aggregate: str | None = None
    align: str | None = None
    timezone: str | None = None
    max_gap: int | str | None = None
    max_missing: float | None = None
    steps: Any = None
