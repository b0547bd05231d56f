"""Figures of choices that are made without labels."""

from kerasclust.reports.figures.style import FAINT, GREY, INK, cluster_colour, new_figure, plain, tidy

LABELS = {
    "stability": "adjusted Rand index of halves",
    "silhouette": "silhouette",
    "gap": "−log variance within clusters",
}


def plot_numbers(found):
    """Evidence for each number of clusters, and below it what it is made of, beside data without groups.

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
        style = {"color": cluster_colour(0) if decides else GREY, "linewidth": 1.8 if decides else 1.0}
        label = f"{curves.space}{' (decides)' if decides and len(found.curves) > 1 else ''}"
        top.plot(curves.ks, curves.evidence, "o-" if decides else "o--", markersize=4, label=plain(label), **style)
    top.set_ylim(-0.03, 1.08)
    top.set_ylabel("evidence (1: all criteria best)", fontsize=8)
    top.legend(fontsize=8, frameon=False, loc="upper right", bbox_to_anchor=(1.0, 1.12), ncols=2)
    _finish(top, found, found.sentences()[0])
    for place, (criterion, label) in enumerate(LABELS.items()):
        axes = figure.add_subplot(grid[1, place])
        curves = found.deciding
        axes.plot(curves.ks, curves.measured[criterion], "o-", color=cluster_colour(0), markersize=3, label="the data")
        axes.plot(
            curves.ks, curves.expected[criterion], "s--", color=GREY, markersize=3, linewidth=1, label="without groups"
        )
        axes.set_ylabel(label, fontsize=8)
        if not place:
            axes.legend(fontsize=7, frameon=False)
        _finish(axes, found, criterion)
    return figure


def _finish(axes, found, title):
    """Mark the number of clusters that was found, if any, and label the horizontal axis."""
    if found.is_clear:
        axes.axvline(found.best, color=cluster_colour(4), linewidth=1.2, zorder=0)
    ks = found.deciding.ks
    axes.set_xticks(ks if len(ks) <= 20 else ks[:: len(ks) // 10])
    axes.set_xlabel("clusters", fontsize=8, color=INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    tidy(axes, plain(title))
