"""Scatter plots and densities of the latent space, as figures 4, 5 and 7 of the DANCE paper."""

import numpy as np

from kerasclust.inspection.cluster_names import cluster_name
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

MAX_POINTS = 10_000  # drawn; more only make a scatter plot darker
PANELS = {1: 4.6, 2: 4.6, 3: 3.8}  # inches, by the number of columns
Z_C, Z_R = "$Z_c$", "$Z_r$"


def plot_latent(z_c, z_r=None, labels=None, y=None, *, centers=None, sigma=1.0, class_names=(), names=None):
    """The latent space: Z_r against its Gaussian prior, Z_c by class, the density of Z_c, and the clusters in it.

    Panels without something to show (no Z_r, no classes, no clusters) are left out. A part with more than two
    dimensions is shown by its first two principal components, which the axes say. A class has the color of the
    cluster that it matches best.

    Args:
        z_c: the clustered part of the latent points (n, a).
        z_r: the rest (n, b), or None; b may be 0.
        labels: clusters, integers (n,), or None.
        y: known classes, integers (n,), negative where not known, or None.
        centers: of the clusters in z_c (k, a); None for the means of the clusters.
        sigma: standard deviation of the prior of Z_r.
        class_names: the name of each class.
        names: {number: name} of the clusters that have one, or None.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        DANCE paper, figures 4 and 7.
    """
    z_c = np.asarray(z_c)
    labels, y = (None if values is None else np.asarray(values) for values in (labels, y))
    classes = class_colors(y, labels) if y is not None else {}
    colors = _point_colors(classes, y, labels, len(z_c))
    panels = []
    if z_r is not None and np.shape(z_r)[1]:
        panels.append(lambda axes: _draw_prior(axes, np.asarray(z_r), sigma, colors))
    if classes or labels is None:
        panels.append(lambda axes: _draw_classes(axes, z_c, colors, classes, class_names))
    panels.append(lambda axes: _draw_density(axes, z_c))
    if labels is not None:
        panels.append(lambda axes: _draw_clusters(axes, z_c, labels, centers, "Clusters and their centers", names))
    return _panels(panels)


def plot_clusters(z_c, labels, centers=None, initial_labels=None, initial_z_c=None, names=None):
    """Where the clusters started and where they ended, side by side; white dots are the centers.

    Args:
        z_c: latent points that are clustered (n, a).
        labels: clusters, integers (n,).
        centers: (k, a); None for the means of the clusters.
        initial_labels: the clusters that refinement started from, integers (n,), or None for the result alone.
        initial_z_c: the points before refinement (n, a); None shows the starting clusters on the refined points.
        names: {number: name} of the clusters that have one, or None.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        DANCE paper, figure 5.
    """
    panels = []
    if initial_labels is not None:
        start = np.asarray(z_c if initial_z_c is None else initial_z_c)
        title = "Starting clusters" + (" (on the refined points)" if initial_z_c is None else "")
        panels.append(lambda axes: _draw_clusters(axes, start, np.asarray(initial_labels), None, title))
    end = np.asarray(z_c), np.asarray(labels), centers
    panels.append(lambda axes: _draw_clusters(axes, *end, "After refinement", names))
    return _panels(panels)


def _panels(panels):
    columns = 2 if len(panels) in (2, 4) else len(panels)
    rows = -(-len(panels) // columns)
    size = PANELS[columns]
    figure = new_figure(size * columns, size * rows)
    for place, draw in enumerate(panels, start=1):
        draw(figure.add_subplot(rows, columns, place))
    return figure


def _point_colors(classes, y, labels, n):
    """Color of each point (n,): by class where classes are known, else by cluster, else gray."""
    if classes:
        return np.array([classes.get(int(value), FAINT) for value in y])
    if labels is not None:
        return np.array([cluster_color(int(label)) for label in labels])
    return np.full(n, GRAY)


def _scatter(axes, z, name, colors, labels=None):
    """Draw points, with the markers of their clusters (n,) where these are given; returns the projection."""
    view = Projection(z, name)
    # In random order, or the last group would cover all others.
    shown = np.random.default_rng(0).permutation(len(z))[:MAX_POINTS]
    markers = np.array([cluster_marker(0 if labels is None else int(labels[i])) for i in shown])
    size = float(np.clip(9000 / len(shown), 6, 22))  # square points: few points are drawn large enough to see
    for marker in np.unique(markers):
        own = shown[markers == marker]
        style = {"s": size, "alpha": 0.6, "linewidths": 0, "rasterized": True}
        axes.scatter(*view(z[own]).T, c=colors[own], marker=marker, **style)
    axes.set_xlabel(view.labels[0], fontsize=9)
    axes.set_ylabel(view.labels[1], fontsize=9)
    return view


def _legend(axes):
    """A legend below the label of the horizontal axis, which takes so many heights of the legend's font."""
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 5.2}
    axes.legend(ncols=2, fontsize=8, frameon=False, **place)


