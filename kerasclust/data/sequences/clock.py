"""The even clock of series: the step that each row belongs to, and the time of each step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow

from kerasclust.data.sequences.durations import DAY, UNITS, WEEK, duration, microseconds, roughly
from kerasclust.data.sequences.types import Rows
from kerasclust.errors import InputError
from kerasclust.types import Array

MONDAY = -3 * DAY  # 1969-12-29 00:00, in microseconds from 1970: weeks, days and hours start at multiples from here
DIGITS = 10**6  # ticks of a number with decimals
ALIGNED = {"hour": UNITS["h"], "day": DAY, "week": WEEK}


@dataclass(frozen=True)
class Ticks:
    """Times as integers: microseconds, whole numbers, or millionths of a number.

    Times with an offset count in the time zone's wall clock: a local day always has the steps of 24 hours. The rows of
    an hour that a clock change repeats share its steps; the steps of an hour that it skips are missing.

    Args:
        is_date: whether times are dates, not numbers.
        timezone: time zone of the wall clock, or None for times as written and for numbers.
        has_offset: whether the times of the rows are instants, with an offset from UTC.
        per_number: ticks in a number.
    """

    is_date: bool
    timezone: str | None
    has_offset: bool
    per_number: int = 1

    @property
    def sql(self) -> str:
        """Integer expression of a row's time."""
        if not self.is_date:
            return "time::BIGINT" if self.per_number == 1 else f"round(time * {self.per_number})::BIGINT"
        if self.has_offset and self.timezone != "UTC":
            return f"epoch_us(timezone('{self.timezone}', time))"
        return "epoch_us(time)"

    @property
    def origin(self) -> int:
        """Ticks at which weeks, days and hours start."""
        return MONDAY if self.is_date else 0

    def of(self, value: Any, name: str) -> int:
        """Return the ticks of a duration or, for numeric times, of a number.

        Raises:
            InputError: The value is neither.
        """
        if self.is_date:
            return microseconds(value, name)
        try:
            found = round(float(value) * self.per_number)
        except (TypeError, ValueError):
            found = 0
        if found <= 0:
            raise InputError(f"{name} is {value!r}, but times are numbers: give a number as well.")
        return found

    def as_option(self, ticks: int) -> str | int | float:
        """Return ticks as the option `every` takes them."""
        if self.is_date:
            return duration(ticks)
        return ticks if self.per_number == 1 else ticks / self.per_number

    def roughly(self, ticks: float) -> str:
        """Return a difference of times for people, to three digits."""
        return roughly(ticks) if self.is_date else f"{ticks / self.per_number:.3g}"

    def text(self, ticks: int) -> str:
        """Return a time for people, as written or in the time zone."""
        if not self.is_date:
            return f"{self.as_option(int(ticks))}"
        return str(np.datetime64(int(ticks), "us").astype("datetime64[s]")).replace("T", " ").removesuffix(":00")


def read_ticks(rows: Rows, timezone: str | None) -> Ticks:
    """Return how the times of rows count.

    Raises:
        InputError: The time zone is unknown, or times are numbers.
    """
    described = rows.connection.execute(f"DESCRIBE SELECT time FROM {rows.view}").fetchall()
    kind = str(described[0][1])
    is_date = kind.startswith(("TIMESTAMP", "DATE"))
    if timezone is not None:
        if not is_date:
            raise InputError(f"timezone is {timezone!r}, but times are numbers.")
        known = rows.connection.execute("SELECT count(*) FROM pg_timezone_names() WHERE name = ?", [timezone])
        if not known.fetchall()[0][0]:
            raise InputError(f"timezone {timezone!r} is unknown: give a name such as 'Europe/Dublin' or 'UTC'.")
    has_offset = kind == "TIMESTAMP WITH TIME ZONE"
    per_number = DIGITS if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL") else 1
    return Ticks(is_date, timezone or ("UTC" if has_offset else None), has_offset, per_number)


