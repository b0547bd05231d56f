"""Plans of tables with times: rows are steps of series."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.counters import counters
from kerasclust.data.tables.names import some
from kerasclust.data.tables.options import CLOCK
from kerasclust.data.tables.plan import Plan, leave_out
from kerasclust.data.tables.source import Column, Source
from kerasclust.data.tables.times import times_of


def plan_series(plan: Plan) -> None:
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
    leave_out(plan, "text", "holds texts, not numbers")
    leave_out(plan, "time", "holds times")
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


def find_id(plan: Plan) -> None:
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


def are_rows_of_their_own(plan: Plan) -> bool:
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


def _has_time_of_day(source: Source, time: Column) -> bool:
    if time.kind == "time":
        return bool(source.one(f"SELECT count(*) FROM source WHERE {time.key}::TIMESTAMP <> {time.key}::DATE")[0])
    return bool(source.one(f"SELECT count(*) FROM glimpse WHERE contains({time.key}, ':')")[0])
