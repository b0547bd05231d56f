"""Scores of methods with their confidence intervals, next to published scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasclust.reports.figures.style import FAINT, INK, cluster_color, new_figure, plain, tidy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HOLLOW: dict[str, Any] = {"marker": "D", "facecolors": "white", "zorder": 3, "s": 22}
UNBOUNDED = (-np.inf, np.inf)

Measured = Mapping[tuple[str, str], tuple[float, float, float]]  # {(row, column): (mean, low, high)}
Published = Mapping[tuple[str, str], float]  # {(row, column): score}


def plot_scores(
    rows: Sequence[str],
    columns: Sequence[str],
    measured: Measured,
    published: Published,
    score: str,
    title: str | None = None,
    bounds: tuple[float, float] = UNBOUNDED,
) -> Figure:
    """Plot the score of each method as a dot with its interval, and its published score as a hollow diamond.

    Args:
        rows: titles of the methods, from top to bottom.
        columns: titles of the data sets, from left to right; each has a plot.
        measured: {(row, column): (mean, low, high)}; low and high are NaN for a single run.
        published: {(row, column): number}.
        score: name of the score.
        title: title of the figure.
        bounds: least and largest possible value of the score; the interval of a few runs may reach beyond them.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    figure = new_figure(1.6 + 2.8 * len(columns), 1.2 + 0.32 * len(rows))
    all_axes = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    for axes, column in zip(all_axes, columns, strict=True):
        for height, row in enumerate(rows):
            axes.axhline(height, color=FAINT, linewidth=0.6, zorder=0)
            mean, low, high = measured.get((row, column), (np.nan,) * 3)
            axes.plot([low, high], [height, height], color=cluster_color(0), linewidth=2, solid_capstyle="butt")
            axes.scatter([mean], [height], color=cluster_color(0), s=26, zorder=4)
            axes.scatter([published.get((row, column), np.nan)], [height], edgecolors=cluster_color(4), **HOLLOW)
        axes.set_xlim(*_within(axes.get_xlim(), bounds))
        axes.set_xlabel(score, fontsize=8)
        tidy(axes, plain(column))
    all_axes[0].set_yticks(range(len(rows)), [plain(row) for row in rows])
    all_axes[0].invert_yaxis()
    _explain(figure, title, bool(published))
    return figure


def plot_curves(
    rows: Sequence[str],
    places: Mapping[str, float],
    measured: Measured,
    published: Published,
    score: str,
    axis: str,
    title: str | None = None,
    bounds: tuple[float, float] = UNBOUNDED,
) -> Figure:
    """Plot the scores of each method as a curve with intervals, and published scores as hollow diamonds.

    Args:
        rows: titles of the methods.
        places: {title of a column: its place on the horizontal axis}.
        measured: {(row, column): (mean, low, high)}; low and high are NaN for a single run.
        published: {(row, column): number}.
        score: name of the score.
        axis: label of the horizontal axis.
        title: title of the figure.
        bounds: least and largest possible value of the score; the interval of a few runs may reach beyond them.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    figure = new_figure(8, 4)
    axes = figure.add_subplot()
    at = np.array(list(places.values()), float)
    step = 0.006 * np.ptp(at)
    for number, row in enumerate(rows):
        color = cluster_color(number)
        values = np.array([measured.get((row, column), (np.nan,) * 3) for column in places])
        x = at + step * (number - (len(rows) - 1) / 2)  # next to each other, so that no interval hides another
        known = ~np.isnan(values[:, 0])
        axes.plot(x[known], values[known, 0], "o-", color=color, markersize=4, linewidth=1.5, label=plain(row))
        axes.vlines(x, values[:, 1], values[:, 2], color=color, linewidth=1.5)
        axes.scatter(x, [published.get((row, column), np.nan) for column in places], edgecolors=color, **HOLLOW)
    axes.set_ylim(*_within(axes.get_ylim(), bounds))
    axes.set_xticks(at)
    axes.set_xlabel(plain(axis), fontsize=8)
    axes.set_ylabel(score, fontsize=8)
    tidy(axes)
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    _explain(figure, title, bool(published))
    return figure


def _within(limits: tuple[float, float], bounds: tuple[float, float]) -> tuple[float, float]:
    margin = 0.03 * np.ptp(bounds) if np.all(np.isfinite(bounds)) else 0.0
    return max(limits[0], bounds[0] - margin), min(limits[1], bounds[1] + margin)


def _explain(figure: Figure, title: str | None, with_published: bool) -> None:
    words = "dot: mean, line: its 95 % interval" + ("; hollow: published" if with_published else "")
    figure.suptitle(f"{plain(title)}\n{words}" if title else words, fontsize=10, color=INK)