@dataclass(frozen=True)
class Clock:
    """Even clock of series.

    Args:
        ticks: how times count.
        every: ticks of a step.
        phase: ticks from the origin to step 0.
        is_nearest: whether a row belongs to the nearest step; otherwise to the step that began last.
        is_exact: whether all times are expected to be those of steps.
    """

    ticks: Ticks
    every: int
    phase: int = 0
    is_nearest: bool = True
    is_exact: bool = False

    @property
    def sql(self) -> str:
        """Integer expression of the number of a row's step."""
        first = self.ticks.origin + self.phase - (self.every // 2 if self.is_nearest else 0)
        return floor_division(f"({self.ticks.sql} - {first})", self.every)

    @property
    def sql_beside(self) -> str:
        """Truth of whether a row's time is expected to be that of a step and is not."""
        if not self.is_exact:
            return "false"
        return f"({self.ticks.sql} - {self.ticks.origin + self.phase}) % {self.every} <> 0"

    def ticks_of(self, steps: Any) -> Any:
        """Return the ticks at which steps begin, an integer or array."""
        return self.ticks.origin + self.phase + np.asarray(steps, np.int64) * self.every

    def text(self, step: int) -> str:
        """Return the time of a step for people."""
        return self.ticks.text(int(self.ticks_of(step)))

    def steps(self, value: Any, name: str) -> int:
        """Return a number of steps that is given as such or as a duration.

        Raises:
            InputError: The value is neither, or the duration is not a whole number of steps.
        """
        number = whole_number(value)
        if number is not None:
            if number < 1:
                raise InputError(f"{name} must be a whole number of steps, 1 or more; found {value!r}.")
            return number
        if not self.ticks.is_date:
            raise InputError(f"{name} is {value!r}, but times are numbers: give a whole number of steps.")
        given = microseconds(value, name)
        if given % self.every:
            raise InputError(
                f"{name} is {value!r}, no whole number of steps of {self.in_words(1)}: "
                f"give {name} in steps, or another every."
            )
        return given // self.every

    def in_words(self, steps: int) -> str:
        """Return a number of steps as a duration, or as a number of steps for numeric times."""
        return self.ticks.roughly(int(steps) * self.every) if self.ticks.is_date else f"{steps} steps"

    def steps_in(self, unit: str) -> int | None:
        """Return the steps of "hour", "day" or "week", or None if they are not a whole number."""
        ticks = ALIGNED[unit] if self.ticks.is_date else 0
        return None if not ticks or ticks % self.every else ticks // self.every


def whole_number(value: Any) -> int | None:
    """Return a whole number that is given as a number or text, or None.

    Example:
        >>> whole_number("24"), whole_number(24), whole_number("1d")
        (24, 24, None)
    """
    if isinstance(value, bool):
        return None
    try:
        return int(value) if isinstance(value, (str, int, np.integer)) else None
    except ValueError:
        return None


def floor_division(dividend: str, divisor: int) -> str:
    """Return SQL of an integer division that rounds down, also below 0."""
    return f"({dividend} // {divisor} - (({dividend} % {divisor}) < 0)::BIGINT)"


def as_times(clock: Clock, steps: Array, rows: Rows) -> Array:
    """Return the times at which steps begin: datetime64[us] in UTC, or numbers."""
    ticks: Array = clock.ticks_of(steps)
    if not clock.ticks.is_date:
        return ticks if clock.ticks.per_number == 1 else ticks / clock.ticks.per_number
    zone = clock.ticks.timezone
    if zone in (None, "UTC"):
        return ticks.view("datetime64[us]")
    unique, places = np.unique(ticks, return_inverse=True)
    rows.connection.register("kerasclust_times", pyarrow.table({"t": unique}))
    try:
        found = rows.connection.execute(
            f"SELECT epoch_us(timezone('{zone}', make_timestamp(t))) AS u FROM kerasclust_times ORDER BY t"
        ).fetchnumpy()["u"]
    finally:
        rows.connection.unregister("kerasclust_times")
    return np.asarray(found, np.int64)[places].view("datetime64[us]")
