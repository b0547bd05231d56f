"""Roles of the columns of a table: id, time, label and input."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from kerasclust.errors import InputError

# Names in lower case, without "_", "-" and blanks. Single letters are ambiguous: t may be a temperature, and y an axis
# of an accelerometer.
SUBJECTS = ("user", "ue", "cell", "trace", "device", "subscriber", "sequence", "session", "series")
ID_NAMES = {"id", "imsi", *SUBJECTS, *(f"{subject}id" for subject in SUBJECTS)}
TIME_NAMES = {"time", "timestamp", "datetime", "date", "step", "timestep"}
LABEL_NAMES = {"label", "labels", "class", "target"}


class Roles(NamedTuple):
    """Names of columns by role, None for a role without a column."""

    id: str | None
    time: str | None
    label: str | None
    channels: list[str]


def find_roles(
    table: pd.DataFrame,
    id_column: str | None = None,
    time_column: str | None = None,
    label_column: str | None = None,
    channels: str | Iterable[str] | None = None,
) -> Roles:
    """Find the role of each column: as the user says, or else by the name of the column.

    For each role, the first column with a typical name counts. Labels are recognized so that ground truth does not
    become input by accident. A column in `channels` is input, whatever its name.

    Args:
        table: a table.
        id_column: column of ids, or None.
        time_column: column of times, or None.
        label_column: column of labels, or None.
        channels: input columns. None: all columns without another role.

    Raises:
        InputError: A named column does not exist or has two roles, there is no input, or rows share an id but there is
            no time to order them.

    Example:
        >>> find_roles(pd.DataFrame({"UE-ID": [1, 2], "Time": [0, 0], "rsrp": [-80, -90]}))
        Roles(id='UE-ID', time='Time', label=None, channels=['rsrp'])
    """
    channels = [channels] if isinstance(channels, str) else list(channels or ())
    named = [column for column in (id_column, time_column, label_column, *channels) if column is not None]
    lacking = [column for column in named if column not in table]
    if lacking:
        raise InputError(f"The table has no column {some(lacking)}: it has {some(table.columns, 20)}.")
    if len(set(named)) < len(named):
        raise InputError(f"A column has one role, but {some(pd.Series(named)[pd.Series(named).duplicated()])} has two.")
    free = [column for column in table.columns if column not in named]
    roles = Roles(
        id_column or _first(free, ID_NAMES),
        time_column or _first(free, TIME_NAMES),
        label_column or _first(free, LABEL_NAMES),
        channels,
    )
    for column in filter(None, roles[:3]):
        if table[column].dtype == object and not table[column].map(pd.api.types.is_hashable).all():
            raise InputError(f"Column {column!r} holds lists or records: it needs one number or text in each row.")
    if roles.time is None and roles.id is not None and table[roles.id].duplicated().any():
        raise InputError(
            f"Several rows share a value of {roles.id!r}, but no column says in which order they come: name it with "
            "time_column. If the rows are samples of their own, list the input columns with channels."
        )
    channels = channels or [column for column in free if column not in roles[:3]]
    if not channels:
        raise InputError(f"The table has no input: its columns are {some(table.columns, 20)}.")
    return roles._replace(channels=channels)


def some(values: Iterable[Any], shown: int = 5) -> str:
    """List the first values, and the number of the others.

    Example:
        >>> some("abcdefg", shown=2)
        "'a', 'b' and 5 more"
    """
    values = list(values)
    more = f" and {len(values) - shown} more" if len(values) > shown else ""
    return ", ".join(repr(value) for value in values[:shown]) + more


def _first(columns: list[Any], names: set[str]) -> Any:
    """Return the first column with one of the names, or None."""
    return next((c for c in columns if str(c).lower().translate(str.maketrans("", "", "_- ")) in names), None)
