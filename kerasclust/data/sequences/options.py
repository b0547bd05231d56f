"""Options that say how rows become sequences."""

from dataclasses import dataclass
from typing import Any

from kerasclust.errors import InputError

AGGREGATES = ("mean", "last", "sum", "max")
ALIGNMENTS = ("day", "week", "hour", "none")
SERIES = "series"  # window that is a whole series
ANY = "any"  # steps of a model that reads unequal lengths
MAX_MISSING = 0.25  # share of missing values in a window


@dataclass(frozen=True)
class ClockOptions:
    """Options of `cut`.

    Args:
        window: steps of a sample, its duration ("1d", "6h", "7d"), or "series": each series is a sample, also the
            default, where whole series are not in doubt.
        stride: steps or duration from the start of a window to the start of the next. None: the window.
        every: duration of a step ("1h"), or a number for numeric times. None: found in the data.
        aggregate: "mean", "last", "sum" or "max" of the rows of one step. None: "mean".
        align: "day", "week", "hour" or "none", where windows start. None: windows of whole weeks start on Monday,
            windows of whole days at midnight, others at the first row of their series.
        timezone: name of the time zone of local days, such as "Europe/Dublin". Times without an offset are times of
            this zone. None: UTC, or the days of times without an offset.
        max_gap: longest hole inside a series, as duration or steps. None: half a window; no limit without a window.
        max_missing: largest share of missing values of a sample, from 0 to 1. None: 0.25 for windows, else no limit.
        steps: number of steps that a fitted model reads where each series is a sample, or "any". None: found in the
            data.

    Raises:
        InputError: An option has a value that it cannot have.
    """

    window: Any = None
    stride: Any = None
    every: Any = None
    aggregate: str | None = None
    align: str | None = None
    timezone: str | None = None
    max_gap: Any = None
    max_missing: float | None = None
    steps: int | str | None = None

    def __post_init__(self) -> None:
        _check_choice("aggregate", self.aggregate, AGGREGATES)
        _check_choice("align", self.align, ALIGNMENTS)
        if self.max_missing is not None and not 0 <= self.max_missing <= 1:
            raise InputError(f"max_missing is {self.max_missing!r}: give a share from 0 to 1.")
        if self.has_windows:
            return
        for name in ("stride", "align"):
            if getattr(self, name) not in (None, "none") and self.steps is None:
                raise InputError(f"{name} is for windows: give window as well.")

    @property
    def has_windows(self) -> bool:
        """Whether series are cut."""
        return self.window not in (None, SERIES)


def _check_choice(name: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise InputError(f"{name} is {value!r}: give {', '.join(choices)}.")
