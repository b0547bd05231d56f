"""Scatter plots and densities of the latent space, after figures 4, 5 and 7 of the DANCE paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasclust.inspection.cluster_names import Names, cluster_name
from kerasclust.inspection.clustered_space import group_means
from kerasclust.reports.figures.projection import Projection
from kerasclust.reports.figures.style import (
    FAINT,
    GRAY,
    INK,
    class_colors,
    cluster_color,
    cluster_marker,
    legend_text,
    new_figure,
    tidy,
)
from kerasclust.system.optional import require
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_POINTS = 10_000  # points of a scatter plot; more points only make it darker
PANELS = {1: 4.6, 2: 4.6, 3: 3.8}  # {number of columns: inches of a panel}
Z_C, Z_R = "$Z_c$", "$Z_r$"


Panel = Callable[["Axes"], None]  # draws one panel


def plot_latent(
    z_c: Array,
    z_r: Array | None = None,
    labels: Labels | None = None,
    y: Labels | None = None,
    *,
    centers: Array | None = None,
    sigma: float = 1.0,
    class_names: Sequence[str] = (),
    names: Names = None,
    view: Projection | None = None,
) -> Figure:
    """Plot the latent space: Z_r against its Gaussian prior, Z_c by class, the density of Z_c, and the clusters.

    Panels without content (no Z_r, no classes, no clusters) are left out. Parts with more than two dimensions are shown
    by their first two principal components, and the axes say so. A class has the color of the cluster that matches it
    best.

    Args:
        z_c: clustered part of the latent points (n, a).
        z_r: rest of the latent points (n, b), or None; b may be 0.
        labels: clusters, integers (n,), or None.
        y: known classes, integers (n,), negative for an unknown class, or None.
        centers: cluster centers in z_c (k, a); None for the means of the clusters.
        sigma: standard deviation of the prior of Z_r.
        class_names: name of each class.
        names: {number: name} of the named clusters, or None.
        view: `Projection` of z_c, where it is already computed.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        DANCE paper, figures 4 and 7.
    """
    z_c = np.asarray(z_c)
    labels, y = (None if values is None else np.asarray(values) for values in (labels, y))
    view = Projection(z_c, Z_C) if view is None else view
    classes = class_colors(y, labels) if y is not None else {}
    colors = _point_colors(classes, y, labels, len(z_c))
    panels: list[Panel] = []
    if z_r is not None and np.shape(z_r)[1]:
        rest = np.asarray(z_r)
        panels.append(lambda axes: _draw_prior(axes, rest, sigma, colors))
    if classes or labels is None:
        panels.append(lambda axes: _draw_classes(axes, z_c, view, colors, classes, class_names))
    panels.append(lambda axes: _draw_density(axes, z_c, view))
    if labels is not None:
        title = "Clusters and their centers"
        panels.append(lambda axes: _draw_clusters(axes, z_c, view, labels, centers, title, names))
    return _panels(panels)


def plot_clusters(
    z_c: Array,
    labels: Labels,
    centers: Array | None = None,
    initial_labels: Labels | None = None,
    initial_z_c: Array | None = None,
    names: Names = None,
    *,
    view: Projection | None = None,
) -> Figure:
    """Plot the clusters at the start and at the end of refinement side by side, with white dots for the centers.

    Args:
        z_c: clustered part of the latent points (n, a).
        labels: clusters, integers (n,).
        centers: cluster centers (k, a); None for the means of the clusters.
        initial_labels: clusters at the start of refinement, integers (n,), or None for the result alone.
        initial_z_c: points before refinement (n, a); None shows the starting clusters on the refined points.
        names: {number: name} of the named clusters, or None.
        view: `Projection` of z_c, where it is already computed.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        DANCE paper, figure 5.
    """
    end, end_labels = np.asarray(z_c), np.asarray(labels)
    end_view = Projection(end, Z_C) if view is None else view
    panels: list[Panel] = []
    if initial_labels is not None:
        start_labels = np.asarray(initial_labels)
        start = end if initial_z_c is None else np.asarray(initial_z_c)
        start_view = end_view if initial_z_c is None else Projection(start, Z_C)
        title = "Starting clusters" + (" (on the refined points)" if initial_z_c is None else "")
        panels.append(lambda axes: _draw_clusters(axes, start, start_view, start_labels, None, title))
    panels.append(lambda axes: _draw_clusters(axes, end, end_view, end_labels, centers, "After refinement", names))
    return _panels(panels)


def _panels(panels: Sequence[Panel]) -> Figure:
    columns = 2 if len(panels) in (2, 4) else len(panels)
    rows = math.ceil(len(panels) / columns)
    size = PANELS[columns]
    figure = new_figure(size * columns, size * rows)
    for place, draw in enumerate(panels, start=1):
        draw(figure.add_subplot(rows, columns, place))
    return figure


def _point_colors(classes: Mapping[int, str], y: Labels | None, labels: Labels | None, n: int) -> Array:
    """Return the color of each point (n,): by class where classes are known, else by cluster, else gray."""
    if classes and y is not None:
        return np.array([classes.get(int(value), FAINT) for value in y])
    if labels is not None:
        return np.array([cluster_color(int(label)) for label in labels])
    return np.full(n, GRAY)


def _scatter(axes: Axes, z: Array, view: Projection, colors: Array, labels: Labels | None = None) -> None:
    """Draw points by a projection, with the markers of their clusters (n,) where these are given."""
    # In random order, or the last group would cover all others.
    shown = np.random.default_rng(0).permutation(len(z))[:MAX_POINTS]
    markers = np.array([cluster_marker(0 if labels is None else int(labels[i])) for i in shown])
    size = float(np.clip(9000 / len(shown), 6, 22))  # square points: a few points are drawn large enough to see
    for marker in np.unique(markers):
        own = shown[markers == marker]
        style: dict[str, Any] = {"s": size, "alpha": 0.6, "linewidths": 0, "rasterized": True}
        x, y = view(z[own]).T
        axes.scatter(x, y, c=colors[own], marker=marker, **style)
    _label_axes(axes, view)


def _label_axes(axes: Axes, view: Projection) -> None:
    axes.set_xlabel(view.labels[0], fontsize=9)
    axes.set_ylabel(view.labels[1], fontsize=9)


def _legend(axes: Axes) -> None:
    """Add a legend below the label of the horizontal axis, at a distance in heights of the legend's font."""
    place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 5.2}
    axes.legend(ncols=2, fontsize=8, frameon=False, **place)


