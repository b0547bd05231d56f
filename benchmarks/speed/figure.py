"""Figure of training steps against their floors."""

from collections.abc import Sequence
from typing import Any

from kerasclust.reports.figures.style import FAINT, INK, cluster_color, new_figure, plain, tidy

MARKERS = "osD^v"


def plot_ratios(
    ratios: dict[tuple[str, str, str], float], kinds: Sequence[str], columns: Sequence[str], title: str | None = None
) -> Any:
    """Draw a row for each phase of each method, a plot for each network, a mark for each kind of measurement.

    Args:
        ratios: {(row, column, kind): time of a step over its floor}.
        kinds: names of the kinds, such as "batch 256, float32".
        columns: titles of the plots, from left to right.
        title: title of the figure.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    rows = list(dict.fromkeys(row for row, _, _ in ratios))
    figure = new_figure(2.6 + 2.6 * len(columns), 1.4 + 0.26 * len(rows))
    all_axes = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    for axes, column in zip(all_axes, columns, strict=True):
        axes.axvline(1.0, color=INK, linewidth=1.0)
        for height in range(len(rows)):
            axes.axhline(height, color=FAINT, linewidth=0.6, zorder=0)
        for number, kind in enumerate(kinds):
            known = {y: ratios[row, column, kind] for y, row in enumerate(rows) if (row, column, kind) in ratios}
            style = {"marker": MARKERS[number % len(MARKERS)], "color": cluster_color(number), "s": 22, "zorder": 3}
            axes.scatter(list(known.values()), list(known), label=plain(kind), alpha=0.85, **style)
        axes.set_xlim(left=0.0)
        axes.set_xlabel("time of a step / its floor", fontsize=8)
        tidy(axes, plain(column))
    all_axes[0].set_yticks(range(len(rows)), [plain(row) for row in rows])
    all_axes[0].invert_yaxis()
    all_axes[-1].legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    floor = "line: the floor, its matrix products and convolutions alone"
    figure.suptitle(f"{plain(title)}\n{floor}" if title else floor, fontsize=10, color=INK)
    return figure
