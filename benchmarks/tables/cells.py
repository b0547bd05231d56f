"""Cells of a table: means and deviations of its runs, and the published figures."""

import math
import re
import statistics
from dataclasses import dataclass
from typing import TypeAlias

from scipy.stats import t as student_t

from benchmarks.tables.papers import Table
from benchmarks.tables.planned import planned_runs
from benchmarks.types import FilePath, Record
from kerasclust.records import results

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Cell:
    """The runs of one row on one column.

    Args:
        values: score of each seed.
        seconds: training time of each seed.
        published: the figure as printed; "" without a published figure.

    Example:
        >>> cell = Cell((0.8, 0.9, 1.0), (10.0, 10.0, 10.0), "0.87 ± 0.02")
        >>> cell.text(2), cell.text(1, ranges=True)
        ('0.90 ± 0.10 (3)', '0.9 ± 0.1 (3), 0.8 to 1.0')
        >>> [round(bound, 2) for bound in cell.interval], cell.published_value
        ([0.65, 1.15], 0.87)
    """

    values: tuple[float, ...] = ()
    seconds: tuple[float, ...] = ()
    published: str = ""

    @property
    def mean(self) -> float:
        """Mean of the values; NaN without values."""
        return statistics.fmean(self.values) if self.values else math.nan

    @property
    def deviation(self) -> float:
        """Standard deviation of a sample (n - 1); NaN for fewer than two values."""
        return statistics.stdev(self.values) if len(self.values) > 1 else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the mean, by Student's t; NaN for fewer than two values."""
        n = len(self.values)
        half = student_t.ppf((1 + CONFIDENCE) / 2, n - 1) * self.deviation / math.sqrt(n) if n > 1 else math.nan
        return float(self.mean - half), float(self.mean + half)

    @property
    def published_value(self) -> float:
        """Published figure as a number, without its deviation; NaN without a published figure."""
        found = re.match(r"-?\d+(\.\d+)?", self.published)
        return float(found[0]) if found else math.nan

    def text(self, digits: int, ranges: bool = False) -> str:
        """Return "mean ± deviation (number of values)", with `ranges` also the extremes; "" without values."""
        if not self.values:
            return ""
        several = len(self.values) > 1
        deviation = f" ± {self.deviation:.{digits}f}" if several else ""
        lowest_to_highest = f", {min(self.values):.{digits}f} to {max(self.values):.{digits}f}"
        return f"{self.mean:.{digits}f}{deviation} ({len(self.values)})" + lowest_to_highest * (ranges and several)


Cells: TypeAlias = dict[tuple[str, str], Cell]


def cells_of(table: Table, results_path: FilePath, score: str | None = None) -> Cells:
    """Return the cells of a table from a results file, over all seeds in it.

    Args:
        table: a `Table`.
        results_path: the results file.
        score: a score of the table; None for its main score.

    Returns:
        {(title of the row, title of the column): Cell} for all rows and columns, in the order of the table.
    """
    score = score or table.score
    published = table.all_scores()[score]
    found: dict[str, dict] = {}
    for row in results.read(results_path):
        found.setdefault(results.identity(row, without=("seed",)), {})[row["seed"]] = row  # the later one counts
    runs = {(run.row.title, run.column.title): run for run in planned_runs(table, [None])}
    cells = {}
    for title in ((row.title, column.title) for row in table.all_rows() for column in table.columns):
        rows = []
        if title in runs:
            rows = list(found.get(results.identity(runs[title].key, without=("seed",)), {}).values())
        scored = [(value, row["seconds"]) for row in rows if (value := _value(row, score)) is not None]
        values, seconds = zip(*scored, strict=True) if scored else ((), ())
        cells[title] = Cell(values, seconds, published.get(title, ""))
    return cells


def _value(row: Record, score: str) -> float | None:
    """Return a score of a row of a results file, or a measurement in its evidence, or None."""
    return row["scores"].get(score, row.get("evidence", {}).get(score))