def _draw_classes(
    axes: Axes, z_c: Array, view: Projection, colors: Array, classes: Mapping[int, str], names: Sequence[str]
) -> None:
    _scatter(axes, z_c, view, colors)
    tidy(axes, f"{Z_C} by known class" if classes else Z_C)
    for value, color in classes.items():
        name = names[value] if value < len(names) else f"class {value}"
        axes.scatter([], [], c=color, s=24, label=legend_text(name))
    if classes:
        _legend(axes)


def _draw_density(axes: Axes, z_c: Array, view: Projection) -> None:
    cells = axes.hexbin(*view(z_c).T, gridsize=45, bins="log", mincnt=1, cmap="viridis", linewidths=0.1)
    bar = axes.figure.colorbar(cells, ax=axes, shrink=0.8, pad=0.02)
    bar.set_label("samples in a cell", fontsize=8)
    bar.ax.yaxis.set_major_locator(require("matplotlib.ticker").LogLocator(subs=(1, 2, 5)))
    bar.ax.yaxis.set_major_formatter("{x:,.0f}")
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)
    _label_axes(axes, view)
    tidy(axes, f"Density of {Z_C}")


def _draw_clusters(
    axes: Axes,
    z_c: Array,
    view: Projection,
    labels: Labels,
    centers: Array | None,
    title: str,
    names: Names = None,
) -> None:
    n_clusters = int(labels.max()) + 1 if centers is None else len(centers)
    _scatter(axes, z_c, view, _point_colors({}, None, labels, len(z_c)), labels)
    places = view(group_means(z_c, labels, n_clusters) if centers is None else np.asarray(centers))
    for cluster in np.flatnonzero(np.isfinite(places).all(axis=1)).tolist():
        color, place = cluster_color(cluster), places[cluster]
        axes.scatter(place[0], place[1], s=150, c="white", edgecolors=color, linewidths=1.8, zorder=3)
        axes.annotate(str(cluster), place, ha="center", va="center_baseline", fontsize=7.5, color=INK, zorder=4)
    tidy(axes, title)
    if names:
        for cluster in range(n_clusters):
            style: dict[str, Any] = {"color": cluster_color(cluster), "marker": cluster_marker(cluster), "s": 24}
            axes.scatter([], [], label=f"{cluster}  {legend_text(cluster_name(cluster, names))}", **style)
        _legend(axes)


def _draw_prior(axes: Axes, z_r: Array, sigma: float, colors: Array) -> None:
    if z_r.shape[1] == 1:
        _draw_prior_curve(axes, z_r[:, 0], sigma)
    else:
        _scatter(axes, z_r, Projection(z_r, Z_R), colors)
        _draw_prior_circles(axes, sigma)
    tidy(axes, f"{Z_R} against its Gaussian prior")
    _legend(axes)


def _draw_prior_circles(axes: Axes, sigma: float) -> None:
    """Draw the circles with 39 % and 86 % of the prior's mass: 1 - exp(-r^2 / 2) within r deviations."""
    angle = np.linspace(0, 2 * np.pi, 200)
    for radius, style in ((1, "-"), (2, "--")):
        share = 100 * (1 - np.exp(-(radius**2) / 2))
        circle = sigma * radius * np.array([np.cos(angle), np.sin(angle)])
        axes.plot(*circle, style, color=INK, linewidth=1.1, label=f"prior: {share:.0f}% within {radius} σ")
    axes.set_aspect("equal", adjustable="datalim")


def _draw_prior_curve(axes: Axes, z_r: Array, sigma: float) -> None:
    axes.hist(z_r, bins=40, density=True, color=FAINT, label="samples")
    grid = np.linspace(min(z_r.min(), -3 * sigma), max(z_r.max(), 3 * sigma), 200)
    density = np.exp(-0.5 * (grid / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    axes.plot(grid, density, color=INK, linewidth=1.1, label="prior")
    axes.set_xlabel(Z_R, fontsize=9)
    axes.set_ylabel("density", fontsize=9)
