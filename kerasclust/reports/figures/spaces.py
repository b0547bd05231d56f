"""The two parts of a split latent space: their reconstructions, and the weights of the dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasclust.reports.figures.profiles import show_image
from kerasclust.reports.figures.style import FAINT, GRAY, INK, PALETTE, legend_text, new_figure, plain, tidy
from kerasclust.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS = ("sample", "cluster part", "shared part")


def plot_spaces(
    features: Array,
    from_cluster: Array,
    from_shared: Array,
    names: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
) -> Figure:
    """Plot samples and their reconstructions from the cluster part and the shared part of their latent space.

    Args:
        features: input of the networks for m samples: images (m, height, width, channels), sequences
            (m, steps, channels) or feature vectors (m, c).
        from_cluster: features decoded from the cluster part (`kerasclust.inspection.interpretation.reconstruct_from`).
        from_shared: features decoded from the shared part.
        names: names of the features of vectors.
        titles: titles of the samples; None counts them.

    Returns:
        matplotlib Figure with one column a sample.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        ACe/DeC paper, fig. 1b.
    """
    shown = [np.asarray(part) for part in (features, from_cluster, from_shared)]
    titles = _titles(titles, len(shown[0]))
    if shown[0].ndim == 4:
        return _image_grid(np.stack(shown), ROWS, titles)
    return _vectors(shown, names, titles)


def plot_traversal(decoded: Array, titles: Sequence[str] | None = None) -> Figure:
    """Plot samples on their way through the shared space, one row a sample, as images or heat maps.

    Args:
        decoded: features (m, steps, ...), the result of `traverse_shared_space`.
        titles: titles of the samples; None counts them.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        ACe/DeC paper, fig. 3.
    """
    decoded = np.asarray(decoded)
    titles = _titles(titles, len(decoded))
    if decoded.ndim == 5:
        return _image_grid(decoded, [legend_text(title, 16) for title in titles])
    figure = new_figure(9.0, 0.8 + 1.2 * len(decoded))
    rows = figure.subplots(len(decoded), 1, squeeze=False, sharex=True)[:, 0]
    limit = np.abs(decoded).max() or 1.0
    for title, axes, steps in zip(titles, rows, decoded, strict=True):
        image = axes.imshow(steps.reshape(len(steps), -1), "RdBu_r", aspect="auto", vmin=-limit, vmax=limit)
        axes.set_ylabel("step", fontsize=8)
        tidy(axes, legend_text(title))
    rows[-1].set_xlabel("feature", fontsize=8)
    rows[-1].xaxis.get_major_locator().set_params(integer=True)
    figure.colorbar(image, ax=list(rows), label="value in the input of the networks", shrink=0.8)
    return figure


def plot_cluster_dims(weights: Array, hardened: Array) -> Figure:
    """Plot the weight of each dimension in the cluster space, the largest first.

    Args:
        weights: beta_cs (d,).
        hardened: mask of the dimensions of the cluster space, bool (d,).

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.

    Reference:
        ACe/DeC paper, fig. 2 and table 3.
    """
    order = np.argsort(-np.asarray(weights))
    figure = new_figure(5.5, 2.8)
    axes = figure.subplots()
    colors = [PALETTE[0] if hardened[i] else GRAY for i in order]
    axes.bar(range(len(order)), np.asarray(weights)[order], color=colors)
    axes.axhline(0.5, color=FAINT, linewidth=0.8, zorder=0)
    axes.set_ylim(0, 1)
    axes.set_xlabel("dimension of the rotated latent space", fontsize=8)
    axes.set_ylabel(r"weight in the cluster space $\beta_{cs}$", fontsize=8)
    tidy(axes, f"{int(np.sum(hardened))} of {len(order)} dimensions hold the clusters")
    return figure


def _titles(titles: Sequence[str] | None, n: int) -> Sequence[str]:
    return [f"sample {i + 1}" for i in range(n)] if titles is None else titles


def _image_grid(rows: Array, names: Sequence[str], titles: Sequence[str] | None = None) -> Figure:
    """Draw images (r, columns, height, width, channels) with a name for each row, and titles for the columns."""
    figure = new_figure(1.1 + 0.85 * rows.shape[1], 0.15 + 0.9 * len(rows))
    grid = figure.subplots(len(rows), rows.shape[1], squeeze=False)
    for axes_row, images, name in zip(grid, rows, names, strict=True):
        for axes, image in zip(axes_row, images, strict=True):
            show_image(axes, image, rows[0].min(), rows[0].max())
        place: dict[str, Any] = {"transform": axes_row[0].transAxes, "ha": "right", "va": "center"}
        axes_row[0].text(-0.08, 0.5, name, fontsize=8, color=INK, **place)
    for axes, title in zip(grid[0], titles or (), strict=False):
        axes.set_title(legend_text(title, 13), fontsize=7, color=INK)
    return figure


def _vectors(shown: Sequence[Array], names: Sequence[str] | None, titles: Sequence[str]) -> Figure:
    flat = [part.reshape(len(part), -1) for part in shown]
    figure = new_figure(9.0, 0.8 + 1.1 * len(flat[0]))
    rows = figure.subplots(len(flat[0]), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for number, (axes, title) in enumerate(zip(rows, titles, strict=True)):
        for part, name, color in zip(flat, ROWS, (INK, PALETTE[0], PALETTE[1]), strict=True):
            axes.plot(part[number], color=color, linewidth=1.0, label=name)
        tidy(axes, legend_text(title))
        axes.set_ylabel("value", fontsize=8)
    rows[0].legend(fontsize=8, frameon=False, ncols=3, loc="upper right")
    if names is not None and len(names) == flat[0].shape[1] <= 40:
        rows[-1].set_xticks(range(len(names)), [plain(name) for name in names], rotation=90, fontsize=6)
    rows[-1].set_xlabel("feature in the input of the networks", fontsize=8)
    return figure
