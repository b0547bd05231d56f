"""Roles of the columns of a table: id, time, label, KPI, value and input."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kerasclust.data.tables.names import ID_NAMES, LABEL_NAMES, TIME_NAMES, plain, some
from kerasclust.data.tables.options import COLUMNS, TableOptions
from kerasclust.data.tables.profile import Profile
from kerasclust.data.tables.source import Column
from kerasclust.errors import InputError


@dataclass(frozen=True)
class Roles:
    """Columns by role, None for a role without a column.

    Args:
        id: column of ids.
        time: column of times.
        label: column of labels.
        channels: input columns.
        reasons: why a column has its role, {name of the column: reason}.
    """

    id: Column | None
    time: Column | None
    label: Column | None
    channels: tuple[Column, ...]
    reasons: Mapping[str, str]


def find_roles(columns: tuple[Column, ...], facts: Mapping[str, Profile], options: TableOptions) -> Roles:
    """Find the role of each column: as the user says, or else by its name.

    Labels are recognized so that ground truth does not become input by accident. A column in `channels` is input,
    whatever its name.

    Raises:
        InputError: A named column does not exist, or there is no input.
    """
    by_name = {column.name: column for column in columns}
    roles = {role: getattr(options, role) for role in COLUMNS}
    lacking = [
        name
        for name in (*filter(None, roles.values()), *options.channels, *options.drop, *options.rate)
        if name not in by_name
    ]
    if lacking:
        raise InputError(f"The table has no column {some(lacking)}: it has {some(by_name, 20)}.")
    taken = {*filter(None, roles.values()), *options.channels, *options.drop}
    free = [column for column in columns if column.name not in taken]
    reasons = {name: f"{role}={name!r}" for role, name in roles.items() if name}
    reasons |= dict.fromkeys(options.channels, "named in channels")

    def chosen(role: str, names: set[str], avoid: tuple[Column | None, ...] = ()) -> Column | None:
        if roles[role] is not None:
            return by_name[roles[role]]
        found = next((column for column in free if plain(column.name) in names and column not in avoid), None)
        if found is not None:
            reasons[found.name] = "by its name"
        return found

    id, time, label = (
        chosen("id_column", ID_NAMES),
        chosen("time_column", TIME_NAMES),
        chosen("label_column", LABEL_NAMES),
    )
    rest = tuple(column for column in free if column not in (id, time, label))
    channels = tuple(by_name[name] for name in options.channels) or rest
    if not channels:
        raise InputError(f"The table has no input: its columns are {some(by_name, 20)}.")
    return Roles(id, time, label, channels, reasons)


def without_time(roles: Roles) -> Roles:
    """Return roles in which the column of times has none."""
    return replace(roles, time=None)