def _draw_classes(axes, z_c, colors, classes, names):
    _scatter(axes, z_c, Z_C, colors)
    tidy(axes, f"{Z_C} by known class" if classes else Z_C)
    for value, color in classes.items():
        name = names[value] if value < len(names) else f"class {value}"
        axes.scatter([], [], c=color, s=24, label=legend_text(name))
    if classes:
        _legend(axes)


def _draw_density(axes, z_c):
    view = Projection(z_c, Z_C)
    cells = axes.hexbin(*view(z_c).T, gridsize=45, bins="log", mincnt=1, cmap="viridis", linewidths=0.1)
    bar = axes.figure.colorbar(cells, ax=axes, shrink=0.8, pad=0.02)
    bar.set_label("samples in a cell", fontsize=8)
    bar.ax.yaxis.set_major_locator(require("matplotlib.ticker").LogLocator(subs=(1, 2, 5)))
    bar.ax.yaxis.set_major_formatter("{x:,.0f}")
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)
    axes.set_xlabel(view.labels[0], fontsize=9)
    axes.set_ylabel(view.labels[1], fontsize=9)
    tidy(axes, f"Density of {Z_C}")


def _draw_clusters(axes, z_c, labels, centers, title, names=None):
    n_clusters = int(labels.max()) + 1 if centers is None else len(centers)
    view = _scatter(axes, z_c, Z_C, _point_colors({}, None, labels, len(z_c)), labels)
    centers = view(group_means(z_c, labels, n_clusters) if centers is None else np.asarray(centers))
    for cluster in np.flatnonzero(np.isfinite(centers).all(axis=1)):
        color, place = cluster_color(int(cluster)), centers[cluster]
        axes.scatter(*place, s=150, c="white", edgecolors=color, linewidths=1.8, zorder=3)
        axes.annotate(str(cluster), place, ha="center", va="center_baseline", fontsize=7.5, color=INK, zorder=4)
    tidy(axes, title)
    if names:
        for cluster in range(n_clusters):
            style = {"color": cluster_color(cluster), "marker": cluster_marker(cluster), "s": 24}
            axes.scatter([], [], label=f"{cluster}  {legend_text(cluster_name(cluster, names))}", **style)
        _legend(axes)


def _draw_prior(axes, z_r, sigma, colors):
    if z_r.shape[1] == 1:
        _draw_prior_curve(axes, z_r[:, 0], sigma)
    else:
        _scatter(axes, z_r, Z_R, colors)
        _draw_prior_circles(axes, sigma)
    tidy(axes, f"{Z_R} against its Gaussian prior")
    _legend(axes)


def _draw_prior_circles(axes, sigma):
    """Where the prior has 39 % and 86 % of its mass: 1 - exp(-r^2 / 2) within r deviations in two dimensions."""
    angle = np.linspace(0, 2 * np.pi, 200)
    for radius, style in ((1, "-"), (2, "--")):
        share = 100 * (1 - np.exp(-(radius**2) / 2))
        circle = sigma * radius * np.array([np.cos(angle), np.sin(angle)])
        axes.plot(*circle, style, color=INK, linewidth=1.1, label=f"prior: {share:.0f}% within {radius} σ")
    axes.set_aspect("equal", adjustable="datalim")


def _draw_prior_curve(axes, z_r, sigma):
    axes.hist(z_r, bins=40, density=True, color=FAINT, label="samples")
    grid = np.linspace(min(z_r.min(), -3 * sigma), max(z_r.max(), 3 * sigma), 200)
    density = np.exp(-0.5 * (grid / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    axes.plot(grid, density, color=INK, linewidth=1.1, label="prior")
    axes.set_xlabel(Z_R, fontsize=9)
    axes.set_ylabel("density", fontsize=9)
