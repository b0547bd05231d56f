"""Plans: how the rows of a source become samples, and everything that was found on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby

from kerasclust.data.findings import Finding
from kerasclust.data.tables.categories import Categories, code, find_categories
from kerasclust.data.tables.counters import counters
from kerasclust.data.tables.csv_files import csv_errors
from kerasclust.data.tables.identifiers import identifiers
from kerasclust.data.tables.names import some
from kerasclust.data.tables.options import CLOCK, TableOptions
from kerasclust.data.tables.pivot import pivoted
from kerasclust.data.tables.profile import Facts, glimpse, profile
from kerasclust.data.tables.roles import Roles, find_roles
from kerasclust.data.tables.sentinels import sentinels
from kerasclust.data.tables.source import Column, Source
from kerasclust.data.tables.times import Times, times_of
from kerasclust.data.tables.typed import typed
from kerasclust.data.tables.values import bad_values, marked_texts, needs_float64
from kerasclust.data.tables.wide import Wide, find_wide

MOST_OF_A_KIND = 8  # findings of one kind that are listed
LEAST_MEASURED = 10  # values of a column with holes, to learn from them what takes the place of a hole


@dataclass
class Plan:
    """Plan of a reading.

    Args:
        source: rows.
        options: options that the user gave.
        facts: facts about the columns.
        roles: roles of the columns.
        channels: input columns that are used.
        times: times of the rows, or None where each row is a sample.
        wide: layout of a wide table, or None.
        categories: columns of categories, {name: categories}.
        pivot: names of the columns of KPIs and of values, if the table was pivoted.
        findings: all findings.
    """

    source: Source
    options: TableOptions
    facts: Facts
    roles: Roles
    channels: tuple[Column, ...] = ()
    times: Times | None = None
    wide: Wide | None = None
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pivot: tuple[str, str] | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether nothing can be read."""
        return any(finding.severity == "refused" for finding in self.findings)

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return next(iter(self.facts.values())).rows

    @property
    def dtype(self) -> str:
        """Type of the samples."""
        wide_enough = all(not needs_float64(self.facts[column.key]) for column in self.channels)
        return "float32" if wide_enough else "float64"

    def value(self, column: Column) -> str:
        """Return the SQL of the number that a channel takes from a column."""
        if column.name in self.categories:
            return code(self.source, column, self.categories[column.name])
        fact = self.facts[column.key]
        if fact.kind == "boolean" and column.kind == "text":
            return f"(lower(trim({column.key})) = 'true')::TINYINT::DOUBLE"
        return self.source.number(column)


def make_plan(source: Source, options: TableOptions) -> Plan:
    """Find out how rows become samples, and what is refused or doubtful about it.

    Raises:
        InputError: A CSV file has lines that do not fit its header.
    """
    source.missing = options.missing_value
    with csv_errors(source):
        first = glimpse(source)
        roles = find_roles(source, first, options)
        if source.scans and not source.stored and (stored := typed(source, first, roles)) is not None:
            source, first = stored, glimpse(stored)
        facts = profile(source, first)
    roles = find_roles(source, facts, options)
    plan = Plan(source, options, facts, roles, roles.channels)
    if not plan.rows:
        what = f"{source.title} is empty: it has 0 rows and {len(source.columns)} columns."
        plan.findings.append(Finding("empty", "refused", what))
        return plan
    if roles.kpi is not None and roles.value is not None:
        return _of_pivot(plan)
    plan.findings += source.findings + roles.findings + _lists(plan)
    _drop_empty(plan)
    if roles.time is not None and roles.id is None:
        _find_id(plan)
    if roles.time is not None and _are_rows_of_their_own(plan):
        roles.time = None
    (_plan_rows if roles.time is None else _plan_series)(plan)
    _check_values(plan)
    plan.findings = _shortened(plan.findings)
    return plan


def _of_pivot(plan: Plan) -> Plan:
    """Plan the table that a pivot makes of a table with one KPI a row."""
    options, roles = plan.options, plan.roles
    assert roles.kpi is not None and roles.value is not None
    problems = bad_values(plan.source, plan.facts[roles.value.key])
    source = pivoted(plan.source, roles)
    source.findings += [*roles.findings, *problems]
    if any(finding.severity == "refused" for finding in source.findings):
        plan.findings += source.findings
        return plan
    id, time, label = (None if column is None else column.name for column in (roles.id, roles.time, roles.label))
    of_pivot = replace(options, kpi_column=None, value_column=None, drop=(), id_column=id, time_column=time)
    planned = make_plan(source, replace(of_pivot, label_column=label))
    return replace(planned, pivot=(roles.kpi.name, roles.value.name), options=options)


def _lists(plan: Plan) -> list[Finding]:
    """Refuse ids and labels that are neither texts nor numbers."""
    odd = [column for column in (plan.roles.id, plan.roles.label) if column is not None and column.kind == "other"]
    what = "Column {!r} holds lists or records ({}): it needs one number or text in each row."
    return [Finding("lists", "refused", what.format(column.name, column.type), "", plan.rows) for column in odd]


