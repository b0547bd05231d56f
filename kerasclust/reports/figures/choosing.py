"""Figures of choices without labels: the number of clusters, and the best of several runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kerasclust.reports.figures.style import FAINT, GRAY, INK, cluster_color, new_figure, plain, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = {"neighbors": "o", "agreement": "s", "silhouette": "D"}
LABELS = {
    "stability": "adjusted Rand index of halves",
    "silhouette": "silhouette",
    "eigengap": "eigengap of the graph of neighbors",
}


def plot_numbers(found: Any) -> Figure:
    """Plot the ranking of each number of clusters, and its criteria next to their values on data without groups.

    Args:
        found: `NumberOfClusters`.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    figure = new_figure(9, 5.6)
    grid = figure.add_gridspec(2, len(LABELS), height_ratios=(1.3, 1))
    top = figure.add_subplot(grid[0, :])
    for curves in found.curves:
        decides = curves is found.deciding
        style: dict[str, Any] = {"color": cluster_color(0) if decides else GRAY, "linewidth": 1.8 if decides else 1.0}
        label = f"{curves.space}{' (decides)' if decides and len(found.curves) > 1 else ''}"
        top.plot(curves.ks, curves.standing, "o-" if decides else "o--", markersize=4, label=plain(label), **style)
    top.set_ylim(-0.03, 1.08)
    top.set_ylabel("standing (1: first by all criteria)", fontsize=8)
    top.legend(fontsize=8, frameon=False, loc="upper right", bbox_to_anchor=(1.0, 1.12), ncols=2)
    _finish(top, found, found.sentences()[0])
    for place, (criterion, label) in enumerate(LABELS.items()):
        axes = figure.add_subplot(grid[1, place])
        curves = found.deciding
        axes.plot(curves.ks, curves.measured[criterion], "o-", color=cluster_color(0), markersize=3, label="the data")
        axes.plot(
            curves.ks, curves.expected[criterion], "s--", color=GRAY, markersize=3, linewidth=1, label="without groups"
        )
        axes.set_ylabel(label, fontsize=8)
        if not place:
            axes.legend(fontsize=7, frameon=False)
        _finish(axes, found, criterion)
    return figure


def _finish(axes: Axes, found: Any, title: str) -> None:
    """Mark the best number of clusters, if it is clear, and label the horizontal axis."""
    if found.is_clear:
        axes.axvline(found.best, color=cluster_color(4), linewidth=1.2, zorder=0)
    ks = found.deciding.ks
    axes.set_xticks(ks if len(ks) <= 20 else ks[:: len(ks) // 10])
    axes.set_xlabel("clusters", fontsize=8, color=INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    tidy(axes, plain(title))


def plot_comparison(comparison: Any) -> Figure:
    """Plot the agreement of runs with each other, and the criteria of their ranking.

    Args:
        comparison: `Comparison`.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    runs, rows = comparison.runs, comparison.rows()
    height = 1.4 + 0.26 * max(len(runs), 6)
    figure = new_figure(height + 7.5, height)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(height - 1.0, 5.5))
    image = left.imshow(comparison.matrix, vmin=0.0, vmax=1.0, cmap="cividis")
    names = [plain(run.name) for run in runs]
    left.set_yticks(range(len(runs)), names, fontsize=8)
    left.set_xticks(range(len(runs)), names, fontsize=8, rotation=90)
    what = "method, seed, front end" if comparison.has_frontends else "method and seed"
    left.set_ylabel(f"run ({what}), best first", fontsize=8)
    bar = figure.colorbar(image, ax=left, fraction=0.046, pad=0.02)
    bar.set_label("adjusted Rand index", fontsize=8)
    bar.ax.tick_params(labelsize=8)
    tidy(left, "Agreement of the runs")
    for number, (criterion, marker) in enumerate(MARKERS.items()):
        values = [row[criterion] for row in rows]
        style: dict[str, Any] = {
            "color": cluster_color(number),
            "marker": marker,
            "s": 34 if criterion == "neighbors" else 20,
        }
        right.scatter(values, range(len(runs)), label=criterion, zorder=3, **style)
    for place in range(len(runs)):
        right.axhline(place, color=FAINT, linewidth=0.6, zorder=0)
    right.set_xlim(min(-0.05, right.get_xlim()[0]), max(1.05, right.get_xlim()[1]))
    right.set_xlabel("score (neighbors decide; of nearly equal runs, agreement)", fontsize=8)
    right.tick_params(axis="y", labelleft=False)
    tidy(right)
    right.legend(fontsize=8, frameon=False, ncols=len(MARKERS), loc="lower left", bbox_to_anchor=(0.0, 1.0))
    left.set_xlim(-0.5, len(runs) - 0.5)
    right.set_ylim(left.get_ylim())
    return figure
