"""Roles of the columns of a table: id, time, label, KPI, value and input."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kerasclust.data.findings import Finding
from kerasclust.data.tables.names import (
    ID_NAMES,
    KPI_NAMES,
    LABEL_NAMES,
    TIME_NAMES,
    VALUE_NAMES,
    is_identifier,
    is_unnamed,
    plain,
    some,
)
from kerasclust.data.tables.options import COLUMNS, TableOptions
from kerasclust.data.tables.profile import Facts
from kerasclust.data.tables.source import Column, Source
from kerasclust.data.tables.wide import Wide, find_wide


@dataclass
class Roles:
    """Columns by role, None for a role without a column.

    Args:
        channels: input columns.
        wide: layout of a wide table whose KPIs the user named, or None.
        reasons: why a column has its role, {name of the column: reason}.
        findings: what is refused or doubtful about them.
    """

    id: Column | None = None
    time: Column | None = None
    label: Column | None = None
    kpi: Column | None = None
    value: Column | None = None
    channels: tuple[Column, ...] = ()
    wide: Wide | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def find_roles(source: Source, facts: Facts, options: TableOptions) -> Roles:
    """Find the role of each column: as the user says, or else by its name and values.

    Labels are recognized so that ground truth does not become input by accident. A column in `channels` is input,
    whatever its name.
    """
    roles = Roles()
    by_name = {column.name: column for column in source.columns}
    named = {role.removesuffix("_column"): getattr(options, role) for role in COLUMNS}
    named = {role: name for role, name in named.items() if name is not None}
    for role, name in named.items():
        if name in by_name:
            setattr(roles, role, by_name[name])
            roles.reasons[name] = f"{role}_column={name!r}"
    taken = {*named.values(), *options.channels, *options.drop}
    free = [column for column in source.columns if column.name not in taken]
    _by_name(source, roles, free, facts)
    _indexes(roles, free, facts)
    others = [name for name in options.channels if name not in by_name]
    _pivot(roles, free, facts, bool(options.channels) and not others)
    if others and roles.kpi is None and roles.time is None:
        roles.wide = find_wide(free, options.channels)
    lacking = [*(name for name in named.values() if name not in by_name)]
    lacking += others if roles.kpi is None and roles.wide is None else []
    _take_channels(roles, free, [by_name[name] for name in options.channels if name in by_name])
    _check_names(roles, list(by_name), dict.fromkeys(lacking), [name for name in options.drop if name not in by_name])
    return roles


def _take_channels(roles: Roles, free: list[Column], named: list[Column]) -> None:
    """Take the input columns: those that are named, those of a wide layout, or all that are left."""
    if roles.wide is not None:
        roles.channels = tuple(column for of in roles.wide.columns.values() for column in of)
    elif named:
        roles.channels = tuple(named)
        roles.reasons |= {column.name: "named in channels" for column in named}
    else:
        taken = (roles.id, roles.time, roles.label, roles.kpi, roles.value)
        roles.channels = tuple(column for column in free if column not in taken and column.name not in roles.reasons)


def _check_names(roles: Roles, names: list[str], lacking: Iterable[str], dropped: list[str]) -> None:
    """Refuse names that no column has, and a table without input."""
    if lacking := list(lacking):
        what = f"The table has no column {some(lacking)}: it has {some(names, 20)}."
        roles.findings.append(Finding("no_column", "refused", what))
    elif not roles.channels and not roles.value:
        what = f"The table has no input: its columns are {some(names, 20)}."
        roles.findings.append(Finding("no_input", "refused", what))
    if dropped:
        roles.findings.append(Finding("no_column", "doubtful", f"There is no column {some(dropped)} to leave out."))


def _by_name(source: Source, roles: Roles, free: list[Column], facts: Facts) -> None:
    """Give the roles that names tell, each to the first column with a typical name, and that of a clock."""

    def take(role: str, fits: Callable[[Column], bool]) -> None:
        if getattr(roles, role) is None:
            found = [column for column in free if fits(column) and column.name not in roles.reasons]
            if found:
                best = max(found, key=lambda column: facts[column.key].distinct) if role == "id" else found[0]
                setattr(roles, role, best)
                roles.reasons[best.name] = "by its name"

    take("time", lambda column: plain(column.name) in TIME_NAMES)
    take("label", lambda column: plain(column.name) in LABEL_NAMES)
    take("id", lambda column: plain(column.name) in ID_NAMES)
    take("id", lambda column: is_identifier(column.name))
    times = [column for column in free if facts[column.key].kind == "time" and column.name not in roles.reasons]
    if roles.time is None and len(times) == 1 and _is_clock(source, times[0], roles.id):
        roles.time = times[0]
        roles.reasons[times[0].name] = "the only times, on a clock"


def _is_clock(source: Source, time: Column, id: Column | None) -> bool:
    """Return whether the times of most rows follow those of another row of the same id by the same interval."""
    moment = f"TRY_CAST({time.key} AS TIMESTAMPTZ)"
    series = "" if id is None else f"PARTITION BY {id.text} "
    steps = f"SELECT {moment} - lag({moment}) OVER ({series}ORDER BY {moment}) AS step FROM glimpse"
    n, usual = source.one(f"SELECT count(*), count_if(step = (SELECT mode(step) FROM ({steps}))) FROM ({steps})")
    return bool(2 * (usual or 0) > n)


def _indexes(roles: Roles, free: list[Column], facts: Facts) -> None:
    """Give columns without a name, as an index is written, the role that their values tell, or leave them out."""
    for column in free:
        if not is_unnamed(column.name) or column.name in roles.reasons:
            continue
        kind = facts[column.key].kind
        if kind == "time" and roles.time is None:
            roles.time, reason = column, "an index of times"
        elif kind == "text" and roles.id is None:
            roles.id, reason = column, "an index of texts"
        else:
            reason = "left out, an index"
            if kind != "empty":
                what = f"Column {column.name!r} has no name of its own, as an index that was written: it is left out."
                roles.findings.append(Finding("index", "note", what, f"channels with {column.name!r} would use it"))
        roles.reasons[column.name] = reason


def _pivot(roles: Roles, free: list[Column], facts: Facts, has_channels: bool) -> None:
    """Find a column of names of KPIs and a column of their values, if there is nothing else."""
    if roles.kpi is not None or has_channels:
        return
    rest = [column for column in free if column.name not in roles.reasons]
    kpi = [column for column in rest if plain(column.name) in KPI_NAMES and facts[column.key].kind == "text"]
    value = [column for column in rest if plain(column.name) in VALUE_NAMES and facts[column.key].kind == "number"]
    if len(kpi) == len(value) == 1 and len(rest) == 2:
        roles.kpi, roles.value = kpi[0], value[0]
        roles.reasons |= {kpi[0].name: "by its name", value[0].name: "by its name"}
        what = (
            f"Each row holds one KPI, named in column {kpi[0].name!r} with its value in {value[0].name!r}: "
            "each name becomes a channel."
        )
        roles.findings.append(Finding("pivot", "note", what))


def described(roles: Roles) -> Mapping[str, str]:
    """Return the role of each column in words, {name: role and reason}."""
    words = {"id": "id", "time": "time", "label": "label, for reporting only", "kpi": "name of a KPI", "value": "value"}
    found = {}
    for role, word in words.items():
        if (column := getattr(roles, role)) is not None:
            found[column.name] = f"{word} ({roles.reasons[column.name]})"
    return found