def _drop_empty(plan: Plan) -> None:
    """Leave out columns without any value, unless the user named them."""
    empty = [column for column in plan.channels if plan.facts[column.key].kind == "empty"]
    for column in empty:
        what = f"Column {column.name!r} has no value."
        named = column.name in plan.options.channels
        if named:
            plan.findings.append(Finding("no_values", "refused", what, "leave it out of channels"))
        elif column.name:
            plan.findings.append(Finding("no_values", "doubtful", what[:-1] + ": it is left out."))
    plan.channels = tuple(column for column in plan.channels if column not in empty)
    if not plan.channels and empty:
        plan.findings.append(Finding("no_input", "refused", "No input column has a value."))


def _are_rows_of_their_own(plan: Plan) -> bool:
    """Return whether a column of dates, found by its name, belongs to rows that are samples of their own."""
    time, id, options, source = plan.roles.time, plan.roles.id, plan.options, plan.source
    assert time is not None
    given = options.time_column is not None or any(getattr(options, name) is not None for name in CLOCK)
    if given or plan.facts[time.key].kind != "time" or _has_time_of_day(source, time):
        return False
    keys = time.text if id is None else id.text
    groups, rows = source.one(f"SELECT count(DISTINCT {keys}), count({keys}) FROM source")
    if (id is None and groups == rows) or (id is not None and groups < rows):
        return False
    what = (
        f"Column {time.name!r} holds dates, but "
        + ("several rows share a date and no column names a series" if id is None else f"no {id.name!r} has two rows")
        + f": each row is a sample, and {time.name!r} is left out."
    )
    remedy = (
        "give id_column if the rows are steps of series" if id is None else f"give time_column={time.name!r} otherwise"
    )
    plan.findings.append(Finding("dates", "doubtful", what, remedy))
    plan.roles.reasons[time.name] = "left out, dates of rows of their own"
    return True


def _find_id(plan: Plan) -> None:
    """Find the id of rows that share times: the only column of texts with which no time repeats."""
    time, source, roles = plan.roles.time, plan.source, plan.roles
    assert time is not None
    texts = [column for column in plan.channels if plan.facts[column.key].kind == "text"]
    counts = [f"count(DISTINCT ({column.text}, {time.text})), count(DISTINCT {column.text})" for column in texts]
    rows, times, *found = source.one(
        f"SELECT {', '.join(['count(*)', f'count(DISTINCT {time.text})', *counts])} FROM glimpse"
    )
    if 2 * times > rows:
        return
    ids = [column for column, n, names in zip(texts, found[::2], found[1::2], strict=True) if n == rows > names]
    if len(ids) == 1:
        roles.id, name = ids[0], ids[0].name
        roles.reasons[name] = "no time repeats for it"
        plan.channels = tuple(column for column in plan.channels if column != ids[0])
        what = f"Column {name!r} was taken for the id: many rows share a time, and none does with the same {name!r}."
        plan.findings.append(Finding("id", "note", what))
    elif plan.options.aggregate is None and (plan.facts[time.key].kind != "time" or _has_time_of_day(source, time)):
        what = f"Rows share times in column {time.name!r}, and no column is known that tells their series apart."
        remedy = f"give id_column, or aggregate to merge them, or drop={time.name!r} if each row is a sample of its own"
        plan.findings.append(Finding("no_id", "refused", what, remedy, rows - times))


def _has_time_of_day(source: Source, time: Column) -> bool:
    if time.kind == "time":
        return bool(source.one(f"SELECT count(*) FROM source WHERE {time.key}::TIMESTAMP <> {time.key}::DATE")[0])
    return bool(source.one(f"SELECT count(*) FROM glimpse WHERE contains({time.key}, ':')")[0])


def _plan_rows(plan: Plan) -> None:
    """Plan a table without times."""
    given = [name for name in CLOCK if getattr(plan.options, name) is not None]
    if given:
        what = f"{' and '.join(given)} need sequences, and so a column of times."
        plan.findings.append(Finding("no_time", "refused", what, "name it with time_column"))
    if plan.options.rate:
        what = f"rate needs a column of times, to put {some(plan.options.rate)} in order."
        plan.findings.append(Finding("no_time", "refused", what, "name it with time_column"))
    plan.wide = plan.roles.wide if plan.options.channels else find_wide(plan.channels)
    if plan.wide is not None:
        plan.findings.append(plan.wide.finding())
    else:
        _leave_out(plan, "time", "holds times")
        found: Categories = find_categories(plan.source, plan.channels, plan.facts, plan.options.categories)
        plan.categories = found.names
        plan.channels = tuple(column for column in plan.channels if column not in found.left_out)
        plan.findings += found.findings
        if not plan.channels and found.left_out:
            plan.findings.append(Finding("no_input", "refused", "No column is left as input."))
    _check_ids_of_rows(plan)
    _check_holes(plan)


