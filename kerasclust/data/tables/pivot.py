"""Tables of one KPI a row, as counters are exported: (id, time, KPI, value) becomes a column for each KPI."""

from dataclasses import replace

from kerasclust.data.findings import Finding
from kerasclust.data.tables.engine import literal
from kerasclust.data.tables.roles import Roles
from kerasclust.data.tables.source import Column, Source

MOST_KPIS = 2000


def pivoted(source: Source, roles: Roles) -> Source:
    """Return a source with a row for each id and time, and a column for each KPI.

    The new source is a table of the same connection. It has the columns of ids, times and labels under their names.
    """
    assert roles.kpi is not None and roles.value is not None
    kpi, value = roles.kpi.text, source.number(roles.value)
    names = [
        name
        for (name,) in source.all(f"SELECT DISTINCT {kpi} AS name FROM source WHERE name IS NOT NULL ORDER BY name")
    ]
    findings = [*source.findings, *_problems(source, roles, names)]
    if any(finding.severity == "refused" for finding in findings[len(source.findings) :]):
        return replace(source, findings=findings)
    kept = [column for column in (roles.id, roles.time) if column is not None]
    keys = [column.key for column in kept]
    if roles.label is not None:
        kept.append(roles.label)
    columns = [replace(column, key=f"k{place}") for place, column in enumerate(kept)]
    columns += [Column(f"k{len(kept) + place}", name, "DOUBLE") for place, name in enumerate(names)]
    values = [f"any_value({value}) FILTER ({kpi} = {literal(name)})" for name in names]
    kept_sql = [*keys, *([f"mode({roles.label.text})"] if roles.label is not None else [])]
    selected = ", ".join(f"{sql} AS {column.key}" for sql, column in zip([*kept_sql, *values], columns, strict=True))
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    source.connection.execute(f"CREATE TEMP TABLE pivoted AS SELECT {selected} FROM source{grouped}")
    source.connection.execute(f"DROP {'TABLE' if source.stored else 'VIEW'} source")
    source.connection.execute("ALTER TABLE pivoted RENAME TO source")
    return replace(source, columns=tuple(columns), stored=True, scans=(), findings=findings)


def _problems(source: Source, roles: Roles, names: list[str]) -> list[Finding]:
    """Return what stands against a pivot: too many names, or two values of one KPI at one time."""
    assert roles.kpi is not None and roles.value is not None
    if len(names) > MOST_KPIS:
        what = f"Column {roles.kpi.name!r} holds {len(names):,} names of KPIs, more than {MOST_KPIS:,}."
        return [Finding("pivot", "refused", what, "give another kpi_column", len(names))]
    keys = ", ".join(column.key for column in (roles.id, roles.time, roles.kpi) if column is not None)
    filled = f"{source.number(roles.value)} IS NOT NULL"
    again = f"SELECT {keys}, count(*) AS n FROM source WHERE {filled} GROUP BY ALL HAVING n > 1"
    found = source.all(f"SELECT *, sum(n - 1) OVER () AS more FROM ({again}) LIMIT 1")
    if not found:
        return []
    *first, _, n = found[0]
    rows = "1 row repeats" if n == 1 else f"{n:,} rows repeat"
    what = f"{rows} a KPI of the same id and time, the first {', '.join(map(str, first))}."
    return [Finding("duplicates", "refused", what, "merge or remove them", int(n))]
