"""Where samples were taken, and how fast those moved who took them: context that no model sees."""

import numpy as np

from kerasclust.inspection.cluster_names import cluster_name
from kerasclust.reports.figures.style import GRAY, INK, cluster_color, cluster_marker, legend_text, new_figure, tidy

DEGREE = 111.2  # km of a degree of latitude


def plot_places(latitude, longitude, labels, speed=None, names=None):
    """A map of the samples in the colors of their clusters and, where speeds are known, their spread in each cluster.

    Args:
        latitude: degrees, (n,) or (n, steps), of which the median is drawn; NaN where not known.
        longitude: the same.
        labels: clusters, integers (n,).
        speed: km/h, (n,) or (n, steps), or None.
        names: {number: name} of the clusters that have one, or None.

    Returns:
        A matplotlib figure; the map is in kilometers from the median position.

    Raises:
        InputError: matplotlib is not installed.
    """
    labels = np.asarray(labels)
    north, east = _kilometers(_one_each(latitude), _one_each(longitude))
    figure = new_figure(10.0 if speed is not None else 6.0, 5.0)
    panels = figure.subplots(1, 1 if speed is None else 2, squeeze=False)[0]
    _draw_map(panels[0], east, north, labels, names)
    if speed is not None:
        _draw_speeds(panels[1], _one_each(speed), labels, names)
    return figure


def _one_each(values):
    values = np.asarray(values, "float64")
    return values if values.ndim == 1 else np.median(values, axis=1)


def _kilometers(latitude, longitude):
    here, there = np.nanmedian(latitude), np.nanmedian(longitude)
    return (latitude - here) * DEGREE, (longitude - there) * DEGREE * np.cos(np.radians(here))


def _draw_map(axes, east, north, labels, names):
    for cluster in np.unique(labels):
        own = labels == cluster
        style = {"color": cluster_color(cluster), "marker": cluster_marker(cluster), "alpha": 0.6, "linewidths": 0}
        axes.scatter(east[own], north[own], s=9, label=legend_text(cluster_name(cluster, names)), **style)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("west to east [km]", color=INK)
    axes.set_ylabel("south to north [km]", color=INK)
    axes.legend(frameon=False, fontsize=8, markerscale=2)
    tidy(axes, "Where the samples were taken")


def _draw_speeds(axes, speed, labels, names):
    clusters = np.unique(labels)
    known = [speed[(labels == cluster) & np.isfinite(speed)] for cluster in clusters]
    boxes = axes.boxplot(known, orientation="horizontal", widths=0.6, patch_artist=True, flierprops={"markersize": 2})
    for cluster, box, median in zip(clusters, boxes["boxes"], boxes["medians"], strict=True):
        box.set(facecolor=cluster_color(cluster), edgecolor=GRAY, alpha=0.7)
        median.set_color(INK)
    axes.set_yticks(range(1, len(clusters) + 1), [legend_text(cluster_name(cluster, names)) for cluster in clusters])
    axes.set_xlabel("speed [km/h]", color=INK)
    axes.invert_yaxis()
    tidy(axes, "How fast they moved (the median of a sample)")
