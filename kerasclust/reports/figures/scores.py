"""Scores of methods with their confidence intervals, beside published ones."""

import numpy as np

from kerasclust.reports.figures.style import FAINT, INK, cluster_color, new_figure, plain, tidy

HOLLOW = {"marker": "D", "facecolors": "white", "zorder": 3, "s": 22}


def plot_scores(rows, columns, measured, published, score, title=None, bounds=(-np.inf, np.inf)):
    """A dot with its interval for each method, and a hollow diamond for what was published; a plot a data set.

    Args:
        rows: titles of the methods, from top to bottom.
        columns: titles of the data sets, from left to right.
        measured: {(row, column): (mean, low, high)}; low and high are NaN for a single run.
        published: {(row, column): number}.
        score: its name.
        title: of the figure.
        bounds: least and largest value that the score can have: an interval of few runs may reach beyond.

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


def plot_curves(rows, places, measured, published, score, axis, title=None, bounds=(-np.inf, np.inf)):
    """A curve with its intervals for each method, and hollow diamonds for what was published.

    Args:
        rows: titles of the methods.
        places: {title of a column: its place on the horizontal axis}.
        measured: {(row, column): (mean, low, high)}; low and high are NaN for a single run.
        published: {(row, column): number}.
        score: its name.
        axis: label of the horizontal axis.
        title: of the figure.
        bounds: least and largest value that the score can have: an interval of few runs may reach beyond.

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
        x = at + step * (number - (len(rows) - 1) / 2)  # beside one another, so that no interval hides another
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


def _within(limits, bounds):
    margin = 0.03 * np.ptp(bounds) if np.all(np.isfinite(bounds)) else 0.0
    return max(limits[0], bounds[0] - margin), min(limits[1], bounds[1] + margin)


def _explain(figure, title, with_published):
    words = "dot: mean, line: its 95 % interval" + ("; hollow: published" if with_published else "")
    figure.suptitle(f"{plain(title)}\n{words}" if title else words, fontsize=10, color=INK)
