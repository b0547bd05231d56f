"""Places and speeds of samples, which are context and no input of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from kerasclust.inspection.cluster_names import Names, cluster_name
from kerasclust.reports.figures.style import GRAY, INK, cluster_color, cluster_marker, legend_text, new_figure, tidy
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DEGREE = 111.2  # km of a degree of latitude


def plot_places(
    latitude: ArrayLike, longitude: ArrayLike, labels: Labels, speed: ArrayLike | None = None, names: Names = None
) -> Figure:
    """Plot a map of the samples in the colors of their clusters, and the distribution of known speeds by cluster.

    Args:
        latitude: degrees (n,) or (n, steps); of several steps the median is drawn; NaN for an unknown place.
        longitude: degrees (n,) or (n, steps), as `latitude`.
        labels: clusters, integers (n,).
        speed: km/h (n,) or (n, steps), or None.
        names: {number: name} of the named clusters, or None.

    Returns:
        matplotlib Figure; the map is in kilometers from the median position.

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


def _one_each(values: ArrayLike) -> Array:
    """Return one value for each sample (n,): the median over its steps."""
    values = np.asarray(values, "float64")
    return values if values.ndim == 1 else np.median(values, axis=1)


def _kilometers(latitude: Array, longitude: Array) -> tuple[Array, Array]:
    """Return the distances (n,) north and east of the median position."""
    here, there = np.nanmedian(latitude), np.nanmedian(longitude)
    return (latitude - here) * DEGREE, (longitude - there) * DEGREE * np.cos(np.radians(here))


def _draw_map(axes: Axes, east: Array, north: Array, labels: Labels, names: Names) -> None:
    for cluster in np.unique(labels).tolist():
        own = labels == cluster
        style: dict[str, Any] = {
            "color": cluster_color(cluster),
            "marker": cluster_marker(cluster),
            "alpha": 0.6,
            "linewidths": 0,
        }
        axes.scatter(east[own], north[own], s=9, label=legend_text(cluster_name(cluster, names)), **style)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("west to east [km]", color=INK)
    axes.set_ylabel("south to north [km]", color=INK)
    axes.legend(frameon=False, fontsize=8, markerscale=2)
    tidy(axes, "Places of the samples")


def _draw_speeds(axes: Axes, speed: Array, labels: Labels, names: Names) -> None:
    clusters = np.unique(labels).tolist()
    known = [speed[(labels == cluster) & np.isfinite(speed)] for cluster in clusters]
    boxes = axes.boxplot(known, orientation="horizontal", widths=0.6, patch_artist=True, flierprops={"markersize": 2})
    for cluster, box, median in zip(clusters, boxes["boxes"], boxes["medians"], strict=True):
        box.set(facecolor=cluster_color(cluster), edgecolor=GRAY, alpha=0.7)
        median.set_color(INK)
    axes.set_yticks(range(1, len(clusters) + 1), [legend_text(cluster_name(cluster, names)) for cluster in clusters])
    axes.set_xlabel("speed [km/h]", color=INK)
    axes.invert_yaxis()
    tidy(axes, "Speeds (median of a sample)")
