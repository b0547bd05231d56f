"""Profiles of the clusters: mean measurements or mean images."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from kerasclust.inspection.cluster_names import Names, cluster_name
from kerasclust.inspection.clustered_space import group_means
from kerasclust.reports.figures.style import INK, cluster_color, legend_text, new_figure, short_label, tidy
from kerasclust.reports.words import short_number
from kerasclust.system.optional import require
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kerasclust.reports.profiles import ClusterProfiles

LIMIT = 2.5  # deviations at which the colors end
MAX_CHANNELS = 24


def plot_profiles(profiles: ClusterProfiles, max_channels: int = MAX_CHANNELS, names: Names = None) -> Figure:
    """Plot the mean of each cluster and channel as a number, colored by its difference from the overall mean.

    Args:
        profiles: `ClusterProfiles` of k clusters.
        max_channels: largest number of channels. Of more channels those with the largest differences are shown, and
            the axis says so.
        names: {number: name} of the named clusters, or None.

    Returns:
        matplotlib Figure with k + 1 rows, the last for all samples, and a column for each channel.

    Raises:
        InputError: matplotlib is not installed.
    """
    channels = profiles.most_different_channels(max_channels)
    k, width = profiles.n_clusters, len(channels)
    level = profiles.level
    z = np.vstack([level.z[:, channels], np.zeros(width)])
    values = np.vstack([level.means[:, channels], level.overall[channels]])

    figure = new_figure(max(5.0, 2.6 + 0.5 * width), 2.3 + 0.34 * (k + 1))
    axes = figure.add_subplot()
    image = axes.imshow(z, cmap="RdBu_r", vmin=-LIMIT, vmax=LIMIT, aspect="auto")
    _write_values(axes, values, z)
    titles = [legend_text(cluster_name(j, names)) for j in range(k)]
    sizes = [f"{size:,}" for size in profiles.sizes]
    axes.set_yticks(range(k + 1), [f"{titles[j]}  (n = {sizes[j]})" for j in range(k)] + ["all samples"])
    axes.set_xticks(
        range(width), [short_label(profiles.names[c], profiles.units[c]) for c in channels], rotation=40, ha="right"
    )
    tidy(axes)
    axes.spines[:].set_visible(False)
    axes.axhline(k - 0.5, color="white", linewidth=4)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", pad=18)  # room for the colors of the clusters
    _draw_colors(axes, k)
    if width < len(profiles.names):
        axes.set_xlabel(f"the {width} of {len(profiles.names)} channels that differ most", fontsize=9)
    bar = figure.colorbar(image, ax=axes, pad=0.015, extend="both")
    bar.set_label("difference from the overall mean\n[standard deviations between samples]", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)
    return figure


def _draw_colors(axes: Axes, k: int) -> None:
    """Draw a square in the color of its cluster left of each of the first k rows."""
    shift = require("matplotlib.transforms").ScaledTranslation(-10 / 72, 0, axes.figure.dpi_scale_trans)
    place = axes.get_yaxis_transform() + shift
    colors = [cluster_color(cluster) for cluster in range(k)]
    axes.scatter(np.zeros(k), range(k), s=60, c=colors, marker="s", transform=place, clip_on=False)


def _write_values(axes: Axes, values: Array, z: Array) -> None:
    for (row, column), value in np.ndenumerate(values):
        dark = abs(np.nan_to_num(z[row, column])) > 0.65 * LIMIT
        axes.text(
            column, row, short_number(value), ha="center", va="center", fontsize=7, color="white" if dark else "black"
        )


def plot_mean_images(x: Array, labels: Labels, n_clusters: int | None = None, names: Names = None) -> Figure:
    """Plot the mean image of each cluster, framed in the color of the cluster.

    Args:
        x: images (n, height, width, channels).
        labels: clusters, integers (n,).
        n_clusters: number of clusters k; None for the highest label + 1.
        names: {number: name} of the named clusters, or None.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    n_clusters = int(np.max(labels)) + 1 if n_clusters is None else n_clusters
    means = group_means(x.reshape(len(x), -1), np.asarray(labels), n_clusters).reshape(-1, *x.shape[1:])
    columns = min(10, n_clusters)
    rows = math.ceil(n_clusters / columns)
    figure = new_figure(1.15 * columns, 1.4 * rows)
    low, high = np.nanmin(x), np.nanmax(x)
    for cluster, mean in enumerate(means):
        axes = figure.add_subplot(rows, columns, cluster + 1)
        show_image(axes, mean, low, high)
        axes.set_title(legend_text(cluster_name(cluster, names), 16), fontsize=8, color=INK)
        axes.set_axis_on()
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(color=cluster_color(cluster), linewidth=3)
    return figure


def show_image(axes: Axes, image: Array, low: float, high: float) -> None:
    """Draw an image (height, width, channels) with values from low to high, in gray unless it has 3 channels."""
    scaled = (image - low) / max(high - low, 1e-12)
    axes.imshow(scaled if image.shape[-1] == 3 else scaled.mean(axis=-1), cmap="gray", vmin=0, vmax=1)
    axes.set_axis_off()
