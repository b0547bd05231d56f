"""Wide tables: a row a sample, and a column for each KPI and step."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from kerasclust.data.findings import Finding
from kerasclust.data.tables.names import some
from kerasclust.data.tables.source import Column

STEP = re.compile(r"(?P<kpi>.*?[^\W\d_].*?)[\s_\-.:/]*(?:(?<![^\W\d_])[tThH])?(?P<step>\d+)(?:h|:00)?")
# Numbered names that more often are features than steps.
FEATURES = {
    *("x", "f", "v", "c", "d", "z", "p", "q", "feature", "features", "feat", "attribute", "attr", "variable", "var"),
    *("column", "col", "unnamed", "input", "dimension", "dim", "component", "factor", "latent", "pc", "pca"),
    *("embedding", "emb", "pixel", "px", "mfcc", "wavelength", "band", "gene", "word", "topic", "question", "item"),
    "sensor",
}
VALUE = "value"  # name of a KPI whose columns are named by times alone
LEAST = 4  # steps that make one KPI evident


@dataclass(frozen=True)
class Wide:
    """Layout of a wide table.

    Args:
        kpis: names of the KPIs.
        steps: numbers of the steps, in order.
        columns: column of each step of each KPI, {KPI: columns in the order of steps}.
    """

    kpis: tuple[str, ...]
    steps: tuple[int, ...]
    columns: dict[str, tuple[Column, ...]]

    def finding(self) -> Finding:
        """Say that the layout was found."""
        first, last = self.columns[self.kpis[0]][0].name, self.columns[self.kpis[0]][-1].name
        what = (
            f"The columns {first!r} to {last!r} are {len(self.steps)} steps of {self.kpis[0]!r}: "
            f"each row is a sequence of {len(self.steps)} steps of {some(self.kpis)}."
        )
        columns = sum(map(len, self.columns.values()))
        return Finding("wide", "note", what, "list the columns with channels if they are separate features", columns)


def find_wide(columns: Sequence[Column], kpis: Sequence[str] = ()) -> Wide | None:
    """Find a wide layout, if all columns have numbered names with the same steps for each KPI.

    Args:
        columns: input columns.
        kpis: names of KPIs that the user gives; without them the layout has to be evident.

    Example:
        >>> names = [f"{kpi} {step:02}" for kpi in ("load", "rsrp") for step in range(24)]
        >>> found = find_wide([Column("k", name, "DOUBLE") for name in names])
        >>> found.kpis, len(found.steps)
        (('load', 'rsrp'), 24)
        >>> find_wide([Column("k", f"x{number}", "DOUBLE") for number in range(9)]) is None
        True
    """
    if dated := _dated(columns, kpis):
        return dated
    found: dict[str, dict[int, Column]] = {}
    for column in columns:
        match = STEP.fullmatch(column.name.strip())
        if match is None or int(match["step"]) in found.setdefault(match["kpi"], {}):
            if kpis:
                continue
            return None
        found[match["kpi"]][int(match["step"])] = column
    found = {kpi: found[kpi] for kpi in kpis if kpi in found} if kpis else found
    if not found or len(found) < len(kpis):
        return None
    steps = sorted(next(iter(found.values())))
    if any(sorted(of) != steps for of in found.values()) or len(steps) < 2 or len({*_differences(steps)}) > 1:
        return None
    if not kpis and not _is_evident(list(found), steps):
        return None
    return Wide(tuple(found), tuple(steps), {kpi: tuple(of[step] for step in steps) for kpi, of in found.items()})


def _dated(columns: Sequence[Column], kpis: Sequence[str]) -> Wide | None:
    """Find columns that are named by evenly spaced times: the steps of one KPI."""
    times = [(_time(column.name), column) for column in columns]
    ordered = sorted(((time, column) for time, column in times if time is not None), key=lambda found: found[0])
    named = [time for time, _ in ordered]
    is_whole = len(ordered) == len(columns) if not kpis else tuple(kpis) == (VALUE,)
    if not is_whole or len(ordered) < LEAST or len({after - before for before, after in pairwise(named)}) > 1:
        return None
    return Wide((VALUE,), tuple(range(len(ordered))), {VALUE: tuple(column for _, column in ordered)})


def _time(name: str) -> float | None:
    """Return a name that is a time as ISO 8601 in seconds, or None."""
    try:
        return datetime.fromisoformat(name.strip()).replace(tzinfo=UTC).timestamp() if "-" in name else None
    except ValueError:
        return None


def _is_evident(kpis: list[str], steps: list[int]) -> bool:
    if any(kpi.lower() in FEATURES for kpi in kpis):
        return False
    return len(steps) >= LEAST or (len(kpis) > 1 and len(steps) > 2)


def _differences(steps: list[int]) -> list[int]:
    return [after - before for before, after in pairwise(steps)]