def _check_ids_of_rows(plan: Plan) -> None:
    """Refuse rows that share an id and have no order, unless the user says that they are samples."""
    id, source, options = plan.roles.id, plan.source, plan.options
    if id is None or options.channels or options.id_column is not None:
        return
    shared = source.all(
        f"SELECT {id.text} AS name, count(*) AS n FROM source WHERE name IS NOT NULL GROUP BY name HAVING n > 1 LIMIT 1"
    )
    for value, n in shared:
        what = (
            f"Several rows share a value of {id.name!r}, such as {value!r} in {n:,} rows, but no column says in which "
            "order they come."
        )
        remedy = (
            f"give time_column, or, if each row is a sample of its own, drop={id.name!r} or id_column={id.name!r}, "
            "which keeps it as their group"
        )
        plan.findings.append(Finding("no_order", "refused", what, remedy))


def _check_holes(plan: Plan) -> None:
    """Say which columns of a table have missing values, and refuse those with too few others."""
    for column in plan.channels:
        fact = plan.facts[column.key]
        if not fact.missing or fact.kind == "other":
            continue
        row, _ = plan.source.first(f"{plan.value(column)} IS NULL")
        values = f"{fact.missing:,} missing value{'' if fact.missing == 1 else 's'}"
        what = f"Column {column.name!r} has {values} ({fact.missing / fact.rows:.1%}), the first in row {row}"
        measured = fact.rows - fact.missing
        if measured < LEAST_MEASURED:
            what += f", and only {measured} other{'' if measured == 1 else 's'}: at least {LEAST_MEASURED} are needed."
            plan.findings.append(
                Finding("missing", "refused", what, f"fill it, or give drop={column.name!r}", fact.missing)
            )
        else:
            plan.findings.append(Finding("missing", "note", f"{what}.", count=fact.missing))


def _plan_series(plan: Plan) -> None:
    """Plan a table with times."""
    roles, source = plan.roles, plan.source
    assert roles.time is not None
    plan.times = times_of(source, roles.time, plan.facts)
    plan.findings += plan.times.findings
    if roles.id is not None:
        n = plan.rows - plan.facts[roles.id.key].filled
        if n:
            row, _ = source.first(f"{roles.id.text} IS NULL")
            what = f"Column {roles.id.name!r} has {n:,} missing value{'' if n == 1 else 's'}, the first in row {row}."
            plan.findings.append(Finding("no_id", "refused", what, "fill or remove these rows", n))
    _leave_out(plan, "text", "holds texts, not numbers")
    _leave_out(plan, "time", "holds times")
    odd = [name for name in plan.options.rate if name not in {column.name for column in plan.channels}]
    if odd:
        plan.findings.append(
            Finding("rate", "refused", f"rate names {some(odd)}, which is no input column of numbers.")
        )
    if not plan.channels:
        plan.findings.append(Finding("no_input", "refused", "No column of numbers is left as input."))
    if not plan.is_refused:
        id = "''" if roles.id is None else roles.id.text
        chosen = tuple(column for column in plan.channels if column.name not in plan.options.rate)
        plan.findings += counters(source, id, plan.times.sql, chosen, plan.facts)


def _leave_out(plan: Plan, kind: str, what: str) -> None:
    """Leave out columns of a kind, and refuse them if the user named them as input."""
    for column in plan.channels:
        if plan.facts[column.key].kind != kind:
            continue
        sentence, remedy = f"Column {column.name!r} {what}", f"give drop={column.name!r}"
        if column.name in plan.options.channels:
            plan.findings.append(Finding(kind, "refused", f"{sentence}.", "leave it out of channels"))
        else:
            plan.findings.append(Finding(kind, "doubtful", f"{sentence}: it is left out.", remedy))
    plan.channels = tuple(column for column in plan.channels if plan.facts[column.key].kind != kind)


def _check_values(plan: Plan) -> None:
    """Find wrong and odd values of the input columns."""
    numbers = [column for column in plan.channels if column.name not in plan.categories]
    for column in numbers:
        fact = plan.facts[column.key]
        plan.findings += bad_values(plan.source, fact) if fact.kind != "boolean" else []
        plan.findings += marked_texts(plan.source, fact)
    plan.findings += sentinels(plan.source, {column.key: plan.facts[column.key] for column in numbers})
    if not plan.options.channels:
        plan.findings += identifiers(tuple(numbers), plan.facts, by_values=plan.times is None and plan.wide is None)


def _shortened(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the first findings of each kind, and say how many more there are."""
    kept = []
    ordered = sorted(findings, key=lambda finding: (finding.severity, finding.kind))
    for (severity, kind), group in groupby(ordered, key=lambda finding: (finding.severity, finding.kind)):
        of_kind = list(group)
        kept += of_kind[:MOST_OF_A_KIND]
        if more := of_kind[MOST_OF_A_KIND:]:
            what = f"{len(more):,} more findings of the kind {kind!r}, the last: {more[-1].sentence}"
            kept.append(Finding(kind, severity, what, more[-1].remedy, sum(finding.count for finding in more)))
    return kept
