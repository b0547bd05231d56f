"""Plans of tables without times: each row is a sample."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.categories import Categories, find_categories
from kerasclust.data.tables.names import some
from kerasclust.data.tables.options import CLOCK
from kerasclust.data.tables.plan import Plan, leave_out
from kerasclust.data.tables.wide import find_wide

LEAST_MEASURED = 10  # values of a column with holes, to learn from them what takes the place of a hole


def plan_rows(plan: Plan) -> None:
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
        leave_out(plan, "time", "holds times")
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
