"""Markdown, CSV and picture of a table, with the published figures."""

import csv
import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.tables.cells import Cells, cells_of
from benchmarks.tables.papers import Table
from benchmarks.types import FilePath, Record
from kerasclust.system.files import complete_file

EXTERNAL = ("acc", "nmi", "ari")  # scores against known groups, from 0 (or about 0) to 1
RESULTS = "results.jsonl"
COLUMNS = ("method", "data", "score", "seeds", "mean", "sd", "low", "high", "min", "max", "seconds", "published")


def render(table: Table, out: FilePath, left_out: Iterable[str] = ()) -> None:
    """Write NAME.md, NAME.csv and NAME.png from the results of a table in a directory.

    Args:
        table: a `Table`.
        out: directory with results.jsonl.
        left_out: sentences for the end of the Markdown.

    Raises:
        InputError: a file cannot be written, or matplotlib is missing.
    """
    render_text(table, out, left_out)
    render_picture(table, out)


def render_text(table: Table, out: FilePath, left_out: Iterable[str] = ()) -> None:
    """Write NAME.md and NAME.csv; see `render`."""
    cells = _all_cells(table, out)
    _write(Path(out, f"{table.name}.md"), markdown(table, cells, left_out).encode())
    _write(Path(out, f"{table.name}.csv"), csv_text(cells).encode())


def render_picture(table: Table, out: FilePath) -> None:
    """Write NAME.png; see `render`."""
    _write(Path(out, f"{table.name}.png"), picture(table, cells_of(table, Path(out, RESULTS))))


def _write(path: FilePath, content: bytes) -> None:
    with complete_file(path) as partial:
        partial.write_bytes(content)


def score_name(score: str) -> str:
    """Return a score as tables name it: "NMI", "n cluster dims"."""
    return score.upper() if score in EXTERNAL else score.replace("_", " ")


def markdown(table: Table, cells: dict[str, Cells], left_out: Iterable[str] = ()) -> str:
    """Return the table as Markdown, measured and published figures side by side.

    Args:
        table: a `Table`.
        cells: {score: result of `cells_of`} for each score of the table.
        left_out: sentences for the end.
    """
    explained = "mean ± standard deviation (number of seeds)" + ", lowest to highest" * table.ranges
    parts = [f"# {table.title}"]
    for score in table.all_scores():
        source = f" Published figures: {table.source}." if score == table.score else ""
        parts += [f"{score_name(score)}: {explained}.{source}", _markdown_table(table, cells[score])]
    parts += [table.note, *left_out, f"Made by `python -m benchmarks experiment {table.name}`."]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_table(table: Table, cells: Cells) -> str:
    with_published = {column for (_, column), cell in cells.items() if cell.published}
    header = [f"{table.axis}:" if table.axis else ""]
    for column in table.columns:
        header += [column.title] if column.data is not None else []
        header += [f"{column.title}, published"] if column.title in with_published else []
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for row in table.all_rows():
        texts = [row.title]
        for column in table.columns:
            cell = cells[row.title, column.title]
            texts += [cell.text(table.digits, table.ranges)] if column.data is not None else []
            texts += [cell.published] if column.title in with_published else []
        lines.append(f"| {' | '.join(texts)} |")
    return "\n".join(lines)


def csv_text(cells: dict[str, Cells]) -> str:
    """Return the table as CSV, one line for each cell with a run or a published figure.

    "low" and "high" are the bounds of the 95 % confidence interval.

    Args:
        cells: {score: result of `cells_of`} for each score of the table.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in _rows(cells):
        writer.writerow({name: _short(value) for name, value in row.items()})
    return buffer.getvalue()


def csv_rows(table: Table, out: FilePath) -> list[Record]:
    """Return the lines of NAME.csv, each as {column: value}; see `render`."""
    return list(_rows(_all_cells(table, out)))


def _all_cells(table: Table, out: FilePath) -> dict[str, Cells]:
    return {score: cells_of(table, Path(out, RESULTS), score) for score in table.all_scores()}


def _rows(cells: dict[str, Cells]) -> Iterator[Record]:
    for score, of_score in cells.items():
        for (method, data), cell in of_score.items():
            if cell.values or cell.published:
                seconds = sum(cell.seconds) / len(cell.seconds) if cell.seconds else math.nan
                extremes = (min(cell.values), max(cell.values)) if cell.values else (math.nan, math.nan)
                numbers = [cell.mean, cell.deviation, *cell.interval, *extremes, seconds]
                values = [method, data, score, len(cell.values), *numbers, cell.published]
                yield dict(zip(COLUMNS, values, strict=True))


def _short(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return "" if math.isnan(value) else f"{value:.6g}"


def picture(table: Table, cells: Cells) -> bytes:
    """Return the table as a PNG file: dots with intervals, or curves if the columns lie on an axis.

    Args:
        table: a `Table`.
        cells: result of `cells_of`.

    Raises:
        InputError: matplotlib is not installed.
    """
    from kerasclust.reports.figures.scores import plot_curves, plot_scores
    from kerasclust.reports.figures.style import to_png

    measured = {place: (cell.mean, *cell.interval) for place, cell in cells.items() if cell.values}
    published = {place: cell.published_value for place, cell in cells.items() if cell.published}
    rows = [row.title for row in table.all_rows()]
    shown: Record = {"score": score_name(table.score), "title": table.title}
    if table.score in EXTERNAL:
        shown["bounds"] = (0.0, 1.0)
    if table.axis is None:
        columns = [column.title for column in table.columns]
        return to_png(plot_scores(rows, columns, measured, published, **shown))
    places = {column.title: column.at for column in table.columns if column.at is not None}
    return to_png(plot_curves(rows, places, measured, published, axis=table.axis, **shown))
