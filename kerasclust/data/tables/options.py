"""Options that say how a table becomes samples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from kerasclust.data.sequences import ClockOptions
from kerasclust.errors import InputError

COLUMNS = ("id_column", "time_column", "label_column", "kpi_column", "value_column")
CLOCK = ("window", "stride", "every", "aggregate", "align", "timezone", "max_gap", "steps")  # for tables with times


@dataclass(frozen=True)
class TableOptions:
    """Options of `from_frame`, `from_file` and `check`; see `kerasclust.data.from_frame`."""

    id_column: str | None = None
    time_column: str | None = None
    label_column: str | None = None
    channels: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    window: int | str | None = None
    stride: int | str | None = None
    every: str | None = None
    aggregate: str | None = None
    align: str | None = None
    timezone: str | None = None
    max_gap: str | None = None
    max_missing: float | None = None
    steps: int | str | None = None
    missing_value: tuple[float | str, ...] = ()
    rate: tuple[str, ...] = ()
    kpi_column: str | None = None
    value_column: str | None = None
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, **given: Any) -> "TableOptions":
        """Check options as the user gives them: one name or several, one value or several.

        Raises:
            InputError: A value is of the wrong kind, or a column has two roles.
        """
        for name in COLUMNS:
            given[name] = None if given.get(name) is None else str(given[name])
        for name in ("channels", "drop", "rate"):
            given[name] = tuple(map(str, _several(given.get(name))))
        given["missing_value"] = tuple(map(_value, _several(given.get("missing_value"))))
        given["categories"] = {str(name): tuple(map(str, of)) for name, of in (given.get("categories") or {}).items()}
        options = cls(**given)
        options._check()
        return options

    def _check(self) -> None:
        named = [name for name in (getattr(self, role) for role in COLUMNS) if name is not None]
        named += [*self.channels, *self.drop]
        again = [name for i, name in enumerate(named) if name in named[:i]]
        if again:
            raise InputError(f"A column has one role, but {again[0]!r} has two.")
        if (self.kpi_column is None) != (self.value_column is None):
            raise InputError("kpi_column and value_column belong together: give both, or none.")
        if self.decimal not in (None, ".", ","):
            raise InputError(f"decimal is {self.decimal!r}: give '.' or ','.")
        if self.separator is not None and len(self.separator) != 1:
            raise InputError(f"separator is {self.separator!r}: give one character, such as ';' or '\\t'.")
        if self.max_missing is not None and not isinstance(self.max_missing, (int, float)):
            raise InputError(f"max_missing is {self.max_missing!r}: give a share from 0 to 1.")
        self.clock()

    def clock(self) -> ClockOptions:
        """Return the options of the clock.

        Raises:
            InputError: An option has a value that it cannot have.
        """
        return ClockOptions(max_missing=self.max_missing, **{name: getattr(self, name) for name in CLOCK})

    def given(self) -> dict[str, Any]:
        """Return the options that differ from their defaults."""
        found = {option.name: getattr(self, option.name) for option in fields(self)}
        return {name: value for name, value in found.items() if value not in (None, (), {})}


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Iterable) and not isinstance(value, (str, bytes)) else [value]


def _value(value: Any) -> float | str:
    """Return a marker of missing values as a number if it is one, or else as text.

    Example:
        >>> _value("-999"), _value("-"), _value(255)
        (-999.0, '-', 255.0)
    """
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)
